#include "framework/base/clock.hpp"

namespace rigor {

Result<bool> Clock::wait(Event& event, TimePoint deadline) {
  Event* const events[] = {&event};
  RIGOR_TRY(const std::optional<std::size_t> which, wait_any(events, deadline));
  return which.has_value();
}

Result<void> Clock::sleep_until(TimePoint deadline) {
  RIGOR_CHECK(wait_any({}, deadline));
  return {};
}

}  // namespace rigor
