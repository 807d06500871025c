// Every verb that moves a part through its life, cut short: the board's power goes, for good or for a moment, or the
// process is killed, in front of any transfer, edge or write of the ledger. What is left must be a board that a fresh
// process brings back with the ledger's help, or a final state that the ledger knows was asked for.
//
// Of each verb's points some are tried, evenly spread, RIGOR_CUTS of them where the environment says so; with
// RIGOR_EVERY_VALUE in the environment all of them, which takes hours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/lab/interruption/process.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using test::Process;

std::size_t cuts_wanted(std::size_t points) {
  if (std::getenv("RIGOR_EVERY_VALUE") != nullptr) return points;
  const char* const number = std::getenv("RIGOR_CUTS");
  return std::min(points, number == nullptr ? 3 : std::max<std::size_t>(2, std::strtoul(number, nullptr, 10)));
}

enum class Cut : std::uint8_t { power, dip, kill };
constexpr Cut kCuts[] = {Cut::power, Cut::dip, Cut::kill};
const char* name_of(Cut cut) { return cut == Cut::power ? "power" : cut == Cut::dip ? "dip" : "kill"; }

// What nobody knows of an option change or a regression that is cut short.
constexpr std::string_view kInterrupted = ", interrupted-options: ", kAsksAgain = ", regression-resumes: off";
constexpr const char* kOutcomes[] = {"stays", "sticks", "all-ones"};

struct Case {
  std::string name;
  LabRigSpec spec;
  std::string prefix;
  std::string steps;
  bool final = false;  // the steps may end where nothing leads back

  // Of a chip that takes its interruptions in one way or another only those are of interest: who kills a process leaves
  // the chip in peace.
  [[nodiscard]] bool concerns(Cut cut) const {
    return cut != Cut::kill || !(spec.lab.contains(kAsksAgain) || spec.lab.contains(kInterrupted));
  }
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// Evenly spread, the first and the last among them; for a killed process every write of the ledger as well.
std::vector<std::size_t> chosen(const std::vector<std::string>& points, Cut cut) {
  const std::size_t all = cuts_wanted(points.size());
  const std::size_t wanted = cut == Cut::dip ? (all + 1) / 2 : all;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < wanted; ++i)
    numbers.push_back(1 + (points.size() - 1) * i / std::max<std::size_t>(1, wanted - 1));
  for (std::size_t i = 0; i < points.size(); ++i)
    if (cut == Cut::kill && points[i] == "ledger") numbers.push_back(i + 1);
  std::ranges::sort(numbers);
  const auto rest = std::ranges::unique(numbers);
  numbers.erase(rest.begin(), rest.end());
  return numbers;
}

// The length of a dip in points: long enough for the supply to fall.
constexpr std::size_t kDip = 4;

void arm(Process& process, LabRig& rig, Cut cut, std::size_t point) {
  if (cut == Cut::kill) return process.cut().at(point, [&] { process.kill(); });
  process.cut().at(point, [&] { rig.bench().break_wire(lab::Breakage::power); });
  if (cut == Cut::dip) process.cut().at(point + kDip, [&] { rig.bench().mend_wire(lab::Breakage::power); });
}

bool is_final(const std::optional<StateMark>& mark) {
  return mark && (mark->state == "locked" || mark->state == "rdp-2");
}

// Nothing when all is well.
std::string judge(LabRig& rig, const Case& c) {
  Process process(rig);
  const TestRecord record = process.recover();
  const BoardRecord board = **process.ledger().on_bench("bench");
  if (record.verdict == Verdict::pass) {
    const std::string state = board.proven ? board.proven->state : "nothing";
    if (state == "open" || state == "rdp-0") return board.interrupted() ? "the ledger thinks it is under way" : "";
    return "the ledger says " + state + "\n" + describe(record);
  }
  const bool told = record.message.contains("for ever");
  if (c.final && told && (is_final(board.intended) || is_final(board.proven))) return {};
  return describe(record);
}

struct Totals {
  std::size_t cases = 0, points = 0, cuts = 0;
};
Totals& totals() {
  static Totals sum;
  return sum;
}

class CutShort : public ::testing::TestWithParam<Case> {
 protected:
  static void TearDownTestSuite() {
    const Totals& sum = totals();
    std::cout << sum.cases << " verbs, " << sum.points << " points, " << sum.cuts << " cuts tried so far\n";
  }
};

TEST_P(CutShort, LeavesWhatTheLedgerCanRecover) {
  const Case& c = GetParam();
  std::vector<std::string> points;
  {
    LabRig rig(c.spec);
    Process process(rig);
    const TestRecord record = process.run(c.prefix, c.steps);
    ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
    points = process.cut().points();
  }
  ASSERT_FALSE(points.empty());
  std::size_t cuts = 0;
  for (const Cut cut : kCuts)
    for (const std::size_t point : c.concerns(cut) ? chosen(points, cut) : std::vector<std::size_t>{}) {
      ++cuts;
      LabRig rig(c.spec);
      std::string first;
      {
        Process process(rig);
        arm(process, rig, cut, point);
        first = describe(process.run(c.prefix, c.steps));
      }
      rig.bench().mend_wire(lab::Breakage::power);
      const std::string wrong = judge(rig, c);
      EXPECT_EQ(wrong, "") << name_of(cut) << " at point " << point << " of " << points.size() << " ("
                           << points[point - 1] << "), where the run said:\n"
                           << first;
    }
  EXPECT_GT(cuts, cuts_wanted(points.size()));
  totals().cases += 1;
  totals().points += points.size();
  totals().cuts += cuts;
  RecordProperty("points", static_cast<int>(points.size()));
  RecordProperty("cuts", static_cast<int>(cuts));
}

const std::string kBegin = "- power: cycle\n- identify:\n- self-test: [nrst, power]\n";
const std::string kAllow = "[uncalibrated, irreversible]";

LabRigSpec on(const std::string& board, const std::string& chip = "") {
  LabRigSpec spec;
  spec.board = board;
  spec.probe = "v3ec";
  spec.allow = kAllow;
  spec.lab =
      "{wires: [swd, nrst-line, power], supply: {discharge: 1ms}, chip: {uid: 00470036 3133510C 35343732" + chip + "}}";
  return spec;
}

// Nothing in `name` may be a dash.
std::string in_name(std::string outcome) {
  std::erase(outcome, '-');
  return "_" + outcome;
}

std::string outcome_of(const std::string& outcome) { return std::string(kInterrupted) + outcome; }

// Everything that `set-state: closed` asks for.
std::string rehearsed(const std::string& start, const std::string& method) {
  const std::string stored = "- set-state: provisioning\n- provision: " + method + "\n- discover:\n";
  return start + stored + "- regress: " + method + "\n" + start.substr(kBegin.size()) + stored;
}

void add_authenticated_life(std::vector<Case>& cases, const std::string& name, const LabRigSpec& spec,
                            const std::string& start, const std::string& method, const std::string& ask,
                            const std::vector<std::string>& states) {
  const std::string provisioning = start + "- set-state: provisioning\n";
  const std::string stored = provisioning + "- provision: " + method + "\n";
  const std::string ready = rehearsed(start, method);
  const std::string closed = ready + "- set-state: closed\n- discover:\n";
  const std::string open_debug = "- authenticate: {ask: " + ask + ", method: " + method + "}\n";
  cases.push_back({name + "ToProvisioning", spec, start, "- set-state: provisioning\n"});
  cases.push_back({name + "Provision", spec, provisioning, "- provision: " + method + "\n"});
  cases.push_back({name + "Discover", spec, stored, "- discover:\n"});
  cases.push_back({name + "RegressFromProvisioning", spec, stored, "- regress: " + method + "\n"});
  for (const std::string& state : states)
    cases.push_back({name + "To" + (state == "tz-closed" ? "TzClosed" : state), spec, ready,
                     "- set-state: " + state + "\n- discover:\n", false});
  cases.push_back({name + "ToLocked", spec, ready, "- set-state: locked\n", true});
  if (method == "certificate") {  // a password opens nothing but a regression
    cases.push_back({name + "Authenticate", spec, closed, open_debug});
    cases.push_back({name + "LockDebug", spec, closed + open_debug, "- lock-debug:\n"});
  }
  cases.push_back({name + "Regress", spec, closed, "- regress: " + method + "\n"});
}

// Every state that follows on `ready`, in `wanted`.
void add_state_changes(std::vector<Case>& cases, const std::string& name, const LabRigSpec& spec,
                       const std::string& start, const std::string& method, const std::vector<std::string>& states) {
  const std::string ready = rehearsed(start, method);
  cases.push_back({name + "ToProvisioning", spec, start, "- set-state: provisioning\n"});
  for (const std::string& state : states)
    cases.push_back({name + "To" + (state == "tz-closed" ? "TzClosed" : state), spec, ready,
                     "- set-state: " + state + "\n" + (state == "locked" ? "" : "- discover:\n"), state == "locked"});
}

// Flash and one-time memory, whose changes no ledger has to know of.
void add_memories(std::vector<Case>& cases, const std::string& name, const LabRigSpec& spec, const std::string& cells) {
  cases.push_back({name + "OtpWrite", spec, kBegin, "- otp: {write: " + cells + ", data: 00112233}\n"});
  cases.push_back({name + "OtpLock", spec, kBegin, "- otp: {lock: 1}\n"});
  cases.push_back({name + "Erase", spec, kBegin, "- erase: {offset: 0, size: 16KiB}\n"});
  cases.push_back({name + "EraseAll", spec, kBegin, "- erase: all\n"});
  cases.push_back(
      {name + "Program", spec, kBegin + "- erase: {offset: 0, size: 16KiB}\n", "- program: {pattern: 16KiB}\n"});
}

void add_regressions(std::vector<Case>& cases, const std::string& name, const LabRigSpec& spec,
                     const std::string& start, const std::vector<std::string>& states) {
  for (const std::string& state : states)
    cases.push_back({name + "RegressFrom" + (state == "tz-closed" ? "TzClosed" : state), spec,
                     rehearsed(start, "certificate") + "- set-state: " + state + "\n- discover:\n",
                     "- regress: certificate\n"});
}

std::vector<Case> h5_cases() {
  std::vector<Case> cases;
  const LabRigSpec spec = on("weact-h523");
  const std::string with_tz = kBegin + "- options: {set: {TZEN: on}}\n";
  const std::vector<std::string> tz_states = {"provisioned", "tz-closed", "closed"};
  add_authenticated_life(cases, "H523Certificate", spec, with_tz, "certificate", "level-3-nonsecure-debug", tz_states);
  const std::string closed = rehearsed(with_tz, "certificate") + "- set-state: closed\n- discover:\n";
  const std::string partial = "- regress: {method: certificate, scope: trustzone}\n";
  cases.push_back({"H523CertificateRegressTz", spec, closed, partial});
  add_regressions(cases, "H523", spec, with_tz, {"provisioned", "tz-closed"});
  const LabRigSpec asks_again = on("weact-h523", std::string(kAsksAgain));
  cases.push_back({"H523RegressTz_AsksAgain", asks_again, closed, partial});
  add_regressions(cases, "H523AsksAgain", asks_again, with_tz, {"tz-closed", "closed"});
  const std::string without = kBegin + "- options: {set: {TZEN: off}}\n";
  add_authenticated_life(cases, "H523Password", spec, without, "password", "level-3-nonsecure-debug",
                         {"provisioned", "closed"});
  for (const std::string outcome : kOutcomes) {
    const LabRigSpec fragile = on("weact-h523", outcome_of(outcome));
    const std::string word = in_name(outcome);
    cases.push_back({"H523TrustZoneOn" + word, fragile, kBegin, "- options: {set: {TZEN: on}}\n"});
    cases.push_back({"H523TrustZoneOff" + word, fragile, with_tz, "- options: {set: {TZEN: off}}\n"});
    cases.push_back({"H523Protect" + word, fragile, kBegin, "- options: {set: {WRPSGn1: 0xFE}}\n"});
    cases.push_back({"H523LockCells" + word, fragile, kBegin, "- otp: {lock: 3}\n"});
    if (outcome == "stays") continue;
    add_state_changes(cases, "H523" + word + "Certificate", fragile, with_tz, "certificate",
                      {"provisioned", "tz-closed", "closed", "locked"});
    add_state_changes(cases, "H523" + word + "Password", fragile, without, "password", {"closed"});
  }
  const LabRigSpec spoilt =
      on("weact-h523", outcome_of("all-ones") + ", spoilt-options-keep-state: off, illegal-state: previous");
  cases.push_back({"H523SpoiltToClosed", spoilt, rehearsed(without, "password"), "- set-state: closed\n- discover:\n"});
  add_memories(cases, "H523", spec, "0x08FFF000");
  const LabRigSpec crypto = on("nucleo-h533re");
  cases.push_back({"H533Provision", crypto, with_tz + "- set-state: provisioning\n", "- provision: certificate\n"});
  add_state_changes(cases, "H533", crypto, with_tz, "certificate", {"closed"});
  add_regressions(cases, "H533", crypto, with_tz, {"closed"});
  return cases;
}

std::vector<Case> h503_cases() {
  std::vector<Case> cases;
  const LabRigSpec spec = on("nucleo-h503rb");
  cases.push_back({"H503PasswordIntoOtp", spec, kBegin, "- provision: password\n"});
  const std::string start = kBegin + "- provision: password\n";
  add_authenticated_life(cases, "H503", spec, start, "password", "level-3-nonsecure-debug", {"provisioned", "closed"});
  return cases;
}

std::vector<Case> h7rs_cases() {
  std::vector<Case> cases;
  const LabRigSpec spec = on("stm32h7s78-dk");
  for (const std::string method : {"certificate", "password"})
    add_authenticated_life(cases, method == "password" ? "H7rsPassword" : "H7rsCertificate", spec, kBegin, method,
                           "level-3-debug", {"closed"});
  const std::string provisioning = kBegin + "- set-state: provisioning\n";
  for (const std::string outcome : kOutcomes) {
    const LabRigSpec fragile = on("stm32h7s78-dk", outcome_of(outcome));
    const std::string word = in_name(outcome);
    cases.push_back({"H7rsProtect" + word, fragile, kBegin, "- options: {set: {WRPS2: 0}}\n"});
    cases.push_back({"H7rsHide" + word, fragile, kBegin, "- options: {set: {HDP_AREA_START: 0, HDP_AREA_END: 15}}\n"});
    cases.push_back({"H7rsLockCells" + word, fragile, kBegin, "- otp: {lock: 3}\n"});
    cases.push_back({"H7rsServiceProtect" + word, fragile, provisioning, "- options: {set: {WRPS2: 0}}\n"});
    if (outcome != "stays")
      add_state_changes(cases, "H7rs" + word, fragile, kBegin, "certificate", {"closed", "locked"});
  }
  add_regressions(cases, "H7rsAsksAgain", on("stm32h7s78-dk", std::string(kAsksAgain)), kBegin, {"closed"});
  add_memories(cases, "H7rs", spec, "0x08FFF000");
  LabRigSpec plain = on("plain-h7r7");
  plain.board_file =
      "board: plain-h7r7\nabout: one without a crypto block\nchip: stm32h7r7\nflash: 64KiB\nswd-khz: 8000\n";
  cases.push_back({"H7rProvision", plain, provisioning, "- provision: certificate\n"});
  add_state_changes(cases, "H7r", plain, kBegin, "certificate", {"closed"});
  add_regressions(cases, "H7r", plain, kBegin, {"closed"});
  return cases;
}

std::vector<Case> f4_cases() {
  std::vector<Case> cases;
  for (const std::string outcome : kOutcomes) {
    const std::string word = in_name(outcome), level_1 = kBegin + "- set-state: rdp-1\n";
    const LabRigSpec f407 = on("black-f407", outcome_of(outcome));
    cases.push_back({"F407ToLevel1" + word, f407, kBegin, "- set-state: rdp-1\n"});
    cases.push_back({"F407ToLevel0" + word, f407, level_1, "- set-state: rdp-0\n"});
    cases.push_back({"F407FromLevel1ToLevel2" + word, f407, level_1, "- set-state: rdp-2\n", true});
    cases.push_back({"F407Protect" + word, f407, kBegin, "- options: {set: {WRP1: 0}}\n"});
    const LabRigSpec f429 = on("stm32f429-discovery", outcome_of(outcome));
    cases.push_back({"F429CodeProtection" + word, f429, kBegin, "- options: {set: {SPRMOD: 1}}\n"});
    cases.push_back({"F429ProtectBank2" + word, f429, kBegin, "- options: {set: {WRP12: 0}}\n"});
  }
  cases.push_back({"F407ToLevel2", on("black-f407"), kBegin, "- set-state: rdp-2\n", true});
  add_memories(cases, "F407", on("black-f407"), "0x1FFF7800");
  return cases;
}

const auto kName = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(H5, CutShort, ::testing::ValuesIn(h5_cases()), kName);
INSTANTIATE_TEST_SUITE_P(H503, CutShort, ::testing::ValuesIn(h503_cases()), kName);
INSTANTIATE_TEST_SUITE_P(H7rs, CutShort, ::testing::ValuesIn(h7rs_cases()), kName);
INSTANTIATE_TEST_SUITE_P(F4, CutShort, ::testing::ValuesIn(f4_cases()), kName);

}  // namespace
}  // namespace rigor
