#include "framework/target/arm/core.hpp"

#include <fmt/format.h>

#include "framework/target/arm/registers.hpp"
#include "framework/target/poll.hpp"

namespace rigor::arm {
namespace {

constexpr std::uint32_t kKey = 0xA05F0000;
constexpr std::uint32_t kDebugEnable = 1U << 0;
constexpr std::uint32_t kHalt = 1U << 1;
constexpr std::uint32_t kMaskInterrupts = 1U << 3;
constexpr std::uint32_t kRegisterReady = 1U << 16;
constexpr std::uint32_t kHalted = 1U << 17;
constexpr std::uint32_t kRegisterWrite = 1U << 16;  // in DCRSR
constexpr Duration kHaltLimit = std::chrono::milliseconds(100);
constexpr Duration kRegisterLimit = std::chrono::milliseconds(10);

}  // namespace

Result<void> Core::control(std::uint32_t bits) { return probe_.write_word(port_, kDhcsr, kKey | bits); }

Result<bool> Core::await(std::uint32_t mask, Duration limit) {
  return poll(clock_, limit, [&]() -> Result<bool> {
    RIGOR_TRY(const std::uint32_t status, probe_.read_word(port_, kDhcsr));
    reset_seen_ |= (status & kDhcsrResetStatus) != 0;
    return (status & mask) == mask;
  });
}

Result<void> Core::halt() {
  RIGOR_CHECK(control(kDebugEnable | kHalt));
  RIGOR_TRY(const bool halted, await(kHalted, kHaltLimit));
  if (halted) return {};
  RIGOR_TRY(const std::uint32_t status, probe_.read_word(port_, kDhcsr));
  return fail(Error(Code::core_not_halted, fmt::format("DHCSR reads {}", hex_word(status)))
                  .hint("a core in reset cannot be halted, nor secure code without secure debug"));
}

Result<void> Core::hold() {
  reset_ = false;
  RIGOR_TRY(const std::uint32_t status, probe_.read_word(port_, kDhcsr));
  found_ = status & (kDebugEnable | kHalt);
  return halt();
}

Result<void> Core::let_go() {
  if ((found_ & kHalt) != 0) return {};
  RIGOR_CHECK(control(kDebugEnable));  // C_HALT goes while debug is still enabled, or it would have no effect
  if ((found_ & kDebugEnable) != 0) return {};
  return control(0);
}

Result<void> Core::borrow() {
  RIGOR_CHECK(hold());
  for (unsigned i = 0; i < kRegisterCount; ++i) {
    RIGOR_TRY(saved_[i], read_register(i));
  }
  return {};
}

Result<void> Core::restore() {
  if (reset_) return (found_ & kDebugEnable) != 0 ? Result<void>() : control(0);
  for (unsigned i = 0; i < kRegisterCount; ++i) RIGOR_CHECK(write_register(i, saved_[i]));
  return let_go();
}

Result<std::uint32_t> Core::read_register(unsigned number) {
  RIGOR_CHECK(probe_.write_word(port_, kDcrsr, number));
  RIGOR_TRY(const bool ready, await(kRegisterReady, kRegisterLimit));
  if (!ready) return fail(Code::core_not_halted, fmt::format("core register {} cannot be read", number));
  return probe_.read_word(port_, kDcrdr);
}

Result<void> Core::write_register(unsigned number, std::uint32_t value) {
  RIGOR_CHECK(probe_.write_word(port_, kDcrdr, value));
  RIGOR_CHECK(probe_.write_word(port_, kDcrsr, number | kRegisterWrite));
  RIGOR_TRY(const bool ready, await(kRegisterReady, kRegisterLimit));
  if (!ready) return fail(Code::core_not_halted, fmt::format("core register {} cannot be written", number));
  return {};
}

Result<Stop> Core::watch(Duration limit) {
  Stop stop = Stop::limit;
  const auto come_to_rest = [&]() -> Result<bool> {
    const auto status = probe_.read_word(port_, kDhcsr);
    if (!status && !may_pass(status.error())) return fail(status.error());
    if (!status || (*status & kDhcsrResetStatus) != 0) {
      stop = Stop::reset;
    } else if ((*status & kHalted) != 0) {
      stop = Stop::halted;
    }
    return stop != Stop::limit;
  };
  RIGOR_CHECK(poll(clock_, limit, come_to_rest));
  return stop;
}

Result<bool> Core::was_reset() {
  RIGOR_TRY(const std::uint32_t status, probe_.read_word(port_, kDhcsr));
  reset_seen_ |= (status & kDhcsrResetStatus) != 0;
  reset_ |= reset_seen_;
  return reset_;
}

Result<Stop> Core::run(Duration limit) {
  RIGOR_CHECK(probe_.read_word(port_, kDhcsr));  // clears S_RESET_ST
  reset_seen_ = false;
  // The mask may change only while the core is halted, and not in the same write that lets it go.
  RIGOR_CHECK(control(kDebugEnable | kHalt | kMaskInterrupts));
  RIGOR_CHECK(control(kDebugEnable | kMaskInterrupts));
  RIGOR_TRY(const Stop stop, watch(limit));
  reset_ = stop == Stop::reset;
  if (stop == Stop::limit) RIGOR_CHECK(halt());
  return stop;
}

Result<void> system_reset(Probe& probe, AccessPort port, const std::function<Result<AccessPort>()>& come_back) {
  RIGOR_CHECK(probe.read_word(port, kDhcsr));  // clears S_RESET_ST
  // The reset may cut off the answer to the write that asks for it.
  if (auto asked = probe.write_word(port, kAircr, kAircrSystemReset); !asked && !may_pass(asked.error())) return asked;
  RIGOR_TRY(const AccessPort after, come_back());
  RIGOR_TRY(const std::uint32_t status, probe.read_word(after, kDhcsr));
  if ((status & kDhcsrResetStatus) != 0) return {};
  return fail(Code::chip_unexpected, fmt::format("no reset followed the request for one (DHCSR {})", hex_word(status)));
}

}  // namespace rigor::arm
