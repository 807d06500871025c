#include "framework/target/reset_evidence.hpp"

#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

constexpr std::uint32_t kReset = 1U << 25;
constexpr std::uint32_t kPin = 1U << 26;
constexpr std::uint32_t kBrownOut = 1U << 27;
constexpr std::uint32_t kSoftware = 1U << 28;
constexpr std::optional<std::uint32_t> kUnread;

TEST(BootVerdict, follows_from_where_the_core_was) {
  constexpr std::uint32_t kUser = 0x08000400, kLoader = 0x1FFF0400, kLockup = 0xFFFFFFFE;
  struct Case {
    std::optional<std::uint32_t> low, high;
    Finding chosen;
  };
  const Case cases[] = {{kUser, kLoader, Finding::yes},     {kLockup, kLoader, Finding::yes},
                        {kUser, kUser, Finding::no},        {kLoader, kLoader, Finding::no},
                        {kLoader, kUser, Finding::no},      {kUser, 0x1FFF7800, Finding::no},
                        {kUser, kUnread, Finding::unclear}, {kUnread, kLoader, Finding::unclear}};
  for (const auto& [low, high, chosen] : cases)
    EXPECT_EQ(judge_boot({low, high, 0x1FFF0000, 30U << 10}).chosen, chosen)
        << low.value_or(0) << " " << high.value_or(0);
}

struct ResetCase {
  const char* name;
  ResetObservations seen;
  Finding moved;
};
class ResetVerdict : public testing::TestWithParam<ResetCase> {};
TEST_P(ResetVerdict, follows_from_what_was_seen) {
  const auto evidence = judge_reset(GetParam().seen);
  EXPECT_EQ(evidence.moved, GetParam().moved);
  EXPECT_EQ(evidence.sentences.size(), 3U);
}
INSTANTIATE_TEST_SUITE_P(
    table, ResetVerdict,
    testing::Values(ResetCase{"all_signs", {0xED00, 0, 0, kReset, 0, kPin}, Finding::yes},
                    ResetCase{"no_sign", {0xED00, 0xED00, 0, 0, 0, 0}, Finding::no},
                    ResetCase{"held_and_core", {0xED00, 0, 0, kReset, 0, kUnread}, Finding::yes},
                    ResetCase{"held_and_pin", {0xED00, 0, 0, kUnread, 0, kPin}, Finding::yes},
                    ResetCase{"held_unreadable", {0xED00, kUnread, 0, kReset, 0, kPin}, Finding::yes},
                    ResetCase{"another_reset", {0xED00, 0xED00, 0, kReset, 0, kPin | kSoftware}, Finding::unclear},
                    ResetCase{"held_alone", {0xED00, 0, 0, 0, 0, 0}, Finding::unclear},
                    ResetCase{"core_alone", {0xED00, 0xED00, 0, kReset, 0, 0}, Finding::unclear},
                    ResetCase{"pin_alone", {0xED00, 0xED00, 0, 0, 0, kPin}, Finding::unclear},
                    ResetCase{"flag_was_set_before", {0xED00, 0xED00, kReset, kReset, kPin, kPin}, Finding::no},
                    ResetCase{"zero_before", {0, 0, 0, 0, 0, 0}, Finding::no},
                    ResetCase{"nothing_readable", {0xED00, kUnread, 0, kUnread, 0, kUnread}, Finding::unclear}),
    [](const auto& each) { return std::string(each.param.name); });

struct PowerCase {
  const char* name;
  PowerObservations seen;
  Finding switched;
};
class PowerVerdict : public testing::TestWithParam<PowerCase> {};
TEST_P(PowerVerdict, follows_from_what_was_seen) {
  EXPECT_EQ(judge_power(GetParam().seen).switched, GetParam().switched);
}
INSTANTIATE_TEST_SUITE_P(
    table, PowerVerdict,
    testing::Values(PowerCase{"all_signs", {true, false, true, 1, 0, 0, kBrownOut}, Finding::yes},
                    PowerCase{"flag_only", {true, false, true, kUnread, kUnread, 0, kBrownOut}, Finding::yes},
                    PowerCase{"mailbox_only", {true, false, true, 1, 0, 0, kUnread}, Finding::yes},
                    PowerCase{"still_answers", {true, true, true, 1, 1, 0, 0}, Finding::no},
                    PowerCase{"silent_but_kept", {true, false, true, 1, 1, 0, 0}, Finding::unclear},
                    PowerCase{"answers_but_flag", {true, true, true, 1, 1, 0, kBrownOut}, Finding::unclear},
                    PowerCase{"never_came_back", {true, false, false, 1, kUnread, 0, kUnread}, Finding::unclear},
                    PowerCase{"never_answered", {false, false, true, 1, 0, 0, kBrownOut}, Finding::unclear}),
    [](const auto& each) { return std::string(each.param.name); });

struct H5Evidence : H5 {
  FakePin pin{chip};
  FakeSupply supply{chip};
};

TEST_F(H5Evidence, a_wired_reset_moves) {
  const auto evidence = target->probe_reset(pin);
  ASSERT_TRUE(evidence) << evidence.error().describe();
  EXPECT_EQ(evidence->moved, Finding::yes);
  EXPECT_EQ(evidence->seen.options_held, 0U);
  EXPECT_EQ(evidence->sentences.front(), "NRST driven by the line");
}

TEST_F(H5Evidence, four_wires_do_not) {
  chip.nrst_wired = false;
  EXPECT_EQ(target->probe_reset(pin)->moved, Finding::no);
}

TEST_F(H5Evidence, resets_of_long_ago_do_not_count) {
  chip.nrst_wired = false;
  chip.reset_chip(kSoftware);
  EXPECT_EQ(target->probe_reset(pin)->moved, Finding::no);
}

TEST_F(H5Evidence, works_with_the_security_extension_on) {
  chip.set_trustzone(true);
  EXPECT_EQ(target->probe_reset(pin)->moved, Finding::yes);
}

TEST_F(H5Evidence, only_an_open_chip_can_tell) {
  chip.set_state(0x17);
  EXPECT_EQ(target->probe_reset(pin).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->probe_power(supply).error().code(), Code::state_unsuitable);
  chip.port1_open_to_all = false;
  EXPECT_EQ(target->probe_reset(pin).error().code(), Code::state_unsuitable);
  EXPECT_EQ(pin.releases, 0);
}

TEST_F(H5Evidence, the_pin_is_released_even_when_holding_fails) {
  pin.hold_fails = Code::line_failed;
  EXPECT_EQ(target->probe_reset(pin).error().code(), Code::line_failed);
  EXPECT_EQ(pin.releases, 1);
}

TEST_F(H5Evidence, a_switched_supply_is_seen) {
  const auto evidence = target->probe_power(supply);
  ASSERT_TRUE(evidence) << evidence.error().describe();
  EXPECT_EQ(evidence->switched, Finding::yes);
  EXPECT_EQ(evidence->seen.mailbox_pending, 1U);
}

TEST_F(H5Evidence, a_second_supply_is_seen) {
  chip.supply_wired = false;
  EXPECT_EQ(target->probe_power(supply)->switched, Finding::no);
}

TEST_F(H5Evidence, the_supply_comes_back_even_when_switching_off_fails) {
  supply.off_fails = Code::line_failed;
  EXPECT_EQ(target->probe_power(supply).error().code(), Code::line_failed);
  EXPECT_EQ(supply.switched_on, 1);
}

}  // namespace
}  // namespace rigor
