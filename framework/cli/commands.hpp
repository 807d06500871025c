// The commands, each a function from its options to an exit code. program.cpp fills the options from the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/cli/output.hpp"

namespace rigor::cli {

struct RunCommand {
  std::vector<std::string> suites;  // none: the rig's own
  std::string rig;
  std::vector<std::string> benches;  // none: all
  std::string out = "out";
  std::optional<std::uint64_t> seed;
  unsigned repeat = 1;
  unsigned jobs = 1;
  std::string filter;
  std::vector<std::string> set;    // NAME=VALUE
  std::vector<std::string> allow;  // EFFECT:VERB=COUNT
  bool fail_fast = false;
  bool all_traces = false;              // also of tests that passed
  std::string lab;                      // socket of a keeper
  std::vector<std::string> googletest;  // arguments after --
  std::vector<std::string> argv;        // as typed, for the record
};
[[nodiscard]] int run(const RunCommand& command, const Output& output);

struct CheckCommand {
  std::vector<std::string> files;
};
[[nodiscard]] int check(const CheckCommand& command, const Output& output);

struct ListCommand {
  std::string what;  // benches, suites, verbs, boards, chips, probes, lines
  std::string rig;
};
[[nodiscard]] int list(const ListCommand& command, const Output& output);

struct DoCommand {
  std::string verb;
  std::vector<std::string> arguments;  // KEY=VALUE, KEY.SUB=VALUE, or one bare VALUE
  std::string rig;
  std::string bench;
  std::vector<std::string> allow;
  std::optional<std::uint64_t> seed;
  std::string lab;  // socket of a keeper
};
[[nodiscard]] int do_verb(const DoCommand& command, const Output& output);

struct SurveyCommand {
  std::string rig;
  std::string bench;
  std::string lab;  // socket of a keeper
};
[[nodiscard]] int survey(const SurveyCommand& command, const Output& output);

struct CalibrateCommand {
  std::string rig;
  std::string bench;
  std::string out;  // file to write; empty: CHIP-calibration.yaml in the working directory
  std::vector<std::string> allow;
  std::string lab;
};
[[nodiscard]] int calibrate(const CalibrateCommand& command, const Output& output);

struct DoctorCommand {
  std::string rig;  // empty: the machine alone
};
[[nodiscard]] int doctor(const DoctorCommand& command, const Output& output);

struct ReportCommand {
  std::string run;  // id, its beginning, or "latest"
  std::string format = "html";
  std::string out = "out";  // directory that holds results.db
};
[[nodiscard]] int report(const ReportCommand& command, const Output& output);

struct LedgerCommand {
  std::string action;  // list, show, export, import, vouch, doubt, recover
  std::string board;   // unique id, or the file to import
  std::string bench;   // of vouch, doubt and recover
  std::string directory;
  std::string rig;                 // of recover, as are the following
  std::vector<std::string> allow;  // EFFECT:VERB=COUNT
  std::string lab;                 // socket of a keeper
};
[[nodiscard]] int recover_board(const LedgerCommand& command, const Output& output);
[[nodiscard]] int ledger(const LedgerCommand& command, const Output& output);

[[nodiscard]] int help_verb(const std::string& verb, const Output& output);

}  // namespace rigor::cli
