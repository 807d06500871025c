#include "framework/gpio/gpiod_driver.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/unit/gpio/fake_machine.hpp"

namespace rigor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(GpiodDriver, a_label_wins_over_a_number) {
  FakeMachine machine;
  machine.chips.at("/dev/gpiochip0").label = "gpiochip1";
  const auto line = machine.driver->request_output({"gpiochip1", "NRST3"}, Drive::push_pull, Level::low);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(machine.chips.at("/dev/gpiochip0").lines[0].holder, "rigor");
  EXPECT_EQ(machine.chips.at("/dev/gpiochip1").lines[1].holder, "");
}

TEST(GpiodDriver, chips_and_lines_are_found_by_number_too) {
  FakeMachine machine;
  for (const char* chip : {"gpiochip1", "/dev/gpiochip1", "rack-relays"}) {
    const auto line = machine.driver->request_output({chip, "2"}, Drive::open_drain, Level::low);
    ASSERT_TRUE(line.has_value()) << chip;
    EXPECT_TRUE(machine.chips.at("/dev/gpiochip1").lines[2].open_drain);
  }
}

TEST(GpiodDriver, list_names_lines_without_a_name_by_their_offset) {
  FakeMachine machine;
  machine.chips.at("/dev/gpiochip1").lines[2].holder = "someone";
  const auto lines = machine.driver->list();
  ASSERT_TRUE(lines.has_value());
  ASSERT_EQ(lines->size(), 5U);
  EXPECT_EQ((*lines)[4].name, (LineName{"rack-relays", "2"}));
  EXPECT_EQ((*lines)[4].chip_device, "gpiochip1");
  EXPECT_EQ((*lines)[4].consumer, "someone");
}

TEST(GpiodDriver, no_pulse_is_made_on_the_way_to_the_first_level) {
  FakeMachine machine;
  const auto line = machine.driver->request_output({"rack-relays", "PWR3"}, Drive::push_pull, Level::low);
  ASSERT_TRUE(line.has_value());
  EXPECT_THAT(machine.line({"rack-relays", "PWR3"}).edges, ElementsAre(Level::low));
}

TEST(GpiodDriver, a_pin_that_would_be_low_first_is_not_taken_as_a_high_output) {
  FakeMachine machine;
  machine.chips.at("/dev/gpiochip1").label = "cp2112_gpio";
  FakeLine& pin = machine.chips.at("/dev/gpiochip1").lines[2];
  const LineName name{"cp2112_gpio", "2"};
  const auto refused = machine.driver->request_output(name, Drive::push_pull, Level::high);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::line_failed);
  EXPECT_THAT(refused.error().hint_text(), HasSubstr("drive: open-drain"));
  EXPECT_EQ(pin.holder, "");
  EXPECT_TRUE(machine.driver->request_output(name, Drive::open_drain, Level::high).has_value()) << "no output then";
  EXPECT_TRUE(pin.output) << "though it is called one";
  EXPECT_FALSE(machine.driver->request_output(name, Drive::push_pull, Level::high).has_value());
  EXPECT_TRUE(machine.driver->request_output(name, Drive::push_pull, Level::low).has_value());
}

TEST(GpiodDriver, an_edge_to_the_level_that_was_there_already_is_none_on_a_chip_that_begins_with_one) {
  struct Case {
    const char* label;
    std::vector<Level> told;
    std::vector<Level> heard;
  };
  const Case cases[] = {{"rack-relays", {Level::high, Level::low}, {Level::high, Level::low}},
                        {"cp2112_gpio", {Level::high, Level::low}, {Level::low}},
                        {"cp2112_gpio", {Level::low, Level::high}, {Level::low, Level::high}},
                        {"cp2112_gpio", {Level::low, Level::low}, {Level::low, Level::low}}};
  for (const auto& [label, told, heard] : cases) {
    FakeMachine machine;
    machine.chips.at("/dev/gpiochip1").label = label;
    const auto clock = make_steady_clock();
    const auto driver = make_gpiod_driver(*clock, {}, backend_of(machine.chips));
    const LineName name{label, "NRST3"};
    const auto line = driver->request_input(name, Watch::edges);
    ASSERT_TRUE(line.has_value()) << label;
    for (const Level level : told) machine.line(name).tell_edge({clock->now(), level});
    for (const Level level : heard) {
      const auto edge = (*line)->next_edge(clock->now() + std::chrono::seconds(5));
      ASSERT_TRUE(edge.has_value() && edge->has_value()) << label;
      EXPECT_EQ((*edge)->level, level) << label;
    }
    EXPECT_EQ((*line)->next_edge(clock->now()).value(), std::nullopt) << label;
  }
}

TEST(GpiodDriver, misspelt_names_are_met_with_a_suggestion) {
  FakeMachine machine;
  const auto chip = machine.driver->request_output({"rack-relay", "PWR3"}, Drive::push_pull, Level::low);
  EXPECT_EQ(chip.error().hint_text(), "did you mean 'rack-relays'?");
  const auto line = machine.driver->request_output({"rack-relays", "PWR2"}, Drive::push_pull, Level::low);
  EXPECT_EQ(line.error().hint_text(), "did you mean 'PWR3'?");
}

struct Failure {
  int number;
  Code code;
  std::string hint;
};

TEST(GpiodDriver, what_the_kernel_refuses_says_what_to_do) {
  const Failure cases[] = {{EACCES, Code::line_failed, "udev rule"},
                           {ENODEV, Code::line_failed, "USB cable"},
                           {EBUSY, Code::line_busy, "end the program"},
                           {EIO, Code::line_failed, ""}};
  for (const auto& [number, code, hint] : cases) {
    FakeMachine machine;
    const auto line = machine.driver->request_output({"rack-relays", "PWR3"}, Drive::push_pull, Level::low);
    machine.line({"rack-relays", "PWR3"}).set_fails_with = number;
    const auto timing = (*line)->set(Level::high);
    ASSERT_FALSE(timing.has_value());
    EXPECT_EQ(timing.error().code(), code);
    EXPECT_THAT(timing.error().hint_text(), HasSubstr(hint));
    EXPECT_THAT(timing.error().message(), HasSubstr("'PWR3'"));
  }
}

TEST(GpiodDriver, a_chip_that_may_not_be_opened_is_not_called_missing) {
  FakeMachine machine;
  machine.chips.at("/dev/gpiochip1").open_fails_with = EACCES;
  const auto line = machine.driver->request_output({"rack-relays", "PWR3"}, Drive::push_pull, Level::low);
  ASSERT_FALSE(line.has_value());
  EXPECT_EQ(line.error().code(), Code::line_failed);
  EXPECT_THAT(line.error().hint_text(), HasSubstr("udev rule"));
  EXPECT_EQ(machine.driver->list()->size(), 2U);  // the other chip's
}

TEST(GpiodDriver, the_holder_of_a_busy_line_is_named) {
  FakeMachine machine;
  machine.line({"rack-relays", "PWR3"}).holder = "openocd";
  const auto line = machine.driver->request_output({"rack-relays", "PWR3"}, Drive::push_pull, Level::low);
  ASSERT_FALSE(line.has_value());
  EXPECT_THAT(line.error().message(), HasSubstr("held by 'openocd'"));
}

TEST(GpiodDriver, a_group_needs_one_chip_and_what_the_library_can_hold_together) {
  struct Case {
    OutputRequest second;
    bool one_drive;
    std::string hint;  // empty: it is taken
  };
  const Case cases[] = {{{{"rack-relays", "NRST3"}, Drive::push_pull, Level::high}, true, ""},
                        {{{"rack-relays", "NRST3"}, Drive::open_drain, Level::high}, false, ""},
                        {{{"rack-relays", "NRST3"}, Drive::open_drain, Level::high}, true, "same `drive:`"},
                        {{{"pinctrl", "BOOT3"}, Drive::push_pull, Level::low}, false, "one chip"}};
  for (const auto& [second, one_drive, hint] : cases) {
    FakeMachine machine;
    machine.chips.at("/dev/gpiochip1").one_drive = one_drive;
    const OutputRequest both[] = {{{"rack-relays", "PWR3"}, Drive::push_pull, Level::low}, second};
    const auto group = machine.driver->request_group(both);
    EXPECT_EQ(group.has_value(), hint.empty()) << hint;
    if (group) continue;
    EXPECT_EQ(group.error().code(), Code::unsupported);
    EXPECT_THAT(group.error().hint_text(), HasSubstr(hint));
    EXPECT_EQ(machine.line({"rack-relays", "PWR3"}).holder, "");
  }
}

TEST(GpiodDriver, a_chip_that_cannot_watch_edges_says_so) {
  FakeMachine machine;
  machine.chips.at("/dev/gpiochip1").watches_edges = false;
  EXPECT_EQ(machine.driver->request_input({"rack-relays", "NRST3"}, Watch::edges).error().code(), Code::line_failed);
  EXPECT_TRUE(machine.driver->request_input({"rack-relays", "NRST3"}, Watch::level).has_value());
}

TEST(GpiodDriver, an_edge_that_is_stamped_with_the_time_of_day_is_stamped_anew) {
  FakeMachine machine;
  const auto clock = make_steady_clock();
  const auto driver = make_gpiod_driver(*clock, {}, backend_of(machine.chips));
  const LineName name{"rack-relays", "NRST3"};
  const auto line = driver->request_input(name, Watch::edges);
  ASSERT_TRUE(line.has_value());
  const TimePoint before = clock->now();
  machine.line(name).pull(Level::low, before + std::chrono::hours(500'000));
  const auto edge = (*line)->next_edge(before + std::chrono::seconds(5));
  ASSERT_TRUE(edge.has_value() && edge->has_value());
  EXPECT_GE((*edge)->at, before);
  EXPECT_LE((*edge)->at, clock->now());
}

TEST(GpiodDriver, a_watched_input_whose_chip_goes_fails) {
  FakeMachine machine;
  const auto clock = make_steady_clock();
  const auto driver = make_gpiod_driver(*clock, {}, backend_of(machine.chips));
  const LineName name{"rack-relays", "NRST3"};
  const auto line = driver->request_input(name, Watch::edges);
  ASSERT_TRUE(line.has_value());
  machine.line(name).edge_writer.reset();
  const auto edge = (*line)->next_edge(clock->now() + std::chrono::seconds(5));
  ASSERT_FALSE(edge.has_value());
  EXPECT_EQ(edge.error().code(), Code::line_failed);
  EXPECT_THAT(edge.error().hint_text(), HasSubstr("USB cable"));
}

// libgpiod itself, on whatever machine this runs.
TEST(GpiodDriver, the_real_driver_tells_a_missing_chip) {
  const auto clock = make_steady_clock();
  const auto driver = make_gpiod_driver(*clock);
  const auto lines = driver->list();
  ASSERT_TRUE(lines.has_value());
  const bool none = !std::filesystem::exists("/dev/gpiochip0");
  EXPECT_TRUE(!none || lines->empty());
  const auto line = driver->request_output({"no-such-chip-anywhere", "0"}, Drive::push_pull, Level::low);
  ASSERT_FALSE(line.has_value());
  if (none) {
    EXPECT_EQ(line.error().code(), Code::line_missing);
    EXPECT_EQ(line.error().hint_text(), "this machine has no GPIO chip");
  }
}

TEST(GpiodDriver, libgpiod_says_why_a_file_is_no_chip) {
  for (const char* path : {"/dev/null", "/no/such/device", "/tmp"}) {
    const auto chip = open_gpiod_chip(path);
    ASSERT_FALSE(chip.has_value()) << path;
    EXPECT_NE(chip.error(), 0) << path;
  }
}

}  // namespace
}  // namespace rigor
