// What differs between the groups of the STM32F4, by device id (stm32f4.md 1, 3 and 4).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "framework/target/option_field.hpp"

namespace rigor::f4 {

struct Part {
  std::uint16_t device_id = 0;
  unsigned write_protect_bits = 12;  // nWRP bits of OPTCR; sectors of bank 1 beyond them share the last
  bool dual_bank = false;            // OPTCR1, BFB2, DB1M, MER1: F42x/F43x and F469/F479
  bool code_protection = true;       // PCROP: SPRMOD and RDERR; all but F405/F407
};

// Nothing for a device id that the reference does not list.
[[nodiscard]] const Part* find_part(std::uint16_t device_id);

inline constexpr std::string_view kReadProtection = "RDP";
inline constexpr std::string_view kProtectMode = "SPRMOD";

// The option bytes of a part under ST's names; of a dual-bank part WRP12 and up are the second bank's, in OPTCR1.
[[nodiscard]] std::vector<OptionField> option_fields(const Part& part);
// Which of its bank's nWRP bits is a sector's.
[[nodiscard]] unsigned write_protect_bit(const Part& part, unsigned bank, unsigned index);
// "WRP14": the option of a sector, counted over both banks as ST does.
[[nodiscard]] std::string write_protect_name(const Part& part, unsigned bank, unsigned index);

}  // namespace rigor::f4
