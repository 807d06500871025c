// The parts of the family, as their chip files describe them.
#pragma once

#include <string>

#include "tests/lab/stm32h5/swd_driver.hpp"

namespace rigor::lab::test {

// "stm32h503" and so on; a test fails that asks for one without a chip file.
Stm32h5Options part(const std::string& name);

inline std::size_t word_index(OptionWord word) { return static_cast<std::size_t>(word); }

}  // namespace rigor::lab::test
