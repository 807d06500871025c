// The resident security services of the STM32H7RS: functions in system flash, found through a table (stm32h7rs.md 6,
// CMSIS stm32h7s7xx.h). They own the product state and, outside OPEN, the write protection.
//
// A call borrows the core, so a running application is disturbed (stm32h7rs.md 4). SetSecOB, SetProductState and
// DataProvisioning return on a refusal only; after a success the chip resets, and GetRssStatus says how it went. That
// they might return a success is allowed for.
#pragma once

#include <optional>

#include "framework/base/timeline.hpp"
#include "framework/target/arm/call.hpp"
#include "framework/target/product_state.hpp"
#include "framework/target/stm32h7rs/access.hpp"

namespace rigor::h7rs {

inline constexpr std::uint32_t kServiceDone = 0xEAEAEAEA;

// Offsets in the table.
inline constexpr std::uint32_t kSetSecOb = 0x00;
inline constexpr std::uint32_t kGetRssStatus = 0x14;
inline constexpr std::uint32_t kSetProductState = 0x18;
inline constexpr std::uint32_t kDataProvisioning = 0x1C;
inline constexpr std::uint32_t kGetProductState = 0x28;

// The virtual product state, which is the services' own: OPEN is 0x39, the others are as on the H5.
[[nodiscard]] std::uint32_t virtual_state_code(ProductState state);
[[nodiscard]] std::optional<ProductState> virtual_state_from_code(std::uint32_t code);

// What a call came to.
struct ServiceOutcome {
  std::optional<std::uint32_t> answer;  // what it returned, else what GetRssStatus said after the reset
  bool reset = false;                   // one ended it, or came right after its return; also one that had to end it
};

class Services {
 public:
  Services(Access& access, Timeline& timeline) : access_(access), timeline_(timeline) {}

  // Errors: unsupported when the table holds no entry; chip_unexpected for a code that is no state, and when the
  // state contradicts NVSTATE.
  [[nodiscard]] Result<ProductState> product_state();

  // Nothing where the table has no such service, or it does not answer with a state.
  [[nodiscard]] Result<std::optional<ProductState>> state_if_told();

  // The change itself, not its success. A part that closes does not come back: access_port_locked or silence is then
  // no error, and the answer stays empty.
  [[nodiscard]] Result<ServiceOutcome> request_state(ProductState state);

  // Writes `value` under `mask` into a program register of the flash controller: WRPSRP, HDPSRP or ROTSRP.
  [[nodiscard]] Result<ServiceOutcome> set_protection(std::uint32_t offset, std::uint32_t mask, std::uint32_t value);

  // GetRssStatus once the chip answers again; nothing when it does not say.
  [[nodiscard]] Result<std::optional<std::uint32_t>> status_after_reset();

 private:
  [[nodiscard]] Result<std::uint32_t> find_entry(std::uint32_t offset);
  [[nodiscard]] Result<arm::CallMemory> call_memory();
  // Whether the chip was reset since the core was let go, asked once it answers again.
  [[nodiscard]] Result<bool> reset_meanwhile(arm::Core& core);
  [[nodiscard]] Result<arm::CallOutcome> call(std::uint32_t offset, std::array<std::uint32_t, 4> arguments);
  // The same with the address of a block that holds the arguments.
  [[nodiscard]] Result<arm::CallOutcome> call_with_block(std::uint32_t offset,
                                                         const std::array<std::uint32_t, 4>& arguments);
  // For those that do not return on success; by value first, then as a block.
  [[nodiscard]] Result<ServiceOutcome> request(std::uint32_t offset, std::array<std::uint32_t, 4> arguments);

  Access& access_;
  Timeline& timeline_;
};

}  // namespace rigor::h7rs
