#include "tests/unit/target/h7rs_bench.hpp"

namespace rigor {
namespace {

using namespace test;

struct H7rsEvidence : H7rs {
  FakePin pin{chip};
  FakeSupply supply{chip};
};

TEST_F(H7rsEvidence, a_wired_reset_moves) {
  const auto evidence = target->probe_reset(pin);
  ASSERT_TRUE(evidence) << evidence.error().describe();
  EXPECT_EQ(evidence->moved, Finding::yes);
  EXPECT_FALSE(evidence->seen.options_held);  // the bus to the options stands
}

TEST_F(H7rsEvidence, an_unwired_one_does_not) {
  chip.nrst_wired = false;
  EXPECT_EQ(target->probe_reset(pin)->moved, Finding::no);
  chip.reset_chip(1U << 24);  // long ago
  EXPECT_EQ(target->probe_reset(pin)->moved, Finding::no);
}

TEST_F(H7rsEvidence, only_an_open_chip_can_tell) {
  for (const std::uint32_t state : {0x17U, 0x72U}) {
    chip.state = state;
    EXPECT_EQ(target->probe_reset(pin).error().code(), Code::state_unsuitable);
    EXPECT_EQ(target->probe_power(supply).error().code(), Code::state_unsuitable);
  }
}

TEST_F(H7rsEvidence, a_switched_supply_is_seen_and_a_second_one_too) {
  const auto evidence = target->probe_power(supply);
  ASSERT_TRUE(evidence) << evidence.error().describe();
  EXPECT_EQ(evidence->switched, Finding::yes);
  EXPECT_EQ(evidence->seen.mailbox_pending, 1U);
  EXPECT_EQ(evidence->seen.mailbox_pending_after, 0U);
  chip.supply_wired = false;
  EXPECT_EQ(target->probe_power(supply)->switched, Finding::no);
}

TEST_F(H7rsEvidence, a_system_reset_is_seen) {
  EXPECT_TRUE(target->system_reset());
  EXPECT_EQ(chip.resets, 1);
}

}  // namespace
}  // namespace rigor
