// A program for the F407 that shows that it runs: it writes kMagic to the first word of SRAM and counts in the second.
#pragma once

#include <cstdint>
#include <string>

namespace rigor::test {

inline constexpr std::uint32_t kMagic = 0xC0DE1234;

// Vector table, code at 0x08000100, then bytes without a pattern up to `size`.
[[nodiscard]] inline std::string counting_firmware(std::size_t size) {
  std::string image;
  const auto half = [&image](std::uint32_t value) {
    image += static_cast<char>(value & 0xFF);
    image += static_cast<char>(value >> 8 & 0xFF);
  };
  const auto word = [&half](std::uint32_t value) {
    half(value & 0xFFFF);
    half(value >> 16);
  };
  word(0x20020000);
  word(0x08000101);
  image.resize(0x100, '\0');
  for (const std::uint32_t code : {
           0x4803,  // ldr r0, [pc, #12]
           0x4904,  // ldr r1, [pc, #16]
           0x6001,  // str r1, [r0]
           0x2200,  // movs r2, #0
           0x3201,  // again: adds r2, #1
           0x6042,  // str r2, [r0, #4]
           0xE7FC,  // b again
           0xBF00,  // nop
       })
    half(code);
  word(0x20000000);
  word(kMagic);
  std::uint32_t state = 1;
  while (image.size() < size) {
    state = state * 1664525 + 1013904223;
    image += static_cast<char>(state >> 24);
  }
  return image;
}

}  // namespace rigor::test
