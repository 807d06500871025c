// Progress on standard error while a run lasts, and its summary.
//
// On a terminal the last line is rewritten as tests run; elsewhere every ended test is one line. NO_COLOR (not empty)
// and a quiet wish are honoured: quiet prints what did not pass and the summary's last line, nothing else.
//
// Thread safety: all members may be called from any thread.
#pragma once

#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include "framework/store/run_record.hpp"

namespace rigor {

struct ConsoleStyle {
  bool live = false;  // rewrite the last line
  bool color = false;
  bool quiet = false;
  unsigned width = 80;  // columns of the terminal, for the live line

  // What suits standard error of this process: terminal or not, NO_COLOR, TERM=dumb, its width.
  [[nodiscard]] static ConsoleStyle for_standard_error(bool quiet);
};

class ConsoleProgress {
 public:
  // `out` outlives this. `expected` is how many tests the run will end; 0 when nobody knows.
  ConsoleProgress(std::ostream& out, ConsoleStyle style, std::size_t expected = 0);

  void test_started(const std::string& suite, const std::string& test, const std::string& bench);
  // The verb that runs now, for the live line.
  void step_started(const std::string& bench, const std::string& verb);
  void test_ended(const TestRecord& test);
  // A line that has to stay, in front of the live line.
  void note(const std::string& line);
  // Clears the live line and prints one line per bench and one for the run.
  void run_ended(const RunRecord& run);

 private:
  struct Running {
    std::string bench;
    std::string name;
    std::string verb;
  };
  void erase_live();
  void draw_live();

  std::ostream& out_;
  ConsoleStyle style_;
  std::size_t expected_;
  std::size_t ended_ = 0;
  std::size_t not_passed_ = 0;
  bool live_shown_ = false;
  std::vector<Running> running_;
  std::mutex mutex_;
};

}  // namespace rigor
