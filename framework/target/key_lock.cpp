#include "framework/target/key_lock.hpp"

#include <fmt/format.h>

namespace rigor {

Result<void> unlock(Probe& probe, AccessPort port, const KeyLock& lock) {
  RIGOR_TRY(std::uint32_t control, probe.read_word(port, lock.control_register));
  if ((control & lock.lock_bit) == 0) return {};
  RIGOR_CHECK(probe.write_word(port, lock.key_register, lock.first_key));
  RIGOR_CHECK(probe.write_word(port, lock.key_register, lock.second_key));
  RIGOR_TRY(control, probe.read_word(port, lock.control_register));
  if ((control & lock.lock_bit) == 0) return {};
  return fail(Error(Code::flash_locked, fmt::format("{} does not take its keys", lock.name))
                  .hint("reset the chip: a wrong key locks it until then"));
}

}  // namespace rigor
