// One run of rigor against the boards of a LabRig: a runner, a ledger handle and credentials of its own, as a fresh
// process has them, on the ledger that the processes before it left.
//
//   Process first(rig);
//   first.cut().at(17, [&] { first.kill(); });   // the ledger stays as it is at this moment
//   first.run(prefix, steps);
//   first.end();
//   Process second(rig);
#pragma once

#include <filesystem>
#include <optional>

#include "tests/lab/interruption/cut_seams.hpp"
#include "tests/support/lab_rig.hpp"

namespace rigor::test {

class Process {
 public:
  // `keeper`: as in Ledger::Options.
  explicit Process(LabRig& rig, const std::string& keeper = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // What was written after kill() never was.
  ~Process();

  [[nodiscard]] CutSeams& cut() { return cut_; }
  [[nodiscard]] Ledger& ledger() { return ledger_; }

  // Points count in `steps`; what is before goes undisturbed.
  TestRecord run(const std::string& prefix, const std::string& steps);
  // The record of the board on the bench, vouched for, brought back.
  TestRecord recover();
  void kill();

 private:
  // Points count in steps [from, to), and not in what the runner does afterwards to bring a board back.
  class Window final : public RunObserver {
   public:
    explicit Window(CutSeams& cut) : cut_(cut) {}
    void set(std::size_t from, std::size_t to) {
      from_ = from;
      to_ = to;
    }
    void test_started(const TestRecord&) override {}
    void step_started(const TestRecord&, const std::string&) override {
      if (begun_++ == from_) cut_.begin();
    }
    void step_ended(const TestRecord&, const StepRecord&) override {
      if (begun_ == to_) cut_.end();
    }

   private:
    CutSeams& cut_;
    std::size_t from_ = 0, to_ = 0, begun_ = 0;
  };

  LabRig& rig_;
  CutSeams cut_;
  Ledger ledger_;
  CredentialStore credentials_;
  Consents consents_;
  VerbTable verbs_ = make_verb_table();
  Window window_;
  TestRunner runner_;
  std::filesystem::path snapshot_;  // the ledger when the process was killed
};

}  // namespace rigor::test
