// How a command speaks: results on standard output, everything else on standard error, one JSON document with --json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "framework/base/error.hpp"
#include "framework/bench/fault.hpp"

namespace rigor::cli {

enum ExitCode : int { kDone = 0, kFailed = 1, kWrongRequest = 2, kBenchFault = 3, kRefused = 4 };

[[nodiscard]] ExitCode exit_code_for(const Error& error);

class Output {
 public:
  explicit Output(bool json, bool quiet) : json_(json), quiet_(quiet) {}

  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] bool quiet() const { return quiet_; }

  // The command's document; only with --json.
  void document(const nlohmann::json& document) const;
  // A line for a reader; only without --json.
  void line(const std::string& text) const;

  // `code`, unless what was said could not be written out: then that is said on standard error, and 0 becomes 3.
  [[nodiscard]] int finished(int code) const;

  // Says what went wrong, in the form that was asked for, and returns the exit code.
  [[nodiscard]] int failure(const Error& error) const;
  // The same for files: every fault at its place.
  [[nodiscard]] int failure(const Faults& faults) const;

 private:
  bool json_;
  bool quiet_;
};

}  // namespace rigor::cli
