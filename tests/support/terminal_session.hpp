// Something that runs at a terminal of its own, and a test that types at it.
//
//   TerminalSession session([] { return ask_something(); });
//   ASSERT_TRUE(session.shows("passphrase: "));
//   session.type("abc\n");
//   EXPECT_EQ(session.end().exit_code, 0);
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/subprocess.hpp"

namespace rigor::test {

class TerminalSession {
 public:
  static constexpr std::chrono::seconds kPatience{20};

  // Runs in a child process; what it returns is the exit code.
  explicit TerminalSession(const std::function<int()>& body);
  // A program, in a directory, without an environment.
  TerminalSession(const std::vector<std::string>& arguments, const std::filesystem::path& directory);
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;
  ~TerminalSession();

  // Waits until the text stands on the terminal after everything that was waited for before. False when the patience
  // or the child is at its end first.
  [[nodiscard]] bool shows(const std::string& text);
  void type(const std::string& text) const;
  [[nodiscard]] bool echoes() const;
  // Everything on the terminal so far.
  [[nodiscard]] const std::string& screen() const { return screen_; }

  // Waits for the child; a child that outlives the patience is killed and timed_out.
  Finished end();

 private:
  // False when nothing came in a short while.
  bool read_some();
  [[nodiscard]] bool ended();

  int ours_ = -1;
  int theirs_ = -1;  // kept open, so that the terminal is there when the child is gone
  pid_t child_ = -1;
  bool reaped_ = false;
  int status_ = 0;
  std::string screen_;
  std::size_t seen_ = 0;
};

}  // namespace rigor::test
