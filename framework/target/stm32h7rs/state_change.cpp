// The virtual product state: asked of the services, and where it closes the part, not to be confirmed here.
#include "framework/target/stm32h7rs/state_change.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/target/life_cycle.hpp"
#include "framework/target/lost_debug.hpp"

namespace rigor::h7rs {

Result<StateChange> change_state(Access& access, Services& services, ProductState state) {
  RIGOR_CHECK(access.look());
  RIGOR_TRY(const ProductState from, services.product_state());
  RIGOR_CHECK(check_passage(access.facts(), false, from, state));
  if (from == state) return StateChange{state, true, "the chip is in this state already"};
  RIGOR_TRY(const ServiceOutcome outcome, services.request_state(state));
  if (outcome.answer && !outcome.reset && *outcome.answer != kServiceDone) {
    return fail(Error(Code::state_change_refused,
                      fmt::format("the services answered {} to the change from {} to {}", hex_word(*outcome.answer),
                                  product_state_name(from), product_state_name(state)))
                    .hint("open goes to provisioning, provisioning to closed or locked; a regression goes back"));
  }
  // A service that returned its success may leave the reset to the host.
  if (!outcome.reset) {
    if (auto reset = access.system_reset(); !reset && !may_pass(reset.error())) return fail(std::move(reset).error());
  }
  if (auto seen = access.look(); !seen) return judge_lost_debug(access.probe(), state, std::move(seen).error());
  auto found = services.product_state();
  if (!found) return judge_lost_debug(access.probe(), state, std::move(found).error());
  if (*found == state) return StateChange{state, true, "read back from the services"};
  return fail(Code::state_change_refused, fmt::format("{} was asked for, the chip is in {}", product_state_name(state),
                                                      product_state_name(*found)));
}

}  // namespace rigor::h7rs
