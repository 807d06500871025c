// The option bytes of the STM32H5 as data: name, register, position (stm32h5.md 4.1, CMSIS).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/target/option_field.hpp"

namespace rigor::h5 {

inline constexpr std::uint32_t kSecwm1Cur = 0xE0;
inline constexpr std::uint32_t kSecwm2Cur = 0x1E0;
inline constexpr std::string_view kProductState = "PRODUCT_STATE";
inline constexpr std::string_view kTzen = "TZEN";

// Sectors of a watermark or hide-protection register; none when the start lies behind the end.
struct SectorRange {
  std::uint32_t first = 1;
  std::uint32_t last = 0;
  [[nodiscard]] bool contains(std::uint32_t sector) const { return sector >= first && sector <= last; }
};

// The fields of one part-number group, by its device id; unknown ids get the layout of the H56x.
class OptionTable {
 public:
  explicit OptionTable(std::uint16_t device_id);

  [[nodiscard]] std::span<const OptionField> fields() const { return fields_; }
  [[nodiscard]] const OptionField* find(std::string_view name) const;
  [[nodiscard]] SectorRange sector_range(std::uint32_t watermark) const;

 private:
  std::vector<OptionField> fields_;
};

}  // namespace rigor::h5
