#include "tests/support/lab_rig.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace rigor::test {
namespace {

// In memory where the machine has such a place: the ledger syncs each of its writes to disk, and nothing here has to
// outlive the machine.
std::filesystem::path make_directory() {
  const bool memory = ::access("/dev/shm", W_OK) == 0;
  std::string pattern = (memory ? "/dev/shm/" : ::testing::TempDir()) + "rigor-lab-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot create " << pattern;
  return pattern;
}

std::string rig_text(const LabRigSpec& spec) {
  const std::string demo = RIGOR_SOURCE_DIR "/rigs/credentials/demo/";
  const std::string record = spec.record.empty() ? "" : ", record: " + spec.record;
  std::string text =
      "rig: test\n"
      "credentials:\n"
      "  certificate: {chain: " +
      demo + "leaf_chain.b64, key: " + demo + "leaf_key.pem" + record +
      "}\n"
      "  password: {file: " +
      demo + "password.bin" + record +
      "}\n"
      "benches:\n"
      "  - name: bench\n"
      "    board: " +
      spec.board +
      "\n"
      "    probe: {lab: " +
      spec.probe +
      "}\n"
      "    wiring: {nrst: " +
      spec.nrst +
      ", power: relay}\n"
      "    lines:\n"
      "      power: {lab: relay, active: high, settle: 15ms, min-off: " +
      spec.min_off + ", safe: off" + spec.power_keys + "}\n";
  if (spec.nrst == "line")
    text +=
        "      nrst: {lab: relay, active: low, drive: open-drain, settle: 1ms, safe: released" + spec.nrst_keys + "}\n";
  text += spec.lines;
  text += "    allow: " + spec.allow + "\n    lab: " + spec.lab + "\n" + spec.extra;
  return text;
}

}  // namespace

LabRig::LabRig(const LabRigSpec& spec) : directory_(make_directory()), schedules_(spec.schedules) {
  consents_ = Consents(spec.consents);
  const std::filesystem::path path = directory_ / "rig.yaml";
  std::ofstream(path) << rig_text(spec);
  if (!spec.board_file.empty()) {
    std::filesystem::create_directory(directory_ / "boards");
    std::ofstream(directory_ / "boards" / (spec.board + ".yaml")) << spec.board_file;
  }
  Faults faults;
  auto rig = load_rig(path, SearchPath{{RIGOR_SOURCE_DIR}}, faults);
  if (!rig) throw std::runtime_error(faults.describe());
  rig_ = std::move(*rig);
  auto lab = lab::Lab::build(rig_, 7);
  if (!lab) throw std::runtime_error(lab.error().describe());
  lab_ = std::move(*lab);
  actor_ = lab_->clock().enroll("test");
  crypto_ = std::make_unique<Crypto>(Crypto::create().value());
  Ledger::Options options;
  options.run = "test";
  ledger_ = std::make_unique<Ledger>(Ledger::open(directory_ / "ledger", lab_->clock(), options).value());
  credentials_ = std::make_unique<CredentialStore>(rig_, *crypto_);
  runner_ = std::make_unique<TestRunner>(
      TestRunner::Parts{rig_,
                        {lab_->usb(), lab_->lines(), lab_->serial(), lab_->clock(), *timer_},
                        *ledger_,
                        *credentials_,
                        consents_,
                        verbs_,
                        observer_,
                        7});
}

LabRig::~LabRig() { std::filesystem::remove_all(directory_); }

TestRecord LabRig::run(const std::string& steps) {
  const Suite suite = this->suite(steps);
  return runner_->run(suite, suite.tests.front(), rig_.benches.front(), 1);
}

Suite LabRig::suite(const std::string& steps) {
  std::string text = "suite: inline\n" + schedules_ + "tests:\n  - test: t\n    steps:\n";
  for (std::size_t at = 0; at < steps.size();) {
    const std::size_t end = std::min(steps.find('\n', at), steps.size());
    text += "      " + steps.substr(at, end - at) + "\n";
    at = end + 1;
  }
  const std::filesystem::path path = directory_ / "suite.yaml";
  std::ofstream(path) << text;
  Faults faults;
  auto suite = load_suite(path, verbs_, {}, faults);
  if (!suite) throw std::runtime_error(faults.describe());
  return *std::move(suite);
}

SearchRecord LabRig::search(const std::string& text, const std::optional<search::Point>& only) {
  const std::filesystem::path path = directory_ / "search.yaml";
  std::ofstream(path) << text;
  Faults faults;
  const auto search = load_window_search(path, verbs_, rig_.search, faults);
  if (!search) throw std::runtime_error(faults.describe());
  struct Silent final : SearchObserver {
    void trial_ended(const search::Solver&, const SearchTrial&) override {}
  } silent;
  return runner_->search(*search, rig_.benches.front(), silent, only);
}

std::string describe(const TestRecord& record) {
  std::string text;
  for (const StepRecord& step : record.steps)
    text += step.verb + " " + step.parameters + ": " + std::string(verdict_name(step.verdict)) + "\n";
  return text + record.message;
}

}  // namespace rigor::test
