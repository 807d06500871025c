// The product state and the records of the H7RS, through its resident services.
#include "tests/unit/target/h7rs_bench.hpp"

namespace rigor {
namespace {

using namespace test;

struct H7rsState : H7rs {
  Code refused(ProductState state) {
    const auto change = target->set_product_state(state);
    return change ? Code::aborted : change.error().code();
  }
};

TEST_F(H7rsState, is_asked_of_the_services) {
  EXPECT_EQ(target->product_state().value(), ProductState::open);
  chip.state = 0x17;
  EXPECT_EQ(target->product_state().value(), ProductState::provisioning);
}

TEST_F(H7rsState, asking_leaves_the_core_as_it_was) {
  for (std::uint32_t i = 0; i < 17; ++i) chip.core.registers[i] = 0x1000 + i;
  ASSERT_TRUE(target->product_state());
  for (std::uint32_t i = 0; i < 17; ++i) EXPECT_EQ(chip.core.registers[i], 0x1000 + i) << i;
  EXPECT_FALSE(chip.core.halted);
}

TEST_F(H7rsState, the_instruction_cache_forgets_what_lay_where_the_stub_lies) {
  ASSERT_TRUE(target->product_state());
  EXPECT_FALSE(chip.words.contains(0xE000EF50));
  chip.words[0xE000ED14] = 1U << 17;
  ASSERT_TRUE(target->product_state());
  EXPECT_TRUE(chip.words.contains(0xE000EF50));
}

TEST_F(H7rsState, an_answer_that_cannot_be_is_unexpected) {
  for (const std::uint32_t answer : {0xEDU, 0x2EU, 0xF5F5F5F5U, 0x10039U}) {
    chip.state_answer = answer;
    EXPECT_EQ(target->product_state().error().code(), Code::chip_unexpected) << hex_word(answer);
  }
}

TEST_F(H7rsState, the_non_volatile_state_must_agree) {
  chip.state_answer = 0x72;
  EXPECT_EQ(target->product_state().error().code(), Code::chip_unexpected);
  chip.state_answer = 0x39;
  chip.options[0x200] = 0x51;
  EXPECT_EQ(target->product_state().error().code(), Code::chip_unexpected);
  chip.state_answer = 0x17;  // which one it has there is not known
  EXPECT_EQ(target->product_state().value(), ProductState::provisioning);
}

TEST_F(H7rsState, a_table_without_the_entry_is_unsupported) {
  chip.words[0x1FF1FD74] = 0xFFFFFFFF;
  EXPECT_EQ(target->product_state().error().code(), Code::unsupported);
}

TEST_F(H7rsState, provisioning_is_read_back_whether_the_service_returns_or_resets) {
  for (const bool returns : {false, true}) {
    chip.services_return = returns;
    chip.state = 0x39;
    const auto change = target->set_product_state(ProductState::provisioning);
    ASSERT_TRUE(change) << change.error().describe();
    EXPECT_TRUE(change->confirmed);
    EXPECT_EQ(chip.state, 0x17U);
  }
}

TEST_F(H7rsState, services_that_want_their_arguments_in_a_block_get_them) {
  chip.arguments_in_block = true;
  ASSERT_TRUE(target->set_product_state(ProductState::provisioning));
  const std::vector<OptionValue> wanted{{.name = "WRPS2", .value = 0}};
  ASSERT_TRUE(target->write_options(wanted));
  EXPECT_EQ(chip.options[0x218], 0xFBU);
}

TEST_F(H7rsState, a_refusal_of_the_services_is_told) {
  chip.services_refuse = true;
  const auto change = target->set_product_state(ProductState::provisioning);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::state_change_refused);
  EXPECT_NE(change.error().message().find("0xf5f5f5f5"), std::string::npos) << change.error().message();
  EXPECT_EQ(chip.resets, 0);
  EXPECT_EQ(refused(ProductState::provisioning), Code::state_change_refused);
  const std::vector<OptionValue> wanted{{.name = "IROT_SELECT", .value = 0x6A}};
  EXPECT_EQ(target->write_options(wanted).error().code(), Code::option_change_refused);
}

TEST_F(H7rsState, a_closing_change_is_never_success_by_itself) {
  for (const bool returns : {false, true}) {
    for (const ProductState state : {ProductState::closed, ProductState::locked}) {
      chip.services_return = returns;
      chip.state = 0x17;
      chip.options[0x200] = 0xB4;
      const auto change = target->set_product_state(state);
      ASSERT_TRUE(change) << change.error().describe();
      EXPECT_FALSE(change->confirmed);
      EXPECT_NE(change->note.find("debug port answers"), std::string::npos) << change->note;
      EXPECT_TRUE(chip.closed());
    }
  }
}

TEST_F(H7rsState, what_cannot_succeed_is_refused_before_the_service_is_asked) {
  EXPECT_EQ(refused(ProductState::closed), Code::state_unsuitable);
  EXPECT_EQ(refused(ProductState::locked), Code::state_unsuitable);
  EXPECT_EQ(refused(ProductState::tz_closed), Code::usage);
  EXPECT_EQ(refused(ProductState::provisioned), Code::usage);
  chip.state = 0x17;
  EXPECT_EQ(refused(ProductState::open), Code::state_unsuitable);
  EXPECT_EQ(chip.service_calls, 5);  // each asked for the state, nothing more
  EXPECT_EQ(chip.state, 0x17U);
}

TEST_F(H7rsState, the_state_it_is_in_needs_no_change) {
  EXPECT_TRUE(target->set_product_state(ProductState::open)->confirmed);
  EXPECT_EQ(chip.resets, 0);
}

TEST_F(H7rsState, a_service_that_stays_away_is_given_up_and_the_core_put_back) {
  chip.services_stuck = true;
  chip.core.registers[0] = 0x1234;
  const TimePoint start = clock.now();
  EXPECT_EQ(target->product_state().error().code(), Code::chip_unexpected);
  EXPECT_EQ(chip.core.registers[0], 0x1234U);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(10));
}

TEST_F(H7rsState, a_closed_chip_refuses_the_port) {
  chip.state = 0x72;
  EXPECT_EQ(target->product_state().error().code(), Code::access_port_locked);
  EXPECT_EQ(refused(ProductState::open), Code::access_port_locked);
}

struct H7rsProvisioning : H7rs {
  Bytes payload = Bytes(96, 0x5A);
  void SetUp() override { chip.state = 0x17; }
  Result<ProvisioningReport> provision(std::uint32_t destination = 0x00510008) {
    return target->provision({.destination = destination, .encrypt = true, .payload = payload});
  }
};

TEST_F(H7rsProvisioning, stores_certificate_and_password_records) {
  for (const std::uint32_t destination : {0x00510008U, 0x008A0008U}) {
    for (const bool returns : {false, true}) {
      chip.services_return = returns;
      chip.stored.clear();
      const auto report = provision(destination);
      ASSERT_TRUE(report) << report.error().describe();
      EXPECT_EQ(chip.stored, payload);
      EXPECT_EQ(chip.stored_at, destination);
      EXPECT_EQ(report->accepted.answer, 0xEAEAEAEAU);
    }
  }
  EXPECT_EQ(target->read_option("DBG_AUTH")->value, 0x8AU);
}

TEST_F(H7rsProvisioning, leaves_the_record_nowhere) {
  ASSERT_TRUE(provision());
  for (std::uint32_t at = 0x24040000; at < 0x24040200; at += 4) EXPECT_EQ(chip.words[at], 0U) << hex_word(at);
}

TEST_F(H7rsProvisioning, tries_the_other_guesses) {
  chip.service_checksum = "crc32-reflected";
  const auto report = provision();
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->accepted.checksum, "crc32-reflected");
  EXPECT_EQ(report->refused.front().answer, 0xF5F58080U);
}

TEST_F(H7rsProvisioning, a_refusal_tells_everything_that_was_tried) {
  chip.service_word = 0xCACA0AA0;
  const auto report = provision();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), Code::provisioning_refused);
  EXPECT_NE(report.error().message().find("none of 4 attempts"), std::string::npos) << report.error().message();
  EXPECT_FALSE(chip.core.halted);
}

TEST_F(H7rsProvisioning, needs_sram3) {
  for (const std::uint32_t shares : {0x10U, 0x20U, 0x01U, 0x02U}) {
    chip.options[0x268] = shares;
    const auto report = provision();
    EXPECT_EQ(report.error().code(), Code::state_unsuitable) << hex_word(shares);
    EXPECT_NE(report.error().hint_text().find("DTCM_AXI_SHARE: 0"), std::string::npos);
  }
  chip.options[0x268] = 0x33;  // 64 KB each, as 0
  EXPECT_TRUE(provision());
}

TEST_F(H7rsProvisioning, refuses_what_cannot_be_right) {
  EXPECT_EQ(provision(0x0FFD0100).error().code(), Code::usage);  // an H5's
  payload.resize(95);
  EXPECT_EQ(provision().error().code(), Code::usage);
  chip.state = 0x72;
  payload.resize(96);
  EXPECT_EQ(provision().error().code(), Code::access_port_locked);
  EXPECT_TRUE(chip.stored.empty());
}

}  // namespace
}  // namespace rigor
