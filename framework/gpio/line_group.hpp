// Outputs that are held in one request: each can be moved alone, and several of them in one call.
//
//   RIGOR_TRY(const auto group, LineGroup::take(lines, {{power, Drive::push_pull, Level::low}, {nrst, ...}}));
//   auto relay = Relay::take(group->line(1), clock, nrst_wiring);   // moves alone
//   RIGOR_CHECK(group->set({{0, Level::high}, {1, Level::low}}));   // both at once
//
// A request's lines are always set all together, so a move of one repeats the levels of the others. Members may be
// called from any thread; sets are done one after another.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "framework/gpio/line_driver.hpp"

namespace rigor {

class LineGroup : public std::enable_shared_from_this<LineGroup> {
 public:
  // Errors: those of LineDriver::request_group.
  [[nodiscard]] static Result<std::shared_ptr<LineGroup>> take(LineDriver& lines, std::vector<OutputRequest> requests);

  // The line at that place of the request, as one that is moved alone. The group lives as long as one of them.
  [[nodiscard]] std::unique_ptr<OutputLine> line(std::size_t index);
  // Moves these lines in one call and leaves the others. Errors: line_failed.
  [[nodiscard]] Result<EdgeTiming> set(const std::vector<std::pair<std::size_t, Level>>& changes);

 private:
  LineGroup(std::unique_ptr<OutputGroup> held, std::vector<Level> levels)
      : held_(std::move(held)), levels_(std::move(levels)) {}

  std::unique_ptr<OutputGroup> held_;
  std::mutex mutex_;
  std::vector<Level> levels_;
};

}  // namespace rigor
