// Debug authentication of an STM32H5 in these tests: its mailbox and the parts that have credentials.
#pragma once

#include "tests/lab/authentication/da_host.hpp"
#include "tests/lab/stm32h5/swd_driver.hpp"

namespace rigor::lab::test {

inline constexpr std::uint32_t kHost = 0xE0044100, kDevice = 0xE0044104, kAck = 0xE0044108;

// A closed certificate part (TZEN on), and a closed password part.
Stm32h5Options certificate_part(ProductState state = ProductState::closed);
Stm32h5Options password_part(ProductState state = ProductState::closed);

}  // namespace rigor::lab::test
