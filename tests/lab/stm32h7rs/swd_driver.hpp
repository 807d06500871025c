// A debugger of an STM32H7RS, for these tests only: raw reads and writes, and calls of RSS functions from a halted
// core.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "fixtures/virtual/arm/stub_cpu.hpp"
#include "fixtures/virtual/stm32h7rs/stm32h7rs.hpp"
#include "tests/lab/authentication/da_host.hpp"

namespace rigor::lab::test {

inline constexpr std::uint32_t kFlashRegisters = 0x52002000, kFlash = 0x08000000, kOtp = 0x08FFF000;
inline constexpr std::uint32_t kSram3 = 0x24040000, kAhb = 0x23000040;
inline constexpr std::uint32_t kTable = 0x1FF1FD4C;
inline constexpr std::uint32_t kSetSecOb = 0x00, kRssStatus = 0x14, kSetState = 0x18, kProvision = 0x1C,
                               kGetState = 0x28;
inline constexpr std::uint32_t kGood = 0xEAEAEAEA, kBad = 0xF5F5F5F5;

// ISR and OPTISR.
inline constexpr std::uint32_t kEop = 1U << 16, kWrpErr = 1U << 17, kPgsErr = 1U << 18, kStrbErr = 1U << 19,
                               kOblErr = 1U << 20, kIncErr = 1U << 21, kDbEcc = 1U << 26, kOptErr = 1U << 30,
                               kKvErr = 1U << 27, kKtErr = 1U << 28;

class H7Bench : public SwdDebugger {
 public:
  explicit H7Bench(const Stm32h7rsOptions& options = {}, RandomBytes challenges = seeded_bytes(1));

  std::unique_ptr<Stm32h7rsChip> chip;

  std::uint32_t flash_register(std::uint32_t offset) { return peek(kFlashRegisters + offset); }
  void set_flash_register(std::uint32_t offset, std::uint32_t value) { poke(kFlashRegisters + offset, value); }
  void unlock_flash();
  void unlock_options();
  void wait_flash();  // polls QW
  // Writes an ...SRP register with PG_OPT; OPTISR afterwards.
  std::uint32_t request_option(std::uint32_t offset, std::uint32_t value);
  // SER and a sector, or BER; ISR afterwards.
  std::uint32_t erase(std::uint32_t control);
  // A function of the table, called by a halted core with r0 to r3; nothing when the core does not come back.
  std::optional<std::uint32_t> call(std::uint32_t slot, const std::array<std::uint32_t, 4>& arguments);
  // The same without waiting; false when the core does not halt.
  bool begin_call(std::uint32_t slot, const std::array<std::uint32_t, 4>& arguments);
};

struct Provisioning {
  std::uint32_t source = kSram3, destination = 0x00510008, encrypt = 1;
  bool wrong_crc = false, reflected = false;
};
// Places record and block in SRAM3; the address of the block.
std::uint32_t place_record(H7Bench& bench, const Bytes& payload, const Provisioning& how = {});
// And calls DataProvisioning.
std::optional<std::uint32_t> provision(H7Bench& bench, const Bytes& payload, const Provisioning& how = {});
// The payload of a file of tests/data/da.
Bytes obk_payload(const std::string& name);

// A closed part with a record of the synthetic credentials.
Stm32h7rsOptions certificate_part(VirtualState state = VirtualState::closed);
Stm32h7rsOptions password_part(VirtualState state = VirtualState::closed);

}  // namespace rigor::lab::test
