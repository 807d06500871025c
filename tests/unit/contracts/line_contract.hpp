// What every LineDriver must do, whoever made it. Include it in one source file of a test program and instantiate it:
//
//   INSTANTIATE_TEST_SUITE_P(VirtualLab, LineContract, ::testing::Values(LineImplementation{"lab", make_lab_lines}),
//                            implementation_name);
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "framework/gpio/line_driver.hpp"

namespace rigor {

// One implementation, ready to be tested: a driver with two lines that nobody holds.
struct LineFixture {
  std::shared_ptr<void> keep{};  // owns everything below, the actor of a virtual clock included
  Clock* clock = nullptr;
  LineDriver* driver = nullptr;
  LineName first{};
  LineName second{};
  // The level on the wire as the outside sees it; a line that nobody drives is pulled up.
  std::function<Level(const LineName&)> wire{};
  // Pulls an input to a level from outside. Empty when the implementation has no such lines.
  std::function<void(const LineName&, Level)> pull{};
  bool watches_edges = false;  // of `second`, as `pull` moves it; needs a clock that waits
};

struct LineImplementation {
  std::string name;
  std::function<LineFixture()> make;
  friend void PrintTo(const LineImplementation& implementation, std::ostream* stream) {
    *stream << implementation.name;
  }
};

inline std::string implementation_name(const ::testing::TestParamInfo<LineImplementation>& info) {
  return info.param.name;
}

class LineContract : public ::testing::TestWithParam<LineImplementation> {
 protected:
  void SetUp() override { fixture_ = GetParam().make(); }
  LineDriver& driver() { return *fixture_.driver; }
  Level wire(const LineName& name) { return fixture_.wire(name); }
  LineInfo info(const LineName& name) {
    const auto lines = driver().list();
    EXPECT_TRUE(lines.has_value());
    if (!lines) return {};
    const auto known = std::ranges::find(*lines, name, &LineInfo::name);
    EXPECT_NE(known, lines->end()) << name.chip << "/" << name.line;
    return known == lines->end() ? LineInfo() : *known;
  }
  LineFixture fixture_;
};

TEST_P(LineContract, list_shows_free_lines_without_a_holder) {
  EXPECT_EQ(info(fixture_.first).consumer, "");
  EXPECT_EQ(info(fixture_.second).consumer, "");
  EXPECT_NE(info(fixture_.first).offset, info(fixture_.second).offset);
}

TEST_P(LineContract, an_output_starts_at_its_initial_level) {
  for (const Level initial : {Level::high, Level::low, Level::high}) {
    const auto line = driver().request_output(fixture_.first, Drive::push_pull, initial);
    ASSERT_TRUE(line.has_value()) << line.error().describe();
    EXPECT_EQ(wire(fixture_.first), initial);
  }
}

TEST_P(LineContract, set_moves_the_wire_and_says_when) {
  const auto line = driver().request_output(fixture_.first, Drive::push_pull, Level::low);
  ASSERT_TRUE(line.has_value());
  for (const Level level : {Level::high, Level::low, Level::low, Level::high}) {
    const TimePoint before = fixture_.clock->now();
    const auto timing = (*line)->set(level);
    ASSERT_TRUE(timing.has_value());
    EXPECT_EQ(wire(fixture_.first), level);
    EXPECT_LE(before, timing->requested);
    EXPECT_LE(timing->requested, timing->entry);
    EXPECT_LE(timing->entry, timing->exit);
    EXPECT_LE(timing->exit, fixture_.clock->now());
  }
}

TEST_P(LineContract, lines_do_not_move_each_other) {
  const auto first = driver().request_output(fixture_.first, Drive::push_pull, Level::low);
  const auto second = driver().request_output(fixture_.second, Drive::push_pull, Level::low);
  ASSERT_TRUE(first.has_value() && second.has_value());
  ASSERT_TRUE((*first)->set(Level::high).has_value());
  EXPECT_EQ(wire(fixture_.first), Level::high);
  EXPECT_EQ(wire(fixture_.second), Level::low);
}

TEST_P(LineContract, a_line_has_one_holder_at_a_time) {
  {
    const auto held = driver().request_output(fixture_.first, Drive::push_pull, Level::low);
    ASSERT_TRUE(held.has_value());
    EXPECT_NE(info(fixture_.first).consumer, "");
    EXPECT_TRUE(info(fixture_.first).output);
    const auto output = driver().request_output(fixture_.first, Drive::push_pull, Level::high);
    ASSERT_FALSE(output.has_value());
    EXPECT_EQ(output.error().code(), Code::line_busy);
    const auto input = driver().request_input(fixture_.first, Watch::level);
    ASSERT_FALSE(input.has_value());
    EXPECT_EQ(input.error().code(), Code::line_busy);
    EXPECT_EQ(wire(fixture_.first), Level::low) << "a refused request moved the line";
  }
  EXPECT_EQ(info(fixture_.first).consumer, "");
  EXPECT_TRUE(driver().request_output(fixture_.first, Drive::push_pull, Level::high).has_value());
}

TEST_P(LineContract, an_open_drain_line_pulls_low_or_lets_go) {
  if (!driver().capabilities().open_drain) GTEST_SKIP() << "no open drain here";
  const auto line = driver().request_output(fixture_.first, Drive::open_drain, Level::high);
  ASSERT_TRUE(line.has_value()) << line.error().describe();
  EXPECT_EQ(wire(fixture_.first), Level::high);
  ASSERT_TRUE((*line)->set(Level::low).has_value());
  EXPECT_EQ(wire(fixture_.first), Level::low);
}

TEST_P(LineContract, what_is_not_there_is_missing) {
  const LineName names[] = {{"no-such-chip", fixture_.first.line},
                            {fixture_.first.chip, "no-such-line"},
                            {fixture_.first.chip, "4000000"},
                            {fixture_.first.chip, ""},
                            {"", ""}};
  for (const LineName& name : names) {
    const auto output = driver().request_output(name, Drive::push_pull, Level::low);
    ASSERT_FALSE(output.has_value()) << name.chip << "/" << name.line;
    EXPECT_EQ(output.error().code(), Code::line_missing);
    const auto input = driver().request_input(name, Watch::level);
    ASSERT_FALSE(input.has_value());
    EXPECT_EQ(input.error().code(), Code::line_missing);
  }
}

TEST_P(LineContract, an_input_reads_what_the_outside_does) {
  if (!fixture_.pull) GTEST_SKIP() << "no input lines here";
  const auto line = driver().request_input(fixture_.second, Watch::level);
  ASSERT_TRUE(line.has_value()) << line.error().describe();
  for (const Level level : {Level::high, Level::low, Level::high}) {
    fixture_.pull(fixture_.second, level);
    const auto read = (*line)->get();
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, level);
  }
}

TEST_P(LineContract, an_input_tells_edges_in_their_order) {
  if (!fixture_.watches_edges) GTEST_SKIP() << "no edges here";
  const auto line = driver().request_input(fixture_.second, Watch::edges);
  ASSERT_TRUE(line.has_value()) << line.error().describe();
  const TimePoint begin = fixture_.clock->now();
  for (const Level level : {Level::low, Level::high, Level::high, Level::low}) fixture_.pull(fixture_.second, level);
  TimePoint last = begin;
  for (const Level level : {Level::low, Level::high, Level::low}) {
    const auto edge = (*line)->next_edge(fixture_.clock->now() + std::chrono::seconds(5));
    ASSERT_TRUE(edge.has_value() && edge->has_value());
    EXPECT_EQ((*edge)->level, level);
    EXPECT_GE((*edge)->at, last);
    last = (*edge)->at;
  }
  EXPECT_EQ(*(*line)->get(), Level::low);
  const auto none = (*line)->next_edge(fixture_.clock->now() + std::chrono::milliseconds(1));
  ASSERT_TRUE(none.has_value());
  EXPECT_FALSE(none->has_value());
  (*line)->stop();
  const auto stopped = (*line)->next_edge(kNever);
  ASSERT_TRUE(stopped.has_value());
  EXPECT_FALSE(stopped->has_value());
}

TEST_P(LineContract, an_input_that_is_only_read_tells_no_edges) {
  if (!fixture_.pull) GTEST_SKIP() << "no input lines here";
  const auto line = driver().request_input(fixture_.second, Watch::level);
  ASSERT_TRUE(line.has_value()) << line.error().describe();
  const auto edge = (*line)->next_edge(fixture_.clock->now());
  ASSERT_FALSE(edge.has_value());
  EXPECT_EQ(edge.error().code(), Code::usage);
}

TEST_P(LineContract, a_group_changes_in_one_call) {
  // The first one may be the supply of what the second one moves.
  const OutputRequest both[] = {{fixture_.first, Drive::push_pull, Level::high},
                                {fixture_.second, Drive::push_pull, Level::low}};
  if (!driver().capabilities().atomic_group) {
    EXPECT_EQ(driver().request_group(both).error().code(), Code::unsupported);
    return;
  }
  {
    const auto group = driver().request_group(both);
    ASSERT_TRUE(group.has_value()) << group.error().describe();
    EXPECT_EQ(wire(fixture_.first), Level::high);
    EXPECT_EQ(wire(fixture_.second), Level::low);
    for (const auto& levels : {std::array{Level::high, Level::high}, std::array{Level::low, Level::low}}) {
      const auto timing = (*group)->set(levels);
      ASSERT_TRUE(timing.has_value());
      EXPECT_LE(timing->entry, timing->exit);
      EXPECT_EQ(wire(fixture_.first), levels[0]);
      EXPECT_EQ(wire(fixture_.second), levels[1]);
    }
    EXPECT_EQ((*group)->set({}).error().code(), Code::usage);
    EXPECT_EQ(driver().request_output(fixture_.second, Drive::push_pull, Level::low).error().code(), Code::line_busy);
  }
  EXPECT_EQ(info(fixture_.second).consumer, "");
}

TEST_P(LineContract, a_group_is_taken_whole_or_not_at_all) {
  if (!driver().capabilities().atomic_group) GTEST_SKIP() << "no groups here";
  EXPECT_EQ(driver().request_group({}).error().code(), Code::usage);
  const auto held = driver().request_output(fixture_.second, Drive::push_pull, Level::low);
  ASSERT_TRUE(held.has_value());
  const OutputRequest both[] = {{fixture_.first, Drive::push_pull, Level::low},
                                {fixture_.second, Drive::push_pull, Level::high}};
  EXPECT_EQ(driver().request_group(both).error().code(), Code::line_busy);
  EXPECT_EQ(info(fixture_.first).consumer, "");
}

}  // namespace rigor
