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
  return std::min(points, number == nullptr ? 5 : std::max<std::size_t>(2, std::strtoul(number, nullptr, 10)));
}

enum class Cut : std::uint8_t { power, dip, kill };
constexpr Cut kCuts[] = {Cut::power, Cut::dip, Cut::kill};
const char* name_of(Cut cut) { return cut == Cut::power ? "power" : cut == Cut::dip ? "dip" : "kill"; }

struct Case {
  std::string name;
  LabRigSpec spec;
  std::string prefix;
  std::string steps;
  bool final = false;  // the steps may end where nothing leads back
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
    for (const std::size_t point : chosen(points, cut)) {
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
  EXPECT_GE(cuts, 2 * cuts_wanted(points.size()));
  totals().cases += 1;
  totals().points += points.size();
  totals().cuts += cuts;
  RecordProperty("points", static_cast<int>(points.size()));
  RecordProperty("cuts", static_cast<int>(cuts));
}

const std::string kBegin = "- power: cycle\n- identify:\n- self-test: [nrst, power]\n";
const std::string kAllow = "[uncalibrated:set-state, irreversible]";

LabRigSpec on(const std::string& board, const std::string& chip = "") {
  LabRigSpec spec;
  spec.board = board;
  spec.probe = "v3ec";
  spec.allow = kAllow;
  spec.lab =
      "{wires: [swd, nrst-line, power], supply: {discharge: 1ms}, chip: {uid: 00470036 3133510C 35343732" + chip + "}}";
  return spec;
}

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

std::vector<Case> h5_cases() {
  std::vector<Case> cases;
  const LabRigSpec spec = on("weact-h523");
  const std::string with_tz = kBegin + "- options: {set: {TZEN: on}}\n";
  add_authenticated_life(cases, "H523Certificate", spec, with_tz, "certificate", "level-3-nonsecure-debug",
                         {"provisioned", "tz-closed", "closed"});
  cases.push_back({"H523CertificateRegressTz", spec,
                   rehearsed(with_tz, "certificate") + "- set-state: closed\n- discover:\n",
                   "- regress: {method: certificate, scope: trustzone}\n"});
  const std::string without = kBegin + "- options: {set: {TZEN: off}}\n";
  add_authenticated_life(cases, "H523Password", spec, without, "password", "level-3-nonsecure-debug",
                         {"provisioned", "closed"});
  for (const std::string outcome : {"stays", "sticks", "all-ones"}) {
    const LabRigSpec fragile = on("weact-h523", ", interrupted-options: " + outcome);
    const std::string word = outcome == "all-ones" ? "AllOnes" : outcome;
    cases.push_back({"H523TrustZoneOn_" + word, fragile, kBegin, "- options: {set: {TZEN: on}}\n"});
    cases.push_back({"H523TrustZoneOff_" + word, fragile, with_tz, "- options: {set: {TZEN: off}}\n"});
    cases.push_back({"H523Protect_" + word, fragile, kBegin, "- options: {set: {WRPSGn1: 0xFE}}\n"});
  }
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
  for (const std::string outcome : {"stays", "sticks", "all-ones"}) {
    const LabRigSpec fragile = on("stm32h7s78-dk", ", interrupted-options: " + outcome);
    cases.push_back({"H7rsProtect_" + (outcome == "all-ones" ? std::string("AllOnes") : outcome), fragile, kBegin,
                     "- options: {set: {WRPS2: 0}}\n"});
  }
  return cases;
}

std::vector<Case> f4_cases() {
  std::vector<Case> cases;
  for (const std::string outcome : {"stays", "sticks", "all-ones"}) {
    const std::string word = outcome == "all-ones" ? "AllOnes" : outcome;
    const LabRigSpec f407 = on("black-f407", ", interrupted-options: " + outcome);
    cases.push_back({"F407ToLevel1_" + word, f407, kBegin, "- set-state: rdp-1\n"});
    cases.push_back({"F407ToLevel0_" + word, f407, kBegin + "- set-state: rdp-1\n", "- set-state: rdp-0\n"});
    cases.push_back({"F407Protect_" + word, f407, kBegin, "- options: {set: {WRP1: 0}}\n"});
    const LabRigSpec f429 = on("stm32f429-discovery", ", interrupted-options: " + outcome);
    cases.push_back({"F429CodeProtection_" + word, f429, kBegin, "- options: {set: {SPRMOD: 1}}\n"});
  }
  cases.push_back({"F407ToLevel2", on("black-f407"), kBegin, "- set-state: rdp-2\n", true});
  return cases;
}

const auto kName = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(H5, CutShort, ::testing::ValuesIn(h5_cases()), kName);
INSTANTIATE_TEST_SUITE_P(H503, CutShort, ::testing::ValuesIn(h503_cases()), kName);
INSTANTIATE_TEST_SUITE_P(H7rs, CutShort, ::testing::ValuesIn(h7rs_cases()), kName);
INSTANTIATE_TEST_SUITE_P(F4, CutShort, ::testing::ValuesIn(f4_cases()), kName);

}  // namespace
}  // namespace rigor
