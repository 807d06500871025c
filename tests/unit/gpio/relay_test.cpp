#include "framework/gpio/relay.hpp"

#include <gmock/gmock.h>

#include "tests/unit/gpio/fake_chips.hpp"
#include "tests/unit/gpio/manual_clock.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class RelayTest : public ::testing::Test {
 protected:
  std::unique_ptr<Relay> take(RelayWiring wiring) {
    wiring.name = {"relays", "L"};
    auto relay = Relay::take(*driver_, clock_, std::move(wiring));
    EXPECT_TRUE(relay.has_value());
    return relay ? *std::move(relay) : nullptr;
  }
  FakeLine& line() { return chips_.at("/dev/gpiochip0").lines[0]; }
  static RelayWiring power() {
    RelayWiring wiring;
    wiring.job = "power";
    wiring.settle = 15ms;
    wiring.min_off = 300ms;
    return wiring;
  }

  FakeChips chips_{{"/dev/gpiochip0", {.label = "relays", .lines = {{.name = "L"}}}}};
  ManualClock clock_;
  std::unique_ptr<LineDriver> driver_ = make_gpiod_driver(clock_, {}, backend_of(chips_));
};

struct Polarity {
  Level active;
  bool safe_active;
  Level safe_wire;
  Level active_wire;
};

TEST_F(RelayTest, polarity_and_safe_state_decide_the_wire) {
  const Polarity cases[] = {{Level::high, false, Level::low, Level::high},
                            {Level::low, false, Level::high, Level::low},
                            {Level::high, true, Level::high, Level::high},
                            {Level::low, true, Level::low, Level::low}};
  for (const auto& [active, safe_active, safe_wire, active_wire] : cases) {
    RelayWiring wiring;
    wiring.active = active;
    wiring.safe_active = safe_active;
    auto relay = take(wiring);
    ASSERT_NE(relay, nullptr);
    EXPECT_EQ(relay->active(), safe_active);
    EXPECT_EQ(line().wire(), safe_wire);
    ASSERT_TRUE(relay->set(true).has_value());
    EXPECT_EQ(line().wire(), active_wire);
    ASSERT_TRUE(relay->set(false).has_value());
    EXPECT_NE(line().wire(), active_wire);
    relay.reset();
    EXPECT_EQ(line().edges.back(), safe_wire);
  }
}

TEST_F(RelayTest, on_waits_for_the_off_time_and_then_for_the_supply) {
  const auto relay = take(power());
  clock_.advance(100ms);
  const TimePoint begin = clock_.now();
  const auto timing = relay->set(true);
  ASSERT_TRUE(timing.has_value());
  EXPECT_EQ(timing->requested, begin);
  EXPECT_EQ(timing->entry - begin, 200ms);       // the rest of the off time, counted from taking the line
  EXPECT_EQ(clock_.now() - timing->exit, 15ms);  // settled
}

TEST_F(RelayTest, off_is_immediate_and_starts_the_off_time) {
  const auto relay = take(power());
  ASSERT_TRUE(relay->set(true).has_value());
  TimePoint begin = clock_.now();
  ASSERT_TRUE(relay->set(false).has_value());
  EXPECT_EQ(clock_.now() - begin, 15ms);
  begin = clock_.now();
  ASSERT_TRUE(relay->set(true).has_value());
  EXPECT_EQ(clock_.now() - begin, 300ms);  // 285 ms of off time were left, then 15 ms to settle
}

TEST_F(RelayTest, the_present_state_makes_no_edge_and_no_wait) {
  const auto relay = take(power());
  ASSERT_TRUE(relay->set(true).has_value());
  const TimePoint begin = clock_.now();
  const std::size_t edges = line().edges.size();
  const auto timing = relay->set(true);
  ASSERT_TRUE(timing.has_value());
  EXPECT_EQ(clock_.now(), begin);
  EXPECT_EQ(timing->exit, begin);
  EXPECT_EQ(line().edges.size(), edges);
}

TEST_F(RelayTest, set_now_waits_for_nothing) {
  const auto relay = take(power());
  const TimePoint begin = clock_.now();
  ASSERT_TRUE(relay->set_now(true).has_value());
  ASSERT_TRUE(relay->set_now(false).has_value());
  ASSERT_TRUE(relay->set_now(true).has_value());
  EXPECT_EQ(clock_.now(), begin);
  EXPECT_THAT(line().edges, ElementsAre(Level::low, Level::high, Level::low, Level::high));
}

TEST_F(RelayTest, an_abort_while_settling_leaves_the_safe_state) {
  const auto relay = take(power());
  clock_.advance(1s);
  clock_.interrupt();
  const auto timing = relay->set(true);
  ASSERT_FALSE(timing.has_value());
  EXPECT_EQ(timing.error().code(), Code::aborted);
  EXPECT_EQ(relay->active(), false);
  EXPECT_THAT(line().edges, ElementsAre(Level::low, Level::high, Level::low));
}

TEST_F(RelayTest, an_abort_before_the_edge_makes_none) {
  const auto relay = take(power());
  clock_.interrupt();
  EXPECT_EQ(relay->set(true).error().code(), Code::aborted);
  EXPECT_THAT(line().edges, ElementsAre(Level::low));
}

TEST_F(RelayTest, make_safe_works_while_the_clock_is_interrupted) {
  const auto relay = take(power());
  ASSERT_TRUE(relay->set(true).has_value());
  clock_.interrupt();
  ASSERT_TRUE(relay->make_safe().has_value());
  EXPECT_EQ(line().wire(), Level::low);
}

TEST_F(RelayTest, after_a_failed_edge_nobody_knows_and_the_next_set_writes_again) {
  const auto relay = take(power());
  ASSERT_TRUE(relay->set(true).has_value());
  line().set_fails_with = EIO;
  EXPECT_EQ(relay->set(false).error().code(), Code::line_failed);
  EXPECT_EQ(relay->active(), std::nullopt);
  line().set_fails_with = 0;
  const std::size_t edges = line().edges.size();
  ASSERT_TRUE(relay->set(false).has_value());
  EXPECT_EQ(line().edges.size(), edges + 1);
}

TEST_F(RelayTest, a_held_line_cannot_be_taken) {
  const auto first = take(power());
  RelayWiring wiring = power();
  wiring.name = {"relays", "L"};
  const auto second = Relay::take(*driver_, clock_, wiring);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), Code::line_busy);
}

}  // namespace
}  // namespace rigor
