// Looking for a window along one dimension: by what symptoms say while they say something, by an even grid otherwise.
#pragma once

#include <optional>
#include <span>

#include "framework/search/directed_posterior.hpp"
#include "framework/search/exclusion.hpp"
#include "framework/search/low_discrepancy.hpp"
#include "framework/search/trial_desk.hpp"

namespace rigor::search {

class LineScan {
 public:
  // Both must outlive this.
  LineScan(const Problem& problem, const TrialDesk& desk, Random& random);

  // Outside `windows`; nothing when every window as wide as width() is excluded there.
  [[nodiscard]] std::optional<Point> next(std::span<const Box> windows);
  [[nodiscard]] double width() const { return width_; }

 private:
  [[nodiscard]] bool ask_symptoms(std::span<const Box> windows);
  [[nodiscard]] std::optional<Point> next_of_grid(std::span<const Box> windows);

  const Problem& problem_;
  const TrialDesk& desk_;
  double width_;
  std::size_t needed_;
  SpreadGrid grid_;
  std::optional<DirectedPosterior> directed_;
  std::size_t told_ = 0;
  std::size_t directed_trials_ = 0;
  std::size_t asked_ = 0;
};

}  // namespace rigor::search
