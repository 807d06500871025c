// Did NRST move? Was the supply really cut? Evidence from the chip itself, and the verdict it supports.
//
// A probe answers "done" whether or not its reset pin reaches anything (st-link-protocol.md 4.2), and a relay clicks
// whether or not it switches the board's only supply. So the chip is asked: on the H5 option status reads as zero while
// NRST is low (stm32h5.md 1), DHCSR.S_RESET_ST and the reset flags of RCC tell afterwards what happened. The verdicts
// are pure functions of the observations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/target/reset_flags.hpp"

namespace rigor {

enum class Finding : std::uint8_t { yes, no, unclear };

// Nothing where the value could not be read, or where the family has no such witness.
struct ResetObservations {
  std::optional<std::uint32_t> options_before;  // FLASH_OPTSR
  std::optional<std::uint32_t> options_held;
  std::optional<std::uint32_t> debug_status_before;  // DHCSR, after one read that clears S_RESET_ST
  std::optional<std::uint32_t> debug_status_after;
  std::optional<std::uint32_t> reset_flags_before;  // RCC_RSR or RCC_CSR, after clearing it
  std::optional<std::uint32_t> reset_flags_after;
  ResetFlagBits bits = kStm32h5ResetFlags;
};

struct ResetEvidence {
  ResetObservations seen;
  Finding moved = Finding::unclear;
  std::vector<std::string> sentences;  // one per piece of evidence, for people
};
[[nodiscard]] ResetEvidence judge_reset(const ResetObservations& seen);

struct PowerObservations {
  bool answered_before = false;                        // debug port, before switching off
  bool answered_while_off = false;                     // debug port, after switching off
  bool answered_after = false;                         // debug port, after switching on again
  std::optional<std::uint32_t> mailbox_pending;        // ACK bits that a word to DBG_AUTH_HOST set before; 0: none did
  std::optional<std::uint32_t> mailbox_pending_after;  // the same bits, after switching on again
  std::optional<std::uint32_t> reset_flags_before;     // RCC_RSR or RCC_CSR, after clearing it
  std::optional<std::uint32_t> reset_flags_after;
  ResetFlagBits bits = kStm32h5ResetFlags;
};

struct PowerEvidence {
  PowerObservations seen;
  Finding switched = Finding::unclear;
  std::vector<std::string> sentences;
};
[[nodiscard]] PowerEvidence judge_power(const PowerObservations& seen);

// Where the core ran a while after a reset with BOOT0 low and with BOOT0 high. An address in the system memory is the
// chip's own boot loader; any other is user code, or the lockup that an empty flash ends in.
struct BootObservations {
  std::optional<std::uint32_t> counter_low;
  std::optional<std::uint32_t> counter_high;
  std::uint32_t system_memory = 0;  // first address
  std::uint32_t system_memory_size = 0;
};

struct BootEvidence {
  BootObservations seen;
  Finding chosen = Finding::unclear;  // yes: the pin chooses what the chip boots
  std::vector<std::string> sentences;
};
[[nodiscard]] BootEvidence judge_boot(const BootObservations& seen);

// The bench's way to cut and give power, settling times included.
class PowerSwitch {
 public:
  virtual ~PowerSwitch() = default;
  [[nodiscard]] virtual Result<void> off() = 0;
  [[nodiscard]] virtual Result<void> on() = 0;
};

}  // namespace rigor
