// One virtual bench and a suite in two strings, run through the whole framework: what a user would run, without the
// files.
//
//   LabRig rig({.nrst = "line", .lab = "{wires: [swd, power], chip: {uid: 1 2 3}}"});
//   const TestRecord record = rig.run("- power: cycle\n- identify:\n");
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "fixtures/virtual/lab.hpp"
#include "framework/suite/runner.hpp"

namespace rigor::test {

struct LabRigSpec {
  std::string board = "weact-h523";
  std::string probe = "v2-clone";
  std::string nrst = "line";  // wiring: probe, line or none
  std::string lab = "{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732}}";
  std::string allow = "[uncalibrated:set-state]";
  std::string extra = {};                         // more keys of the bench, indented by four blanks
  std::map<std::string, unsigned> consents = {};  // "irreversible:otp": how often
  std::string record = {};                        // OBK file of both credentials; empty: made from the credential
  std::string min_off = "300ms";
  std::string power_keys = {};  // of that line, beside the usual ones: ", sense: {lab: gpio}"
  std::string nrst_keys = {};
  std::string schedules = {};   // the suite's `schedules:`, with line feeds
  std::string lines = {};       // more lines, indented by six blanks
  std::string board_file = {};  // of that board, where boards/ has none
};

class LabRig {
 public:
  explicit LabRig(const LabRigSpec& spec);
  ~LabRig();

  // The same as a suite of one test, for a runner of one's own.
  [[nodiscard]] Suite suite(const std::string& steps);
  // `steps`: the step list of one test, one "- verb: ..." per line. Faults in it fail the calling test.
  TestRecord run(const std::string& steps);
  // `text`: a timing search, as its file says it.
  SearchRecord search(const std::string& text, const std::optional<search::Point>& only = {});

  [[nodiscard]] const RigDescription& rig() const { return rig_; }
  [[nodiscard]] Crypto& crypto() { return *crypto_; }
  [[nodiscard]] lab::Lab& lab() { return *lab_; }
  [[nodiscard]] lab::LabBench& bench() { return *lab_->bench("bench"); }
  [[nodiscard]] const ChipFacts& chip() const { return rig_.benches.front().board.chip.facts; }
  [[nodiscard]] EdgeTimer& timer() { return *timer_; }
  [[nodiscard]] Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  std::string schedules_;
  RigDescription rig_;
  std::unique_ptr<lab::Lab> lab_;
  std::unique_ptr<EdgeTimer> timer_ = make_exact_edge_timer();
  std::unique_ptr<Actor> actor_;
  std::unique_ptr<Crypto> crypto_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<CredentialStore> credentials_;
  Consents consents_;
  VerbTable verbs_ = make_verb_table();
  SilentObserver observer_;
  std::unique_ptr<TestRunner> runner_;
};

// "power cycle: pass", ... and the message of the step that did not pass, for failure messages of tests.
[[nodiscard]] std::string describe(const TestRecord& record);

}  // namespace rigor::test
