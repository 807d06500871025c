// A control register that opens to two keys, written in order, and shuts until the next reset on anything else.
#pragma once

#include <string_view>

#include "framework/probe/probe.hpp"

namespace rigor {

struct KeyLock {
  std::string_view name;  // "the flash controller"
  std::uint32_t key_register = 0;
  std::uint32_t control_register = 0;
  std::uint32_t lock_bit = 0;
  std::uint32_t first_key = 0;
  std::uint32_t second_key = 0;
};

// Sends the keys only where the lock is shut: to an open register they would be a wrong sequence.
// Errors: flash_locked when the keys are not taken.
[[nodiscard]] Result<void> unlock(Probe& probe, AccessPort port, const KeyLock& lock);

}  // namespace rigor
