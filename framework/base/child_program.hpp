// Runs another program to its end, with a bound, and keeps what it printed.
//
//   RIGOR_TRY(const ProgramOutcome outcome, run_program({{"st-info", "--version"}, 5s}, clock));
//   if (outcome.status != 0) ...
//
// The child gets no input (a terminal on which nobody types), its own process group and none of our blocked signals.
// When the limit passes or the clock is interrupted, its whole group is killed. `clock` must be the machine's: a
// program does not live on virtual time.
//
// Errors: name_unknown when there is no such program; io_failed; time_limit; aborted.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"

namespace rigor {

struct ProgramRequest {
  std::vector<std::string> argv;  // the program by name (searched in $PATH) or path, then its arguments; not empty
  Duration limit{};
  // Behind a pseudo terminal most programs write a line when it is complete; into a pipe, when 4096 bytes are.
  bool terminal = false;
  // Told of every line (line_splitter.hpp) as soon as it came, in a thread of its own; `at` is when it was read.
  std::function<void(TimePoint at, std::string_view line)> line = {};
};

struct ProgramOutcome {
  int status = 0;            // its exit status; 128 + the signal that ended it
  std::string output;        // standard output and standard error as they came; the last kMostOutput bytes
  std::size_t lines = 0;     // that were told
  std::size_t together = 0;  // of them: read in one piece with the line before, so that their times say little
};
inline constexpr std::size_t kMostOutput = 64U << 10;

[[nodiscard]] Result<ProgramOutcome> run_program(const ProgramRequest& request, Clock& clock);

}  // namespace rigor
