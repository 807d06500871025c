// The OBK that forbids debug authentication on an STM32H7RS for ever (debug-authentication.md 14.3).
#pragma once

#include "framework/auth/da_record.hpp"

namespace rigor {

// 44 bytes. Provisioning it is final: no credential opens the chip afterwards.
[[nodiscard]] Secret make_da_lock(bool encrypt);

}  // namespace rigor
