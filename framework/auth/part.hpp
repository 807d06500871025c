// What debug authentication has to know of a part before one is connected (debug-authentication.md 2.2, 11, 12, 14.4).
//
//   RIGOR_TRY(const Part* part, find_part("STM32H573IIK3Q"));  // or "H573"
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

struct Part {
  std::string_view name;  // "H573": all part numbers that begin with STM32H573
  Family family = Family::stm32h5;
  std::uint32_t device_id = 0;  // DBGMCU device id, which is the SoC class; 0: not known
  // Whether the part encrypts OBK payloads when it stores them: the flag of its OBK files. The wrong flag makes a
  // regression impossible (section 14.4).
  bool encrypts = true;
  bool encrypts_confirmed = true;    // false: inferred from sibling parts
  bool takes_certificate = true;     // false: passwords only
  bool record_in_otp = false;        // the password's hash is written once, instead of an OBK (section 14.6)
  std::size_t password_nominal = 0;  // length that ST names for the part; 0: any of the allowed
};

[[nodiscard]] std::span<const Part> all_parts();
// A part number with or without "STM32", upper or lower case, with or without the letters after the line.
// Errors: name_unknown, with the nearest name.
[[nodiscard]] Result<const Part*> find_part(std::string_view text);

}  // namespace rigor
