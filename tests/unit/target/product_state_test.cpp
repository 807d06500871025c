#include "framework/target/product_state.hpp"

#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

TEST(ProductStateNames, go_both_ways) {
  for (const ProductState state :
       {ProductState::open, ProductState::provisioning, ProductState::provisioned, ProductState::tz_closed,
        ProductState::closed, ProductState::locked, ProductState::regression, ProductState::ns_regression}) {
    EXPECT_EQ(product_state_from_code(product_state_code(state)), state);
    EXPECT_EQ(product_state_from_name(product_state_name(state)), state);
  }
}

TEST(ProductStateNames, take_other_spellings) {
  EXPECT_EQ(product_state_from_name("0x17"), ProductState::provisioning);
  EXPECT_EQ(product_state_from_name("0xED"), ProductState::open);
  EXPECT_EQ(product_state_from_name("iROT-PROVISIONED"), ProductState::provisioned);
  EXPECT_EQ(product_state_from_name("TZ_CLOSED"), ProductState::tz_closed);
  for (const char* nonsense : {"", "0x", "0x11", "0xEDx", "17", "opened"})
    EXPECT_FALSE(product_state_from_name(nonsense)) << nonsense;
  EXPECT_FALSE(product_state_from_code(0));
}

struct H5State : H5 {};

TEST_F(H5State, provisioning_is_read_back) {
  const auto change = target->set_product_state(ProductState::provisioning);
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_TRUE(change->confirmed);
  EXPECT_EQ(target->product_state().value(), ProductState::provisioning);
  EXPECT_EQ((chip.options[0x50] >> 22) & 0xFF, 0xB4U);
}

TEST_F(H5State, the_state_it_is_in_needs_no_launch) {
  EXPECT_TRUE(target->set_product_state(ProductState::open)->confirmed);
  EXPECT_EQ(chip.launches, 0);
}

TEST_F(H5State, a_closing_write_is_never_success_by_itself) {
  chip.set_state(0x17);
  const auto change = target->set_product_state(ProductState::closed);
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_FALSE(change->confirmed);
  EXPECT_NE(change->note.find("debug port answers"), std::string::npos) << change->note;
}

TEST_F(H5State, a_closing_write_that_resets_the_chip_neither) {
  chip.set_state(0x17);
  chip.launch_resets = true;
  const auto change = target->set_product_state(ProductState::closed);
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->confirmed);
}

TEST_F(H5State, provisioned_is_confirmed_where_it_can_be_read) {
  chip.set_state(0x17);
  EXPECT_TRUE(target->set_product_state(ProductState::provisioned)->confirmed);
}

TEST_F(H5State, a_refusal_is_told_from_a_closed_port) {
  chip.set_state(0x17);
  chip.refuse_options = true;
  const auto change = target->set_product_state(ProductState::closed);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::state_change_refused);
  EXPECT_NE(change.error().message().find("0x17 (provisioning)"), std::string::npos) << change.error().message();
}

TEST_F(H5State, a_state_that_silently_stays_is_refused) {
  chip.frozen = {"50"};
  EXPECT_EQ(target->set_product_state(ProductState::provisioning).error().code(), Code::state_change_refused);
}

TEST_F(H5State, what_cannot_succeed_is_refused_before_the_chip_is_asked) {
  EXPECT_EQ(target->set_product_state(ProductState::closed).error().code(), Code::state_unsuitable);
  chip.set_state(0x17);
  EXPECT_EQ(target->set_product_state(ProductState::open).error().code(), Code::state_unsuitable);
  EXPECT_EQ(chip.launches, 0);
}

TEST_F(H5State, survives_a_reset_on_launch) {
  chip.launch_resets = true;
  EXPECT_TRUE(target->set_product_state(ProductState::provisioning)->confirmed);
}

TEST_F(H5State, a_chip_that_stays_silent_after_a_step_that_keeps_debug_open_is_no_success) {
  chip.launch_resets = true;
  chip.silence_after_launch = 1'000'000;
  const auto change = target->set_product_state(ProductState::provisioning);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::state_change_refused);
}

TEST_F(H5State, transient_states_cannot_be_asked_for) {
  EXPECT_EQ(target->set_product_state(ProductState::regression).error().code(), Code::usage);
}

TEST_F(H5State, an_unknown_code_is_unexpected) {
  chip.set_state(0x11);
  EXPECT_EQ(target->product_state().error().code(), Code::chip_unexpected);
}

}  // namespace
}  // namespace rigor
