// What an authentication may open: a 128-bit mask, and the names of its bits (debug-authentication.md 7).
//
// Bit n is bit n%8 of byte n/8. Names differ between families; letters exist only to read and print what ST's tool
// does.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

class Permissions {
 public:
  static constexpr unsigned kBits = 128;
  static constexpr std::size_t kSize = 16;

  constexpr Permissions() = default;
  [[nodiscard]] static constexpr Permissions all() {
    Permissions mask;
    mask.bytes_.fill(0xFF);
    return mask;
  }
  [[nodiscard]] static constexpr Permissions bit(unsigned number) {
    Permissions mask;
    mask.bytes_[number / 8] = static_cast<std::uint8_t>(1U << (number % 8));
    return mask;
  }
  [[nodiscard]] static constexpr Permissions from_word(std::uint32_t low_bits) {
    Permissions mask;
    store_le32(mask.bytes_, 0, low_bits);
    return mask;
  }
  // Exactly 16 bytes, as on the wire.
  [[nodiscard]] static Permissions from_bytes(ByteView bytes);

  [[nodiscard]] const std::array<std::uint8_t, kSize>& bytes() const { return bytes_; }
  [[nodiscard]] constexpr bool test(unsigned number) const { return (bytes_[number / 8] >> (number % 8) & 1U) != 0; }
  [[nodiscard]] bool none() const;
  [[nodiscard]] bool covers(const Permissions& other) const { return (*this & other) == other; }
  // "0x5077": no leading zeros.
  [[nodiscard]] std::string text() const;

  friend Permissions operator&(const Permissions& a, const Permissions& b);
  friend Permissions operator|(const Permissions& a, const Permissions& b);
  friend Permissions operator~(const Permissions& a);
  friend constexpr auto operator<=>(const Permissions&, const Permissions&) = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

inline constexpr unsigned kFullRegressionBit = 14;
inline constexpr unsigned kTzRegressionBit = 12;
inline constexpr unsigned kForcedDownloadBit = 127;
inline constexpr Permissions kFullRegression = Permissions::bit(kFullRegressionBit);
inline constexpr Permissions kTzRegression = Permissions::bit(kTzRegressionBit);

// Every bit a product of the family knows: H5 0x5077, H7RS 0x8000...4007; F4 none.
[[nodiscard]] Permissions product_permissions(Family family);

// "Full Regression", as ST's tool prints it; "bit 9" when nobody has named it.
[[nodiscard]] std::string permission_title(Family family, unsigned bit);
// "full-regression", "tz-regression", "level-3-secure-debug", "level-1-nonsecure-debug" (H5); "level-3-debug" (H7RS);
// "forced-download"; "bit-9" when nobody has named it.
[[nodiscard]] std::string permission_name(Family family, unsigned bit);
// "full-regression, level-2-debug"; "none" for an empty mask.
[[nodiscard]] std::string permission_names(Family family, const Permissions& mask);

// One row of ST's list, in ST's order: 14, 12, 6, 5, 4, 2, 1, 0, unknown ones descending, 127.
struct ListedPermission {
  char letter = 'a';  // '?' past z
  unsigned bit = 0;
  std::string title;
};
[[nodiscard]] std::vector<ListedPermission> list_permissions(Family family, const Permissions& available);

// Reads what a person writes: names joined by commas, bit numbers ("14", "bit-9"), or a mask ("0x4000").
// Without a family the names of all families are known. Errors: name_unknown, with the nearest name.
[[nodiscard]] Result<Permissions> parse_permissions(std::optional<Family> family, std::string_view text);
// Reads ST's letters ("a", "ac") against what a chip offers.
[[nodiscard]] Result<Permissions> parse_permission_letters(Family family, const Permissions& available,
                                                           std::string_view letters);

}  // namespace rigor
