// The parts of the family as their chip files describe them, and patterns to find again.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "fixtures/virtual/stm32f4/options.hpp"

namespace rigor::lab::test {

// The largest of the die, or one with `flash_size` bytes.
inline Stm32f4Options part(const std::string& name, std::uint32_t flash_size = 0) {
  Faults faults;
  const YamlNode file = load_yaml(RIGOR_SOURCE_DIR "/boards/chips/" + name + ".yaml", faults);
  auto options = read_stm32f4_options(file, {}, faults);
  EXPECT_TRUE(options) << faults.describe();
  Stm32f4Options found = options.value_or(Stm32f4Options{});
  if (flash_size != 0) found.flash_size = flash_size;
  return found;
}

// All cells zero.
inline Stm32f4Options written(Stm32f4Options options) {
  options.flash_content = {{0, Bytes(options.flash_size, 0)}};
  return options;
}

}  // namespace rigor::lab::test
