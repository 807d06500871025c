// A time axis that stays readable when milliseconds of action lie between seconds of waiting: it is linear inside
// stretches of activity, and broken, with the length of the break written there, between them. Used inside reports
// only.
#pragma once

#include <string>
#include <vector>

#include "framework/base/clock.hpp"

namespace rigor {

class TimeAxis {
 public:
  struct Segment {
    Duration from{};
    Duration to{};
    double left = 0;
    double right = 0;
  };
  struct Tick {
    double x = 0;
    std::string label;
  };

  // `times` are the moments that matter, in any order; the axis spans them all between `left` and `right` pixels.
  TimeAxis(std::vector<Duration> times, double left, double right);

  // Times before the first and after the last moment are drawn at the ends.
  [[nodiscard]] double x(Duration at) const;
  // In order; between two of them lies a break.
  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
  [[nodiscard]] std::vector<Tick> ticks() const;

 private:
  std::vector<Segment> segments_;
};

}  // namespace rigor
