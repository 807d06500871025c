#include "framework/probe/comparison.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

Fingerprint print() {
  Fingerprint print;
  print.usb_path = "1-2";
  print.vendor = 0x0483;
  print.product = 0x3748;
  print.model = "ST-LINK/V2";
  print.firmware = "V2J47S7";
  print.serial = "57FF72067265575742132067";
  print.capabilities = {{"trace", "yes"}, {"block-8-bit", "64"}};
  Evidence evidence;
  evidence.feature = "voltage-floating";
  evidence.value = "1.53";
  evidence.answer = "low";
  print.evidence = {evidence};
  print.round_trip = Samples(Histogram{{500, 1000}});
  return print;
}

bool differs(const std::vector<ComparedField>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &ComparedField::name);
  EXPECT_NE(found, fields.end()) << name;
  return found != fields.end() && found->differs;
}

TEST(Comparison, of_the_same_finds_nothing) { EXPECT_EQ(compare_fingerprints(print(), print()).differences, 0U); }

TEST(Comparison, place_and_serial_number_are_marked_and_do_not_count) {
  Fingerprint other = print();
  other.usb_path = "1-3";
  other.serial = "X";
  const Comparison comparison = compare_fingerprints(print(), other);
  EXPECT_TRUE(differs(comparison.identity, "usb"));
  EXPECT_TRUE(differs(comparison.identity, "serial"));
  EXPECT_EQ(comparison.differences, 0U);
}

TEST(Comparison, firmware_and_capabilities_count_each) {
  Fingerprint other = print();
  other.firmware = "V2J29S7";
  other.capabilities = {{"trace", "no"}, {"block-16-bit", "0"}};
  const Comparison comparison = compare_fingerprints(print(), other);
  EXPECT_TRUE(differs(comparison.identity, "firmware"));
  EXPECT_TRUE(differs(comparison.capabilities, "trace"));
  EXPECT_TRUE(differs(comparison.capabilities, "block-8-bit")) << "only a has it";
  EXPECT_TRUE(differs(comparison.capabilities, "block-16-bit")) << "only b has it";
  EXPECT_EQ(comparison.differences, 4U);
}

TEST(Comparison, evidence_differs_by_its_answer_and_not_by_its_figures) {
  Fingerprint other = print();
  other.evidence[0].value = "1.49";
  EXPECT_FALSE(differs(compare_fingerprints(print(), other).evidence, "voltage-floating"));
  other.evidence[0].answer = "constant";
  EXPECT_TRUE(differs(compare_fingerprints(print(), other).evidence, "voltage-floating"));
  other.evidence[0].value.reset();
  const Comparison comparison = compare_fingerprints(print(), other);
  EXPECT_TRUE(differs(comparison.evidence, "voltage-floating"));
  EXPECT_EQ(comparison.evidence[0].b, "not asked");
  EXPECT_EQ(comparison.differences, 1U);
}

TEST(Comparison, timing_counts_where_chance_does_not_explain_it) {
  Fingerprint other = print();
  other.round_trip = Samples(Histogram{{500, 985}, {501, 15}});
  EXPECT_FALSE(compare_fingerprints(print(), other).timing.differ);
  other.round_trip = Samples(Histogram{{900, 1000}});
  const Comparison comparison = compare_fingerprints(print(), other);
  EXPECT_TRUE(comparison.timing.differ);
  EXPECT_EQ(comparison.differences, 1U);
}

}  // namespace
}  // namespace rigor
