// The option bytes of the STM32H7RS as data: name, register, position (stm32h7rs.md 4, CMSIS).
#pragma once

#include <span>
#include <string_view>

#include "framework/target/option_field.hpp"

namespace rigor::h7rs {

inline constexpr std::string_view kVddioHslv = "VDDIO_HSLV";
inline constexpr std::string_view kItcmShare = "ITCM_AXI_SHARE";
inline constexpr std::string_view kDtcmShare = "DTCM_AXI_SHARE";

// Offsets are those of the status registers.
[[nodiscard]] std::span<const OptionField> option_fields();

// How a field can be changed.
enum class OptionRoute : std::uint8_t {
  program,  // its program register in OPEN, nothing elsewhere
  either,   // its program register in OPEN, the services in PROVISIONING
  service,  // the services only
  none,     // by the chip itself, or by a call of its own
};
[[nodiscard]] OptionRoute route_of(const OptionField& field);

// What HDP_AREA_START and HDP_AREA_END count in.
inline constexpr std::uint32_t kHdpUnit = 256;  // bytes

}  // namespace rigor::h7rs
