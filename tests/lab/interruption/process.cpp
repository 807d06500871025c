#include "tests/lab/interruption/process.hpp"

#include <algorithm>

namespace rigor::test {
namespace {

std::filesystem::path ledger_of(const LabRig& rig) { return rig.directory() / "ledger"; }

Ledger open_ledger(LabRig& rig, CutSeams& cut, const std::string& keeper) {
  Ledger::Options options;
  options.run = "test";
  options.keeper = keeper;
  // The ledger asks for the time before each of its writes.
  options.wall = [&cut] {
    cut.pass("ledger");
    return system_wall_time();
  };
  return Ledger::open(ledger_of(rig), rig.lab().clock(), options).value();
}

std::size_t steps_in(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

}  // namespace

Process::Process(LabRig& rig, const std::string& keeper)
    : rig_(rig),
      cut_({rig.lab().usb(), rig.lab().lines(), rig.lab().serial(), rig.lab().clock(), rig.timer()}),
      ledger_(open_ledger(rig, cut_, keeper)),
      credentials_(rig.rig(), rig.crypto()),
      consents_(std::map<std::string, unsigned>{{"irreversible:set-state", 1},
                                                {"irreversible:provision", 2},
                                                {"irreversible:options", 2},
                                                {"irreversible:otp", 2}}),
      window_(cut_),
      runner_({rig.rig(), cut_.seams(), ledger_, credentials_, consents_, verbs_, window_, 7}) {}

Process::~Process() {
  if (snapshot_.empty()) return;
  std::filesystem::remove_all(ledger_of(rig_));
  std::filesystem::rename(snapshot_, ledger_of(rig_));
}

TestRecord Process::run(const std::string& prefix, const std::string& steps) {
  window_.set(steps_in(prefix), steps_in(prefix + steps));
  const Suite suite = rig_.suite(prefix + steps);
  return runner_.run(suite, suite.tests.front(), rig_.rig().benches.front(), 1);
}

TestRecord Process::recover() {
  const BenchDescription& bench = rig_.rig().benches.front();
  const auto there = ledger_.on_bench(bench.name).value();
  if (!there) throw std::runtime_error("the ledger knows no board on the bench");
  const BoardRecord board = ledger_.vouch(bench.name, there->uid, "a test").value();
  return runner_.recover(bench, board);
}

void Process::kill() {
  snapshot_ = rig_.directory() / "ledger-when-killed";
  std::filesystem::copy(ledger_of(rig_), snapshot_, std::filesystem::copy_options::recursive);
  cut_.kill();
}

}  // namespace rigor::test
