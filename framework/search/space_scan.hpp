// Looking for a window in two and more dimensions, stage by stage.
//
// An offset counted from an event of stage s cannot change how earlier stages end. So where stage s was reached once,
// offsets of earlier stages are kept and only the others are searched: costs add where they would multiply. Within a
// stage, points are spread evenly, and beside the places where symptoms change. Where the task says how wide a window
// must be excluded, the even points are those of a lattice that does so.
#pragma once

#include <optional>
#include <vector>

#include "framework/search/exclusion.hpp"
#include "framework/search/low_discrepancy.hpp"
#include "framework/search/trial_desk.hpp"

namespace rigor::search {

class SpaceScan {
 public:
  // All must outlive this.
  SpaceScan(const Problem& problem, const TrialDesk& desk, Random& random);

  // Outside `windows`. Never ends of itself: whoever asks decides what is enough.
  [[nodiscard]] Point next(std::span<const Box> windows);
  // A lattice that holds enough points to exclude what the task asks for has been played; never where there is none.
  [[nodiscard]] bool lattice_done() const { return lattice_ && lattice_->done(); }
  [[nodiscard]] bool later_stage_seen() const { return stage_ > 1; }
  [[nodiscard]] std::size_t asked() const { return asked_; }

 private:
  void enter_stage(int stage);
  [[nodiscard]] Point candidate(std::span<const Box> windows);
  void keep_reached(Point& point);
  // Whether it moved the point.
  bool follow_symptoms(Point& point);
  [[nodiscard]] std::vector<const Trial*> reached() const;

  const Problem& problem_;
  const TrialDesk& desk_;
  Random& random_;
  int stage_ = 0;
  bool all_free_ = false;          // no offset is counted from this stage's events
  std::vector<std::size_t> free_;  // dimensions searched at this stage
  std::optional<SpreadPoints> points_;
  std::optional<SpreadLattice> lattice_;
  std::size_t tried_ = 0;  // at this stage
  std::size_t asked_ = 0;  // altogether
};

}  // namespace rigor::search
