#include "framework/target/stm32h5/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/target/arm/registers.hpp"
#include "framework/target/reset_flags.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kHold = 20ms;  // ten milliseconds are enough for debug authentication (stm32h5.md 9)
constexpr Duration kAfterRelease = 20ms;
constexpr Duration kReturnLimit = 1s;
// Not the magic word of debug authentication, so that nobody acts on it.
constexpr std::uint32_t kMailboxMark = 0x52494752;

// The value, or nothing where the chip does not give it; other people's troubles stay errors.
Result<std::optional<std::uint32_t>> if_readable(Result<std::uint32_t> word) {
  if (word) return *word;
  if (may_pass(word.error())) return std::nullopt;
  return fail(std::move(word).error());
}

struct ResetRegister {
  AccessPort port;
  std::uint32_t address;
};
ResetRegister reset_register(const Access& access, const View& view) {
  const ChipFacts& facts = access.facts();
  return {access.port(view.secure), view.secure ? facts.rcc_secure_reset_status : facts.rcc_reset_status};
}

Result<View> look_at_open_chip(Access& access) {
  auto view = access.look();
  if (!view && view.error().code() == Code::access_port_locked) {
    return fail(Error(Code::state_unsuitable,
                      "reset and power are proven on a chip in product state open, this one refuses debug")
                    .because(std::move(view).error()));
  }
  if (!view) return view;
  if (view->state_code() == product_state_code(ProductState::open)) return view;
  return fail(Code::state_unsuitable,
              fmt::format("reset and power are proven on a chip in product state open, this one is in 0x{:02X}",
                          view->state_code()));
}

Result<std::optional<std::uint32_t>> clear_reset_flags(Access& access, const View& view) {
  const ResetRegister where = reset_register(access, view);
  RIGOR_CHECK(access.probe().write_word(where.port, where.address, kStm32h5ResetFlags.remove));
  return if_readable(access.probe().read_word(where.port, where.address));
}

Result<void> read_after(Access& access, ResetObservations& seen) {
  RIGOR_CHECK(access.clock().sleep_for(kAfterRelease));
  auto view = access.look_again(kReturnLimit);
  if (!view) return may_pass(view.error()) ? Result<void>() : fail(std::move(view).error());
  const ResetRegister where = reset_register(access, *view);
  RIGOR_TRY(seen.debug_status_after, if_readable(access.probe().read_word(access.port(view->secure), arm::kDhcsr)));
  RIGOR_TRY(seen.reset_flags_after, if_readable(access.probe().read_word(where.port, where.address)));
  return {};
}

Result<void> read_while_held(Access& access, ResetObservations& seen) {
  RIGOR_CHECK(access.clock().sleep_for(kHold));
  const std::uint32_t address = access.facts().flash_registers + kOptsrCur;
  RIGOR_TRY(seen.options_held, if_readable(access.probe().read_word(access.port(false), address)));
  return {};
}

Result<bool> answers(Access& access) {
  auto attached = access.probe().attach();
  if (!attached && !may_pass(attached.error())) return fail(std::move(attached).error());
  if (!attached) return false;
  const auto id = access.probe().read_debug_port_id();
  if (!id && !may_pass(id.error())) return fail(id.error());
  return id.has_value();
}

AccessPort mailbox_port(const Access& access) { return {.number = access.facts().authentication.access_port}; }

// Leaves a word for a CPU that will not fetch it; its flag survives every reset but power-on
// (debug-authentication.md 13.1).
Result<std::optional<std::uint32_t>> mark_mailbox(Access& access) {
  const AccessPort port = mailbox_port(access);
  const std::uint32_t base = access.facts().authentication.dbgmcu_base;
  RIGOR_CHECK(access.probe().open_access_port(port.number));
  RIGOR_TRY(const auto before, if_readable(access.probe().read_word(port, base + kDbgmcuAuthAck)));
  if (!before) return std::nullopt;
  RIGOR_CHECK(access.probe().write_word(port, base + kDbgmcuAuthHost, kMailboxMark));
  RIGOR_TRY(const auto after, if_readable(access.probe().read_word(port, base + kDbgmcuAuthAck)));
  if (!after) return std::nullopt;
  return *after & ~*before;
}

Result<void> read_after_power(Access& access, PowerObservations& seen) {
  RIGOR_TRY(seen.answered_after, poll(access.clock(), kReturnLimit, [&] { return answers(access); }));
  if (!seen.answered_after) return {};
  // The mailbox first: what runs now may use it.
  RIGOR_CHECK(access.probe().open_access_port(mailbox_port(access).number));
  const std::uint32_t ack = access.facts().authentication.dbgmcu_base + kDbgmcuAuthAck;
  RIGOR_TRY(seen.mailbox_pending_after, if_readable(access.probe().read_word(mailbox_port(access), ack)));
  auto view = access.look_again(kReturnLimit);
  if (!view) return may_pass(view.error()) ? Result<void>() : fail(std::move(view).error());
  const ResetRegister where = reset_register(access, *view);
  RIGOR_TRY(seen.reset_flags_after, if_readable(access.probe().read_word(where.port, where.address)));
  return {};
}

}  // namespace

Result<ResetObservations> observe_reset(Access& access, ResetPin& pin) {
  RIGOR_TRY(const View view, look_at_open_chip(access));
  ResetObservations seen;
  seen.options_before = view.status;
  RIGOR_TRY(seen.reset_flags_before, clear_reset_flags(access, view));
  // The first read clears S_RESET_ST of earlier resets, the second shows that it did.
  RIGOR_CHECK(access.probe().read_word(access.port(view.secure), arm::kDhcsr));
  RIGOR_TRY(seen.debug_status_before, if_readable(access.probe().read_word(access.port(view.secure), arm::kDhcsr)));

  auto held = pin.hold();
  auto looked = held ? read_while_held(access, seen) : Result<void>();
  auto released = pin.release();
  RIGOR_CHECK(held);
  RIGOR_CHECK(looked);
  RIGOR_CHECK(released);
  RIGOR_CHECK(read_after(access, seen));
  return seen;
}

Result<PowerObservations> observe_power(Access& access, PowerSwitch& supply) {
  RIGOR_TRY(const View view, look_at_open_chip(access));
  PowerObservations seen;
  RIGOR_TRY(seen.reset_flags_before, clear_reset_flags(access, view));
  RIGOR_TRY(seen.mailbox_pending, mark_mailbox(access));
  RIGOR_TRY(seen.answered_before, answers(access));

  auto off = supply.off();
  Result<bool> silent = off ? answers(access) : Result<bool>(false);
  auto on = supply.on();
  RIGOR_CHECK(off);
  RIGOR_CHECK(on);
  RIGOR_TRY(seen.answered_while_off, silent);
  RIGOR_CHECK(read_after_power(access, seen));
  return seen;
}

}  // namespace rigor::h5
