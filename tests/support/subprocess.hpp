// A program run by a test: what it printed, how it ended, and never longer than it may take.
//
//   const Finished done = run_program({"/path/rigor", "list", "verbs"}, {.directory = "/tmp/x"});
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rigor::test {

struct ProgramSetting {
  std::filesystem::path directory;                 // where it runs
  std::map<std::string, std::string> environment;  // all of it
  std::chrono::milliseconds limit = std::chrono::seconds(120);
  // A signal that is sent a while after something came true.
  struct Signal {
    int number = 0;
    std::function<bool()> once;
    std::chrono::milliseconds after{};
  };
  std::optional<Signal> signal;
  bool terminal = false;  // standard error is one
  // Runs in the child before the program begins: limits, another user. Nothing that is not async-signal-safe.
  std::function<void()> before;
};

struct Finished {
  int exit_code = -1;  // -1: ended by a signal, also by the time limit's
  int signal = 0;
  bool timed_out = false;
  std::string out;
  std::string err;
  std::chrono::milliseconds after_signal{};  // from the signal that was sent to the end
};

// A program that cannot be started ends with exit code 127, as in a shell.
[[nodiscard]] Finished run_program(const std::vector<std::string>& arguments, const ProgramSetting& setting);

}  // namespace rigor::test
