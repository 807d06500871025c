// USB identities of ST's probes (st-link-protocol.md 1.1 and 1.2).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rigor {

inline constexpr std::uint16_t kStVendor = 0x0483;

enum class StLinkKind : std::uint8_t { v1, v2, v2_1, v3, v3pwr };

struct StLinkEndpoints {
  std::uint8_t out = 0;
  std::uint8_t in = 0;
  std::uint8_t trace = 0;
  std::uint16_t packet = 64;
};

struct StLinkProduct {
  std::uint16_t product = 0;
  StLinkKind kind = StLinkKind::v2;
  std::string_view model;
  bool bootloader = false;  // answers under this product id only until its application starts
};

[[nodiscard]] std::span<const StLinkProduct> st_link_products();
// Null for anything that is not an ST-LINK.
[[nodiscard]] const StLinkProduct* find_st_link_product(std::uint16_t vendor, std::uint16_t product);
[[nodiscard]] StLinkEndpoints endpoints_of(StLinkKind kind);

}  // namespace rigor
