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

// The same for edges that hang on the lines of a program behind a pseudo terminal: from the moment that the program
// stamped on a line just before it wrote it, to the return of the set call. The program prints `edges` lines
// "line INDEX NANOSECONDS" (CLOCK_MONOTONIC), from 0. Errors: those of run_program.
[[nodiscard]] Result<EdgeMeasurement> measure_line_edges(const std::vector<std::string>& program, int edges);

}  // namespace rigor
