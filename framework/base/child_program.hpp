// Runs another program to its end, with a bound, and keeps what it printed.
//
//   RIGOR_TRY(const ProgramOutcome outcome, run_program({{"st-info", "--version"}, 5s}, clock));
//   if (outcome.status != 0) ...
//
// The child gets no input, its own process group and none of our blocked signals. When the limit passes or the clock is
// interrupted, its whole group is killed. `clock` must be the machine's: a program does not live on virtual time.
//
// Errors: name_unknown when there is no such program; io_failed; time_limit; aborted.
#pragma once

#include <string>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"

namespace rigor {

struct ProgramRequest {
  std::vector<std::string> argv;  // the program by name (searched in $PATH) or path, then its arguments; not empty
  Duration limit{};
};

struct ProgramOutcome {
  int status = 0;      // its exit status; 128 + the signal that ended it
  std::string output;  // standard output and standard error as they came; the last kMostOutput bytes
};
inline constexpr std::size_t kMostOutput = 64U << 10;

[[nodiscard]] Result<ProgramOutcome> run_program(const ProgramRequest& request, Clock& clock);

}  // namespace rigor
