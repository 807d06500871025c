// Another program as the target of a search: it states the problem on its first line and answers one line per trial.
//
//   RIGOR_TRY(auto oracle, OracleProgram::start("python3 oracle.py", 600s));
//   RIGOR_TRY(const search::Problem problem, oracle.problem());
//   RIGOR_TRY(const search::Outcome outcome, oracle.trial({335.0}));
//
// The program is run by `sh -c` in a process group of its own, sees the points that are tried and nothing else of the
// search, and is ended with its group when this goes. Its standard error stays ours.
//
// Errors, all io_failed (the bench is at fault): it cannot be started, has ended, closes its output, or says something
// else than the protocol; time_limit when it is silent for longer than the limit. Protocol: docs/search.md.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "framework/base/file_descriptor.hpp"
#include "framework/base/result.hpp"
#include "framework/search/problem.hpp"

namespace rigor::cli {

class OracleProgram {
 public:
  [[nodiscard]] static Result<OracleProgram> start(const std::string& command, std::chrono::milliseconds limit);
  OracleProgram(OracleProgram&& other) noexcept;
  OracleProgram& operator=(OracleProgram&&) = delete;
  ~OracleProgram();

  // Once, before the first trial. Settled.
  [[nodiscard]] Result<search::Problem> problem();
  [[nodiscard]] Result<search::Outcome> trial(const search::Point& point);

 private:
  OracleProgram(pid_t child, FileDescriptor channel, std::string command, std::chrono::milliseconds limit);

  [[nodiscard]] Result<void> write_line(std::string line);
  [[nodiscard]] Result<nlohmann::json> read_document();
  [[nodiscard]] Result<void> wait_for(short event, std::chrono::steady_clock::time_point until) const;
  [[nodiscard]] Error garbage(const std::string& what) const;
  [[nodiscard]] Error ended() const;

  pid_t child_;
  FileDescriptor channel_;  // a socket: its input and output
  std::string command_;
  std::chrono::milliseconds limit_;
  std::string received_;
};

}  // namespace rigor::cli
