#include "framework/gpio/recording_lines.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/gpio/fake_chips.hpp"
#include "tests/unit/gpio/manual_clock.hpp"

namespace rigor {
namespace {

using ::testing::ElementsAre;

struct Recorded {
  FakeChips chips{{"/dev/gpiochip0", {.label = "relays", .lines = {{.name = "A"}, {.name = "B"}}}}};
  ManualClock clock;
  std::unique_ptr<LineDriver> inner = make_gpiod_driver(clock, {}, backend_of(chips));
  Timeline timeline{clock};
  std::vector<RelayWiring> jobs{{.job = "nrst", .name = {"relays", "A"}, .active = Level::low}};
  RecordingLines driver{*inner, timeline, jobs};

  std::vector<std::string> records() const {
    std::vector<std::string> texts;
    for (const Record& record : timeline.records()) {
      EXPECT_EQ(record.channel, Channel::line);
      texts.push_back(fmt::format("{}={} {}", record.name, record.value, record.text));
    }
    return texts;
  }
};

TEST(RecordingLines, edges_are_recorded_by_job_and_logical_level) {
  Recorded recorded;
  {
    const auto line = recorded.driver.request_output({"relays", "A"}, Drive::open_drain, Level::high);
    ASSERT_TRUE((*line)->set(Level::low).has_value());
    ASSERT_TRUE((*line)->set(Level::high).has_value());
  }
  EXPECT_THAT(recorded.records(), ElementsAre("nrst=0 taken, wire high", "nrst=1 wire low, 0 ns",
                                              "nrst=0 wire high, 0 ns", "nrst=0 released"));
}

TEST(RecordingLines, lines_without_a_job_go_by_their_own_name) {
  Recorded recorded;
  {
    const auto line = recorded.driver.request_output({"relays", "B"}, Drive::push_pull, Level::high);
  }
  EXPECT_THAT(recorded.records(), ElementsAre("relays/B=1 taken, wire high", "relays/B=1 released"));
}

TEST(RecordingLines, a_failed_edge_is_recorded_as_one) {
  Recorded recorded;
  const auto line = recorded.driver.request_output({"relays", "A"}, Drive::push_pull, Level::high);
  recorded.chips.at("/dev/gpiochip0").lines[0].set_fails_with = EIO;
  EXPECT_FALSE((*line)->set(Level::low).has_value());
  EXPECT_EQ(recorded.records().back(), "nrst=0 wire low failed: LINE_FAILED");
}

TEST(RecordingLines, a_refused_request_records_nothing) {
  Recorded recorded;
  EXPECT_FALSE(recorded.driver.request_output({"relays", "C"}, Drive::push_pull, Level::high).has_value());
  EXPECT_TRUE(recorded.records().empty());
}

}  // namespace
}  // namespace rigor
