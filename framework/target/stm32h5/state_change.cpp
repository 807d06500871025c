// Product state: the one option whose success can look like a dead chip (lifecycle.md 1.1).
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "framework/target/life_cycle.hpp"
#include "framework/target/lost_debug.hpp"
#include "framework/target/stm32h5/options.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {
namespace {

using namespace std::chrono_literals;

// How long a shut debug port is asked again before its silence counts; a launch that resets the chip answers sooner.
constexpr Duration kClosedLimit = 3s;
constexpr Duration kStateLimit = 16s;  // ST's tool needs 5.4 s (stm32h5.md 3.6), tripled
constexpr Duration kUnchangedLimit = 500ms;
constexpr Duration kStatePause = 20ms;

std::string code_text(std::uint8_t code) {
  const auto state = product_state_from_code(code);
  return fmt::format("0x{:02X} ({})", code, state ? product_state_name(*state) : "no known state");
}

}  // namespace

Result<StateChange> Options::set_product_state(ProductState state) {
  if (state == ProductState::regression || state == ProductState::ns_regression) {
    return fail(Code::usage, fmt::format("{} is a transient state of the chip's own", product_state_name(state)));
  }
  RIGOR_TRY(const View view, access_.look());
  if (view.state_code() == product_state_code(state))
    return StateChange{state, true, "the chip is in this state already"};
  if (const auto from = product_state_from_code(view.state_code()))
    RIGOR_CHECK(check_passage(access_.facts(), view.trustzone, *from, state));
  RIGOR_TRY(const OptionField* const field, find(std::string(kProductState)));
  const OptionWish wish{.field = field, .before = view.state_code(), .wanted = product_state_code(state)};
  RIGOR_TRY(const bool link_lost, launch(view, std::span(&wish, 1)));
  return await_state(state, link_lost);
}

Result<StateChange> Options::await_state(ProductState state, bool link_lost) {
  Clock& clock = access_.clock();
  const std::uint8_t wanted = product_state_code(state);
  TimePoint unchanged_end = kNever;
  for (;;) {
    auto settled = settle(closes_debug(state) ? kClosedLimit : kStateLimit);
    if (!settled) return judge_lost_debug(access_.probe(), state, std::move(settled).error());
    link_lost = link_lost || settled->link_lost;
    const std::uint8_t found = settled->view.state_code();
    const TimePoint now = clock.now();
    unchanged_end = std::min(unchanged_end, now + kUnchangedLimit);
    if (found == wanted || settled->refused || now >= unchanged_end) {
      std::ignore = access_.write(settled->view, kNsccr, kSrClearAll);  // judged by the read-back, not by these
      std::ignore = access_.write(settled->view, kOptcr, kOptcrLock);
    }
    if (found == wanted)
      return StateChange{state, true, link_lost ? "read back after the link came back" : "read back"};
    if (settled->refused || now >= unchanged_end) {
      return fail(
          Error(Code::state_change_refused,
                fmt::format("{} was asked for, the chip is in {}", code_text(wanted), code_text(found)))
              .hint("open goes to provisioning, provisioning goes forward; only a regression goes back to open"));
    }
    RIGOR_CHECK(clock.sleep_for(kStatePause));
  }
}

}  // namespace rigor::h5
