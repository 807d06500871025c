// How exactly this machine plays edges: a schedule with a line that does nothing, so that only the machine's time is
// measured.
#pragma once

#include <vector>

#include "framework/base/clock.hpp"
#include "framework/gpio/edge_timer.hpp"

namespace rigor {

struct EdgeMeasurement {
  TimerQuality quality;
  // From the time asked for to the return of the set call, one for each edge that was played, ascending.
  std::vector<Duration> late;

  // `share` of them are at most so late; 0.5 is the median. There must be some.
  [[nodiscard]] Duration quantile(double share) const;
};

// Takes `edges` times `period`, on the machine's clock.
[[nodiscard]] EdgeMeasurement measure_edges(int edges, Duration period);

}  // namespace rigor
