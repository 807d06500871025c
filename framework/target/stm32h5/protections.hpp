// What stands in the way of an erase or a write on an STM32H5, read before anything is tried (lifecycle.md 4,
// stm32h5.md 3.3 WRPERR and 4.1).
#pragma once

#include "framework/target/stm32h5/options.hpp"

namespace rigor::h5 {

// In the order of the cause list: state, write protection, hide protection, security. `flash_size`: of this very chip.
[[nodiscard]] Result<std::vector<Protection>> protections(Access& access, Options& options, std::uint32_t flash_size,
                                                          std::uint32_t address, std::uint32_t size);

}  // namespace rigor::h5
