#include "framework/probe/st_link_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "framework/probe/clock_table.hpp"
#include "framework/probe/opening.hpp"
#include "framework/probe/speeds.hpp"
#include "framework/probe/status.hpp"
#include "framework/probe/voltage.hpp"
#include "framework/probe/wait_retry.hpp"

namespace rigor {
namespace {

constexpr std::uint16_t kDebugPort = 0xFFFF;  // the "access port" of commands 45 and 46 that means the debug port
constexpr std::uint16_t kDpidr = 0x00;

// Below this a target is not powered, whatever is soldered to the reference pin (OpenOCD warns at 1.5 V).
constexpr double kTargetPowered = 1.0;

bool is_wire_trouble(Code code) {
  return code == Code::swd_fault || code == Code::swd_wait || code == Code::swd_parity;
}

}  // namespace

StLinkProbe::StLinkProbe(std::unique_ptr<CommandPort> port, const StLinkVersion& version, ProbeIdentity identity,
                         Clock& clock)
    : port_(std::move(port)), can_(version), identity_(std::move(identity)), clock_(clock) {}

StLinkProbe::~StLinkProbe() {
  if (attached_) std::ignore = detach();
}

Result<void> StLinkProbe::order(const Command& command, const std::string& what) {
  return retry_while_waiting(clock_, [&]() -> Result<void> {
    RIGOR_TRY(const Bytes reply, port_->ask(command, 2));
    return check_status(reply[0], what);
  });
}

Result<void> StLinkProbe::attach() {
  // Leaving first makes the probe set up the debug port anew after the target lost power; only in debug mode, see
  // opening.cpp.
  RIGOR_TRY(const StLinkMode mode, read_mode(*port_));
  if (mode == StLinkMode::debug) RIGOR_CHECK(port_->send(Command{0xF2, 0x21}));
  open_.clear();
  attached_ = true;
  if (speed_khz_ != 0) RIGOR_CHECK(set_speed_khz(speed_khz_));
  if (auto entered = order(Command{0xF2, 0x30, 0xA3}, "entering SWD"); !entered) {
    return fail(explain_silence(std::move(entered).error()));
  }
  // Entering may let go of NRST; OpenOCD asserts it again as well (st-link-protocol.md 8).
  if (reset_asserted_) return drive_reset(true);
  return {};
}

Error StLinkProbe::explain_silence(Error error) {
  if (error.code() != Code::swd_no_answer) return error;
  const auto volts = target_voltage();
  if (!volts) return error;
  const std::string_view advice =
      *volts < kTargetPowered ? "the target seems to have no power" : "check SWDIO, SWCLK and GND";
  return std::move(error).hint(fmt::format("the probe sees {:.2f} V on the target: {}", *volts, advice));
}

Result<void> StLinkProbe::detach() {
  attached_ = false;
  RIGOR_TRY(const StLinkMode mode, read_mode(*port_));
  open_.clear();
  wanted_.clear();
  if (mode != StLinkMode::debug) return {};
  return port_->send(Command{0xF2, 0x21});  // closes the access ports too
}

Result<unsigned> StLinkProbe::set_speed_khz(unsigned wish) {
  RIGOR_TRY(const unsigned chosen, can_.has(Feature::clock_table) ? set_clock_khz(wish) : set_clock_divisor(wish));
  speed_khz_ = chosen;
  return chosen;
}

Result<unsigned> StLinkProbe::set_clock_divisor(unsigned wish) {
  RIGOR_CHECK(can_.require(Feature::clock_divisor));
  const ClockDivisor choice = choose_divisor(wish);
  RIGOR_CHECK(order(Command{0xF2, 0x43}.le16(2, choice.divisor), fmt::format("setting SWD to {} kHz", choice.khz)));
  return choice.khz;
}

Result<unsigned> StLinkProbe::set_clock_khz(unsigned wish) {
  RIGOR_TRY(const std::vector<unsigned> offered, read_clock_table(*port_));
  const unsigned choice = choose_speed(offered, wish);
  RIGOR_TRY(const Bytes reply, port_->ask(Command{0xF2, 0x61, 0x00, 0x00}.le32(4, choice), 8));
  RIGOR_CHECK(check_status(reply[0], fmt::format("setting SWD to {} kHz", choice)));
  return load_le32(reply, 4);
}

Result<std::uint32_t> StLinkProbe::read_debug_port_id() {
  auto id = can_.has(Feature::debug_port_registers) ? read_debug_port_register(kDpidr) : read_id_code();
  if (!id && is_wire_trouble(id.error().code())) {
    // A debug port may not answer WAIT or FAULT to a read of DPIDR (ADIv5), so it was not one that answered.
    clear_sticky_errors();
    return fail(explain_silence(Error(Code::swd_no_answer, "no debug port answers").because(std::move(id).error())));
  }
  if (!id) return fail(explain_silence(std::move(id).error()));
  if (*id == 0 || *id == 0xFFFFFFFF) {
    return fail(explain_silence(Error(Code::swd_no_answer, fmt::format("DPIDR reads {}", hex_word(*id)))));
  }
  return id;
}

Result<std::uint32_t> StLinkProbe::read_debug_port_register(std::uint16_t address) {
  const Command command = Command{0xF2, 0x45}.le16(2, kDebugPort).le16(4, address);
  RIGOR_TRY(const Bytes reply, port_->ask(command, 8));
  RIGOR_CHECK(check_status(reply[0], "reading DPIDR"));
  return load_le32(reply, 4);
}

Result<std::uint32_t> StLinkProbe::read_id_code() {
  RIGOR_TRY(const Bytes reply, port_->ask(Command{0xF2, 0x31}, 12));
  RIGOR_CHECK(check_status(reply[0], "reading the id code"));
  return load_le32(reply, 4);
}

Result<void> StLinkProbe::open_access_port(std::uint8_t number) {
  if (open_.contains(number)) return {};
  if (!can_.has(Feature::access_port_selection) && number == 0) return {};
  RIGOR_CHECK(can_.require(Feature::access_port_selection));
  auto opened = order(Command{0xF2, 0x4B, number}, fmt::format("opening access port {}", number));
  if (!opened) {
    const Code code = opened.error().code();
    if (code != Code::access_port_closed && code != Code::swd_fault) return opened;
    clear_sticky_errors();
    if (number == 0 && code == Code::access_port_closed && can_.may_refuse_port_0())
      return fail(port_0_refused(std::move(opened).error()));
    return fail(Error(Code::access_port_locked, fmt::format("access port {} cannot be opened", number))
                    .hint("a closed chip refuses debug; ask it by debug authentication (discover)")
                    .because(std::move(opened).error()));
  }
  wanted_.insert(number);
  open_.insert(number);
  return {};
}

// The chip is not to blame: debug authentication uses this port, and no chip hides it.
Error StLinkProbe::port_0_refused(Error status) const {
  return Error(Code::probe_refused,
               fmt::format("the probe refuses access port 0; its firmware is {}", identity_.firmware))
      .hint("V2J46 and V2J47 are reported to do so with STM32H5: use another firmware, or an STLINK-V3")
      .because(std::move(status));
}

Result<void> StLinkProbe::close_access_port(std::uint8_t number) {
  wanted_.erase(number);
  if (open_.erase(number) == 0) return {};
  // J28 answers 1D to every close and keeps the port open, which harms nobody.
  if (!can_.has(Feature::access_port_close)) return {};
  return order(Command{0xF2, 0x4C, number}, fmt::format("closing access port {}", number));
}

Result<void> StLinkProbe::drive_reset(bool asserted) {
  const auto level = static_cast<std::uint8_t>(asserted ? 0 : 1);
  RIGOR_CHECK(order(Command{0xF2, 0x3C, level}, asserted ? "asserting NRST" : "releasing NRST"));
  reset_asserted_ = asserted;
  return {};
}

Result<double> StLinkProbe::target_voltage() {
  RIGOR_CHECK(can_.require(Feature::target_voltage));
  RIGOR_TRY(const VoltageReading reading, read_voltage(*port_));
  if (reading.factor == 0) {
    return fail(Error(Code::probe_confused, "the probe has no voltage reading (its reference reads 0)")
                    .hint("some clones have no voltage input at all"));
  }
  return reading.volts();
}

}  // namespace rigor
