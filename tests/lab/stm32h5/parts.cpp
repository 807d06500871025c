#include "tests/lab/stm32h5/parts.hpp"

#include <gtest/gtest.h>

namespace rigor::lab::test {

Stm32h5Options part(const std::string& name) {
  Faults faults;
  const YamlNode file = load_yaml(RIGOR_SOURCE_DIR "/boards/chips/" + name + ".yaml", faults);
  const auto options = read_stm32h5_options(file, {}, faults);
  EXPECT_TRUE(options) << faults.describe();
  return options.value_or(Stm32h5Options{});
}

}  // namespace rigor::lab::test
