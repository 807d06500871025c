#include "framework/probe/products.hpp"

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::array kProducts{
    StLinkProduct{0x3744, StLinkKind::v1, "ST-LINK/V1", false},
    // Also the bootloader of the V2-1, with V2's endpoints.
    StLinkProduct{0x3748, StLinkKind::v2, "ST-LINK/V2", false},
    StLinkProduct{0x3742, StLinkKind::v2_1, "ST-LINK/V2-1", false},
    StLinkProduct{0x374A, StLinkKind::v2_1, "ST-LINK/V2-1", false},
    StLinkProduct{0x374B, StLinkKind::v2_1, "ST-LINK/V2-1", false},
    StLinkProduct{0x3752, StLinkKind::v2_1, "ST-LINK/V2-1", false},
    StLinkProduct{0x374D, StLinkKind::v3, "STLINK-V3", true},
    StLinkProduct{0x374E, StLinkKind::v3, "STLINK-V3E", false},
    StLinkProduct{0x374F, StLinkKind::v3, "STLINK-V3SET", false},
    StLinkProduct{0x3753, StLinkKind::v3, "STLINK-V3", false},
    StLinkProduct{0x3754, StLinkKind::v3, "STLINK-V3", false},
    StLinkProduct{0x3755, StLinkKind::v3pwr, "STLINK-V3PWR", true},
    StLinkProduct{0x3757, StLinkKind::v3pwr, "STLINK-V3PWR", false},
};

}  // namespace

std::span<const StLinkProduct> st_link_products() { return kProducts; }

const StLinkProduct* find_st_link_product(std::uint16_t vendor, std::uint16_t product) {
  if (vendor != kStVendor) return nullptr;
  const auto found = std::ranges::find(kProducts, product, &StLinkProduct::product);
  return found == kProducts.end() ? nullptr : &*found;
}

StLinkEndpoints endpoints_of(StLinkKind kind) {
  switch (kind) {
    case StLinkKind::v1:
    case StLinkKind::v2:
      return {.out = 0x02, .in = 0x81, .trace = 0x83, .packet = 64};
    case StLinkKind::v2_1:
      return {.out = 0x01, .in = 0x81, .trace = 0x82, .packet = 64};
    case StLinkKind::v3:
    case StLinkKind::v3pwr:
      break;
  }
  return {.out = 0x01, .in = 0x81, .trace = 0x82, .packet = 512};
}

}  // namespace rigor
