// The area of one window in two dimensions, from a point inside: a LevelSet over a box that follows what is found.
//
//   AreaSearch area(problem, hit, chords);
//   while (const auto point = area.next()) area.tell(play(*point));
//   area.inside({70, 40});
#pragma once

#include <optional>
#include <vector>

#include "framework/search/exclusion.hpp"
#include "framework/search/level_set.hpp"
#include "framework/search/trial_desk.hpp"

namespace rigor::search {

class AreaSearch {
 public:
  // `chord`: how far the window reaches through `hit` along each dimension, roughly.
  AreaSearch(const Problem& problem, const Point& hit, const Point& chord, double flake);

  void tell(const Trial& trial);
  // Nothing when what is undecided is small beside the area, or as many trials were played as are worth it.
  [[nodiscard]] std::optional<Point> next();
  [[nodiscard]] bool inside(const Point& x) const;
  // What encloses the area.
  [[nodiscard]] const Box& extent() const { return extent_; }
  [[nodiscard]] bool settled() const { return settled_; }

 private:
  void reframe();
  void take_frame(const std::vector<Point>& inside);
  [[nodiscard]] LevelSet make(double length, bool with_candidates) const;

  const Problem& problem_;
  double flake_;
  Metric metric_;
  Box frame_;
  Box extent_;
  double length_ = 1.7;
  std::vector<Trial> trials_;
  std::optional<LevelSet> level_;
  std::size_t since_frame_ = 0;
  std::size_t asked_ = 0;
  bool settled_ = false;
};

}  // namespace rigor::search
