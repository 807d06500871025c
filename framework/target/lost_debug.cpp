#include "framework/target/lost_debug.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/target/poll.hpp"

namespace rigor {

Result<StateChange> judge_lost_debug(Probe& probe, ProductState asked, Error why) {
  if (!may_pass(why)) return fail(std::move(why));
  if (!closes_debug(asked)) {
    return fail(Error(Code::state_change_refused,
                      fmt::format("the chip is not reachable after the change to {}", product_state_name(asked)))
                    .because(std::move(why)));
  }
  const auto id = probe.read_debug_port_id();
  if (!id && !may_pass(id.error())) return fail(id.error());
  StateChange change{asked, false, {}};
  change.note =
      fmt::format("the core's access port is shut and the debug port {}: discover tells whether the state was reached",
                  id ? "answers" : "is silent");
  return change;
}

}  // namespace rigor
