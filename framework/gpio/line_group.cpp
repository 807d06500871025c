#include "framework/gpio/line_group.hpp"

namespace rigor {
namespace {

class Member final : public OutputLine {
 public:
  Member(std::shared_ptr<LineGroup> group, std::size_t index) : group_(std::move(group)), index_(index) {}
  Result<EdgeTiming> set(Level level) override { return group_->set({{index_, level}}); }

 private:
  std::shared_ptr<LineGroup> group_;
  std::size_t index_;
};

}  // namespace

Result<std::shared_ptr<LineGroup>> LineGroup::take(LineDriver& lines, std::vector<OutputRequest> requests) {
  RIGOR_TRY(auto held, lines.request_group(requests));
  std::vector<Level> levels;
  for (const OutputRequest& request : requests) levels.push_back(request.initial);
  return std::shared_ptr<LineGroup>(new LineGroup(std::move(held), std::move(levels)));
}

std::unique_ptr<OutputLine> LineGroup::line(std::size_t index) {
  return std::make_unique<Member>(shared_from_this(), index);
}

Result<EdgeTiming> LineGroup::set(const std::vector<std::pair<std::size_t, Level>>& changes) {
  const std::lock_guard lock(mutex_);
  std::vector<Level> next = levels_;
  for (const auto& [index, level] : changes) next.at(index) = level;
  RIGOR_TRY(const EdgeTiming timing, held_->set(next));
  levels_ = std::move(next);
  return timing;
}

}  // namespace rigor
