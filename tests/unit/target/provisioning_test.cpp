#include "framework/target/checksum.hpp"
#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

const Bytes kDigits{'1', '2', '3', '4', '5', '6', '7', '8', '9'};

TEST(Checksum, has_the_published_check_values) {
  EXPECT_EQ(checksum("crc32", kDigits), 0x0376E6E7U);  // known as CRC-32/MPEG-2
  EXPECT_EQ(checksum("crc32-reflected", kDigits), 0xCBF43926U);
  EXPECT_EQ(checksum("crc32-words", Bytes{'4', '3', '2', '1', '8', '7', '6', '5'}), 0x49E3C2FBU);
  EXPECT_EQ(checksum("crc32", Bytes{'1', '2', '3', '4', '5', '6', '7', '8'}), 0x49E3C2FBU);
  EXPECT_FALSE(checksum("md5", kDigits));
}

struct H5Provisioning : H5 {
  Bytes payload = Bytes(96, 0x5A);
  void SetUp() override {
    chip.set_state(0x17);
    for (std::uint32_t i = 0; i < 17; ++i) chip.core.registers[i] = 0x1000 + i;
  }
  Result<ProvisioningReport> provision(bool encrypt = false) {
    return target->provision({.destination = 0x0FFD0100, .encrypt = encrypt, .payload = payload});
  }
};

TEST_F(H5Provisioning, the_first_guess_of_the_chip_file) {
  const auto report = provision();
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(chip.stored, payload);
  EXPECT_EQ(report->accepted.table, 0x0BF9FD68U);  // the first that holds an entry
  EXPECT_EQ(report->accepted.checksum, "crc32");
  EXPECT_TRUE(report->accepted.through_stub);
  EXPECT_TRUE(report->refused.empty());
}

TEST_F(H5Provisioning, leaves_the_core_as_it_was_and_the_record_nowhere) {
  ASSERT_TRUE(provision());
  for (std::uint32_t i = 0; i < 17; ++i) EXPECT_EQ(chip.core.registers[i], 0x1000 + i) << i;
  EXPECT_FALSE(chip.core.halted);
  for (std::uint32_t at = 0x20034000; at < 0x20034100; at += 4) EXPECT_EQ(chip.words[at], 0U) << hex_word(at);
}

TEST_F(H5Provisioning, hides_the_record_from_the_timeline) {
  bool hidden = false;
  chip.on_call = [&] { hidden = timeline.concealing(); };
  ASSERT_TRUE(provision());
  EXPECT_TRUE(hidden);
  EXPECT_FALSE(timeline.concealing());
}

TEST_F(H5Provisioning, a_halted_core_stays_halted) {
  ASSERT_TRUE(chip.write_word({1}, 0xE000EDF0, 0xA05F0003));
  ASSERT_TRUE(provision());
  EXPECT_TRUE(chip.core.halted);
}

TEST_F(H5Provisioning, tries_the_other_guesses_and_remembers) {
  chip.service_checksum = "crc32-reflected";
  chip.service_header_first = true;
  const auto report = provision();
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->accepted.checksum, "crc32-reflected");
  EXPECT_TRUE(report->accepted.header_first);
  EXPECT_EQ(report->refused.size(), 3U);
  EXPECT_EQ(report->refused.front().answer, 0xF5F58080U);
  EXPECT_TRUE(provision()->refused.empty());
}

TEST_F(H5Provisioning, an_encrypted_record_uses_the_other_words) {
  chip.service_plain_word = 0xCACA0AA0;
  const auto report = provision(true);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->accepted.encryption_word, 0xCACA0AA0U);
}

TEST_F(H5Provisioning, goes_straight_into_the_entry_when_the_stub_does_not_come_back) {
  chip.core.code_runs = false;
  const auto report = provision();
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_FALSE(report->accepted.through_stub);
  ASSERT_EQ(report->refused.size(), 1U);
  EXPECT_FALSE(report->refused.front().answer);
}

TEST_F(H5Provisioning, a_refusal_tells_everything_that_was_tried) {
  chip.service_plain_word = 77;
  const auto report = provision();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), Code::provisioning_refused);
  EXPECT_NE(report.error().message().find("none of 4 attempts"), std::string::npos) << report.error().message();
  EXPECT_NE(report.error().message().find("0xf5f5f5f5"), std::string::npos) << report.error().message();
  EXPECT_NE(report.error().message().find("crc32-reflected"), std::string::npos);
  EXPECT_EQ(chip.calls, 4);
  EXPECT_FALSE(chip.core.halted);
}

TEST_F(H5Provisioning, hidden_tables_are_named) {
  chip.words.erase(0x0BF9FD68);
  const auto report = provision();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), Code::provisioning_refused);
  EXPECT_NE(report.error().message().find("table 0x0bf9fe68 reads 0x00000000"), std::string::npos)
      << report.error().message();
}

TEST_F(H5Provisioning, a_core_that_does_not_halt_is_left_alone) {
  chip.core.halts = false;
  EXPECT_EQ(provision().error().code(), Code::core_not_halted);
  EXPECT_EQ(chip.calls, 0);
}

TEST_F(H5Provisioning, is_for_provisioning_and_open_only) {
  for (const ProductState state : {ProductState::provisioned, ProductState::tz_closed, ProductState::closed}) {
    chip.set_state(product_state_code(state));
    EXPECT_EQ(provision().error().code(), Code::state_unsuitable);
  }
}

TEST_F(H5Provisioning, refuses_what_no_record_looks_like) {
  payload.clear();
  EXPECT_EQ(provision().error().code(), Code::usage);
  payload.resize(97);
  EXPECT_EQ(provision().error().code(), Code::usage);
  payload.resize(0x2000);
  EXPECT_EQ(provision().error().code(), Code::usage);
}

TEST_F(H5Provisioning, a_chip_file_with_an_unknown_checksum_is_at_fault) {
  facts.provisioning.checksums = {"sha-1"};
  EXPECT_EQ(provision().error().code(), Code::file_invalid);
}

}  // namespace
}  // namespace rigor
