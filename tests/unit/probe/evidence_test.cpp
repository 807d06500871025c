// The plan of st-link-clones.md 2, row by row: what each answer weighs, and what becomes of the sum.
#include <gmock/gmock.h>

#include <fstream>
#include <functional>

#include "framework/probe/fingerprint.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = CommandOutcome::Kind;

StLinkVersion version(int hardware, int jtag, std::uint16_t product) {
  StLinkVersion version;
  version.hardware = hardware;
  version.jtag = jtag;
  version.swim = 7;
  version.product = product;
  version.vendor = 0x0483;
  return version;
}

std::vector<VoltageReading> readings(std::initializer_list<double> volts) {
  std::vector<VoltageReading> list;
  for (const double each : volts) list.push_back({1530, static_cast<std::uint32_t>(each * 1530 / 2.4 + 0.5)});
  return list;
}

// A genuine V2 without a bench; everything that USB tells was asked.
ProbeObservation genuine_v2() {
  ProbeObservation seen;
  seen.usb.path = "1-2";
  seen.usb.vendor = 0x0483;
  seen.usb.product = 0x3748;
  seen.usb.interfaces.resize(1);
  seen.product = *find_st_link_product(0x0483, 0x3748);
  seen.serial = "57FF72067265575742132067";
  seen.version = version(2, 47, 0x3748);
  seen.straps = 2;
  seen.bootloader_jump = true;
  seen.board_identifier = CommandOutcome{Kind::replied, Bytes(128)};
  seen.unknown_command = CommandOutcome{Kind::replied, {0x42, 0x00}};
  seen.voltage = seen.voltage_floating = readings({1.53, 1.49});
  seen.speeds = SpeedAnswers{{4000, 1800}, {}};
  seen.debug_entry = CommandOutcome{Kind::replied, {0x09, 0x00}};
  seen.latency = LatencyRun{Samples(Histogram{{500, 1000}}), 0};
  return seen;
}

ProbeObservation genuine_v2_1() {
  ProbeObservation seen = genuine_v2();
  seen.usb.product = 0x374B;
  seen.product = *find_st_link_product(0x0483, 0x374B);
  seen.usb.interfaces.resize(4);
  seen.version = version(2, 37, 0x374B);
  seen.serial = "066DFF535550755187191037";
  return seen;
}

const Evidence& row(const std::vector<Evidence>& evidence, std::string_view feature) {
  return *std::ranges::find(evidence, feature, &Evidence::feature);
}

struct RowCase {
  const char* feature;
  const char* answer;
  int weight;
  Says says;
  std::function<void(ProbeObservation&)> change;
  friend void PrintTo(const RowCase& row, std::ostream* stream) { *stream << row.feature << " " << row.answer; }
};

void set_voltage(ProbeObservation& seen, std::initializer_list<double> dark) { seen.voltage_floating = readings(dark); }

const RowCase kRows[] = {
    {"identity", "consistent", 0, Says::nothing, [](auto&) {}},
    {"identity", "mismatch", 30, Says::clone, [](auto& s) { s.version->hardware = 3; }},
    {"identity", "mismatch", 30, Says::clone, [](auto& s) { s.version->product = 0x374B; }},
    {"interfaces", "as-the-kind", 0, Says::nothing, [](auto&) {}},
    {"interfaces", "too-few", 100, Says::clone,
     [](auto& s) {
       s = genuine_v2_1();
       s.usb.interfaces.resize(1);
     }},
    {"interfaces", "as-the-kind", 0, Says::nothing, [](auto& s) { s = genuine_v2_1(); }},
    {"serial-number", "unique-id", 0, Says::nothing, [](auto&) {}},
    {"serial-number", "absent", 30, Says::clone, [](auto& s) { s.serial.clear(); }},
    {"serial-number", "known-shared", 100, Says::clone, [](auto& s) { s.serial = "303030303030303030303031"; }},
    {"serial-number", "copied-tail", 30, Says::clone, [](auto& s) { s.serial = "35FF170629135147324D4E00"; }},
    {"serial-shared", "alone", 0, Says::nothing, [](auto&) {}},
    {"serial-shared", "shared", 100, Says::clone, [](auto& s) { s.same_serial = 1; }},
    {"unique-id", "same", 0, Says::nothing,
     [](auto& s) { s.bootloader = BootloaderIdentity{'J', from_hex("57ff72067265575742132067").value()}; }},
    {"unique-id", "same", 0, Says::nothing,
     [](auto& s) { s.bootloader = BootloaderIdentity{'J', from_hex("0672ff575757657267201342").value()}; }},
    {"unique-id", "different", 30, Says::clone,
     [](auto& s) { s.bootloader = BootloaderIdentity{'J', from_hex("57ff72067265575742132068").value()}; }},
    {"type-character", "of-the-kind", 0, Says::nothing,
     [](auto& s) { s.bootloader = BootloaderIdentity{'M', Bytes(12)}; }},
    {"type-character", "other", 10, Says::clone, [](auto& s) { s.bootloader = BootloaderIdentity{'B', Bytes(12)}; }},
    {"type-character", "other", 10, Says::clone, [](auto& s) { s.bootloader = BootloaderIdentity{'\0', Bytes(12)}; }},
    {"straps", "genuine-or-copied", 0, Says::nothing, [](auto&) {}},
    {"straps", "discovery", 0, Says::nothing, [](auto& s) { s.straps = 0; }},
    {"straps", "unstrapped", 100, Says::clone, [](auto& s) { s.straps = 3; }},
    {"voltage-floating", "low", 0, Says::genuine, [](auto&) {}},
    {"voltage-floating", "constant", 30, Says::clone, [](auto& s) { set_voltage(s, {3.17, 3.16, 3.18}); }},
    {"voltage-floating", "constant", 30, Says::clone, [](auto& s) { set_voltage(s, {3.05, 3.05}); }},
    {"voltage-floating", "constant", 30, Says::clone, [](auto& s) { set_voltage(s, {3.26, 3.26}); }},
    {"voltage-floating", "high", 0, Says::nothing, [](auto& s) { set_voltage(s, {3.17, 3.27}); }},
    {"voltage-floating", "high", 0, Says::nothing, [](auto& s) { set_voltage(s, {2.5, 2.5}); }},
    {"voltage-floating", "high", 0, Says::nothing, [](auto& s) { set_voltage(s, {6.0, 6.0}); }},
    {"voltage-floating", "zero", 10, Says::clone,
     [](auto& s) { s.voltage_floating = std::vector<VoltageReading>{{0, 0}, {0, 0}}; }},
    {"voltage-factor", "usual", 0, Says::nothing, [](auto&) {}},
    {"voltage-factor", "odd", 3, Says::clone, [](auto& s) { s.voltage = std::vector<VoltageReading>{{1000, 900}}; }},
    {"voltage-tracking", "follows", 0, Says::genuine, [](auto& s) { s.voltage_supplied = readings({3.3}); }},
    {"voltage-tracking", "constant", 30, Says::clone,
     [](auto& s) {
       s.voltage_floating = readings({3.26});
       s.voltage_supplied = readings({3.27});
     }},
    {"firmware-version", "current", 0, Says::nothing, [](auto& s) { s.version->jtag = 30; }},
    {"firmware-version", "old", 3, Says::clone, [](auto& s) { s.version->jtag = 29; }},
    {"board-identifier", "answered", 0, Says::nothing, [](auto& s) { s = genuine_v2_1(); }},
    {"board-identifier", "missing", 10, Says::clone,
     [](auto& s) {
       s = genuine_v2_1();
       s.board_identifier = CommandOutcome{Kind::replied, {0x80, 0x00}};
     }},
    {"board-identifier", "generic", 0, Says::nothing,
     [](auto& s) { s.board_identifier = CommandOutcome{Kind::silent, {}}; }},
    {"bootloader-jump", "unavailable", 0, Says::nothing, [](auto& s) { s.bootloader_jump = false; }},
    {"unknown-command", "refused", 0, Says::nothing, [](auto&) {}},
    {"unknown-command", "stalled", 3, Says::clone,
     [](auto& s) { s.unknown_command = CommandOutcome{Kind::stalled, {}}; }},
    {"unknown-command", "silent", 3, Says::clone,
     [](auto& s) { s.unknown_command = CommandOutcome{Kind::silent, {}}; }},
    {"unknown-command", "other", 0, Says::nothing,
     [](auto& s) { s.unknown_command = CommandOutcome{Kind::replied, {0x80, 0x00}}; }},
    {"speed-steps", "all", 0, Says::nothing, [](auto&) {}},
    {"speed-steps", "some", 0, Says::nothing, [](auto& s) { s.speeds = SpeedAnswers{{1800}, {4000}}; }},
    {"latency", "steady", 0, Says::nothing, [](auto&) {}},
    {"latency", "interrupted", 3, Says::clone, [](auto& s) { s.latency->failures = 1; }},
    {"debug-entry", "quick", 0, Says::nothing, [](auto&) {}},
    {"debug-entry", "quick", 0, Says::nothing, [](auto& s) { s.debug_entry->reply = {0x05, 0x00}; }},
    {"debug-entry", "quick", 0, Says::nothing, [](auto& s) { s.debug_entry->reply = {0x80, 0x00}; }},
    {"debug-entry", "refused", 10, Says::clone, [](auto& s) { s.debug_entry->reply = {0x08, 0x00}; }},
    {"debug-entry", "stalled", 10, Says::clone, [](auto& s) { s.debug_entry->kind = Kind::stalled; }},
    {"debug-entry", "silent", 10, Says::clone, [](auto& s) { s.debug_entry->kind = Kind::silent; }},
    {"nrst-drive", "driven", 0, Says::genuine,
     [](auto& s) { s.reset_drive = ResetDrive{ResetDrive::Finding::moved, {}}; }},
    {"nrst-drive", "not-driven", 30, Says::clone,
     [](auto& s) { s.reset_drive = ResetDrive{ResetDrive::Finding::still, {}}; }},
    {"nrst-drive", "unclear", 0, Says::nothing,
     [](auto& s) { s.reset_drive = ResetDrive{ResetDrive::Finding::unclear, {}}; }},
};

class EvidenceRowOf : public testing::TestWithParam<RowCase> {};
TEST_P(EvidenceRowOf, weighs_its_answer) {
  ProbeObservation seen = genuine_v2();
  GetParam().change(seen);
  const auto evidence = judge_evidence(seen);
  const Evidence& judged = row(evidence, GetParam().feature);
  EXPECT_EQ(judged.answer, GetParam().answer);
  EXPECT_EQ(judged.weight, GetParam().weight);
  EXPECT_EQ(judged.says, GetParam().says);
  EXPECT_TRUE(judged.value);
  EXPECT_THAT(judged.meaning, Not(IsEmpty()));
}
INSTANTIATE_TEST_SUITE_P(table, EvidenceRowOf, testing::ValuesIn(kRows));

TEST(EvidenceTable, answers_every_row_or_says_why_not) {
  const std::vector<ProbeObservation> observations{genuine_v2(), genuine_v2_1(), ProbeObservation()};
  for (const ProbeObservation& seen : observations) {
    const auto evidence = judge_evidence(seen);
    ASSERT_EQ(evidence.size(), evidence_rows().size());
    for (const Evidence& each : evidence) {
      EXPECT_THAT(each.meaning, Not(IsEmpty())) << each.feature;
      EXPECT_EQ(each.value.has_value(), !each.answer.empty()) << each.feature;
      if (!each.value) {
        EXPECT_EQ(each.weight, 0) << each.feature;
      }
    }
  }
}

TEST(EvidenceTable, rows_that_were_not_asked_say_why) {
  const auto evidence = judge_evidence(genuine_v2());
  EXPECT_THAT(row(evidence, "swim-pull-up").meaning, HasSubstr("needs a fixture"));
  EXPECT_THAT(row(evidence, "stray-leave").meaning, HasSubstr("hangs some V3"));
  EXPECT_EQ(row(evidence, "nrst-drive").says, Says::nothing);
}

TEST(EvidenceTable, only_clone_answers_weigh) {
  for (const EvidenceRow& each : evidence_rows())
    for (const EvidenceAnswer& answer : each.answers)
      EXPECT_EQ(answer.weight != 0, answer.says == Says::clone) << each.feature << " " << answer.name;
}

TEST(EvidenceTable, straps_of_a_v2_1_prove_nothing) {
  ProbeObservation seen = genuine_v2_1();
  seen.straps = 3;
  EXPECT_EQ(row(judge_evidence(seen), "straps").weight, 0);
}

struct Sum {
  const char* what;
  int weight;
  bool works;  // something that clones fail was seen to work
  ProbeVerdict verdict;
};
class Verdict : public testing::TestWithParam<Sum> {};
TEST_P(Verdict, follows_the_sum) {
  std::vector<Evidence> evidence(2);
  evidence[0].weight = GetParam().weight;
  if (GetParam().works) evidence[1].says = Says::genuine;
  EXPECT_EQ(score_of(evidence), GetParam().weight);
  EXPECT_EQ(verdict_of(evidence), GetParam().verdict);
}
INSTANTIATE_TEST_SUITE_P(table, Verdict,
                         testing::Values(Sum{"nothing", 0, false, ProbeVerdict::undecided},
                                         Sum{"works", 0, true, ProbeVerdict::genuine},
                                         Sum{"little", 19, true, ProbeVerdict::genuine},
                                         Sum{"suspicious", 20, true, ProbeVerdict::suspicious},
                                         Sum{"more", 59, false, ProbeVerdict::suspicious},
                                         Sum{"clone", 60, true, ProbeVerdict::clone},
                                         Sum{"decisive", 100, false, ProbeVerdict::clone}),
                         [](const auto& test) { return test.param.what; });

TEST(ProbeFingerprint, has_the_capabilities_of_its_firmware) {
  const Fingerprint print = judge_probe(genuine_v2());
  EXPECT_EQ(print.firmware, "V2J47S7");
  EXPECT_EQ(print.verdict, ProbeVerdict::genuine);
  const auto value = [&](std::string_view key) {
    return std::ranges::find(print.capabilities, key, &Capability::key)->value;
  };
  EXPECT_EQ(value("clock-divisor"), "yes");
  EXPECT_EQ(value("clock-table"), "no");
  EXPECT_EQ(value("block-8-bit"), "64");
  EXPECT_EQ(value("swd-speeds-khz"), "4000 1800");
}

// A clone that answers nothing is still recognised by what its descriptor says.
TEST(ProbeFingerprint, of_a_mute_probe_rests_on_its_descriptor) {
  ProbeObservation seen;
  seen.usb = genuine_v2().usb;
  seen.product = genuine_v2().product;
  seen.serial = "303030303030303030303031";
  seen.version = unseen("no answer in time");
  const Fingerprint print = judge_probe(seen);
  EXPECT_EQ(print.verdict, ProbeVerdict::clone);
  EXPECT_EQ(print.score, 110);
  EXPECT_TRUE(print.capabilities.empty());
  EXPECT_EQ(row(print.evidence, "voltage-floating").meaning, "no answer in time");
}

}  // namespace
}  // namespace rigor
