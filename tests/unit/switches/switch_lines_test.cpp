#include "framework/switches/switch_lines.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>

#include "framework/base/process_lock.hpp"
#include "framework/gpio/line_guard.hpp"
#include "framework/gpio/recording_lines.hpp"
#include "tests/unit/gpio/fake_machine.hpp"
#include "tests/unit/switches/fake_switches.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const LineName kFirst{"hid-relay:BITFT", "1"}, kSecond{"hid-relay:BITFT", "2"}, kGpio{"rack-relays", "PWR3"};

class SwitchLinesTest : public ::testing::Test {
 protected:
  SwitchLinesTest() {
    auto made = std::make_unique<FakeSwitches>();
    backend = made.get();
    backend->switches[kFirst];
    backend->switches[kSecond];
    lines.add(std::move(made));
  }
  std::vector<bool>& turned(const LineName& name) { return backend->switches.at(name).turned; }
  Result<std::unique_ptr<OutputLine>> take(const LineName& name, Level level = Level::low) {
    return lines.request_output(name, Drive::push_pull, level);
  }
  std::filesystem::path lock_file() { return locks.path() / "rigor-line-fake-1.lock"; }

  LockDirectory locks;
  FakeMachine machine;
  FakeSwitches* backend = nullptr;
  SwitchLines lines{make_gpiod_driver(machine.clock, {}, backend_of(machine.chips)), machine.clock, locks.path()};
};

TEST_F(SwitchLinesTest, EachKindGoesToItsOwn) {
  const auto relay = take(kFirst), gpio = take(kGpio, Level::high);
  ASSERT_TRUE(relay && gpio);
  EXPECT_TRUE((*relay)->set(Level::high));
  EXPECT_THAT(turned(kFirst), ElementsAre(false, true));
  EXPECT_THAT(turned(kSecond), IsEmpty());
  EXPECT_EQ(machine.line(kGpio).driven, Level::high);
  EXPECT_EQ(lines.latency(kFirst), 20ms);
  EXPECT_EQ(lines.latency(kGpio), 0ms);
}

TEST_F(SwitchLinesTest, WrappersPassTheLatencyOn) {
  Timeline timeline(machine.clock);
  const GuardLink link{FileDescriptor()};
  GuardedLines guarded(lines, link);
  const RecordingLines recording(guarded, timeline, {});
  EXPECT_EQ(recording.latency(kFirst), 20ms);
}

TEST_F(SwitchLinesTest, AKindThatNothingIsThereForIsNobodysLine) {
  EXPECT_EQ(take({"hub:1-2", "3"}).error().code(), Code::line_missing);
}

TEST_F(SwitchLinesTest, OpenDrainIsRefusedBeforeAnythingMoves) {
  const auto refused = lines.request_output(kFirst, Drive::open_drain, Level::high);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::line_failed);
  EXPECT_THAT(turned(kFirst), IsEmpty());
}

TEST_F(SwitchLinesTest, ASwitchThatRefusesIsNotTaken) {
  backend->switches.at(kFirst).refuses = true;
  EXPECT_EQ(take(kFirst).error().code(), Code::line_failed);
  backend->switches.at(kFirst).refuses = false;
  EXPECT_TRUE(take(kFirst)) << "and not held either";
}

TEST_F(SwitchLinesTest, AHolderOfAnotherDriverIsNamed) {
  SwitchLines others(make_gpiod_driver(machine.clock, {}, backend_of(machine.chips)), machine.clock, locks.path());
  auto theirs = std::make_unique<FakeSwitches>();
  theirs->switches[kFirst];
  others.add(std::move(theirs));
  const auto held = others.request_output(kFirst, Drive::push_pull, Level::low);
  ASSERT_TRUE(held);
  const auto refused = take(kFirst);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::line_busy);
  EXPECT_THAT(refused.error().message(), HasSubstr(std::to_string(::getpid())));
  EXPECT_THAT(turned(kFirst), IsEmpty());
}

TEST_F(SwitchLinesTest, WhereNoLockCanBeTheLineIsNotTaken) {
  SwitchLines nowhere(make_gpiod_driver(machine.clock, {}, backend_of(machine.chips)), machine.clock,
                      locks.path() / "none");
  auto theirs = std::make_unique<FakeSwitches>();
  theirs->switches[kFirst];
  nowhere.add(std::move(theirs));
  EXPECT_EQ(nowhere.request_output(kFirst, Drive::push_pull, Level::low).error().code(), Code::line_failed);
}

// What a holder that was killed in the middle leaves in the lock's file.
TEST_F(SwitchLinesTest, WhatAKilledHolderBeganIsWaitedForAndUndone) {
  backend->switches.at(kFirst).aftermath = 10s;
  {
    auto lock = ProcessLock::take(lock_file(), "4711 rigor, switching");
    ASSERT_TRUE(lock && *lock);
  }
  const TimePoint before = machine.clock.now();
  const auto line = take(kFirst);
  ASSERT_TRUE(line);
  EXPECT_THAT(turned(kFirst), ElementsAre(false, false)) << "at once, and when it is over";
  EXPECT_EQ(machine.clock.now() - before, 10s);
}

TEST_F(SwitchLinesTest, AHolderThatCameToItsEndLeavesNothing) {
  backend->switches.at(kFirst).aftermath = 10s;
  take(kFirst).value()->set(Level::high).value();
  const TimePoint before = machine.clock.now();
  EXPECT_TRUE(take(kFirst));
  EXPECT_EQ(machine.clock.now(), before);
  EXPECT_THAT(turned(kFirst), ElementsAre(false, true, false));
}

TEST_F(SwitchLinesTest, AnInputTellsTheState) {
  take(kFirst).value()->set(Level::high).value();
  const auto input = lines.request_input(kFirst, Watch::level);
  ASSERT_TRUE(input);
  EXPECT_EQ((*input)->get().value(), Level::high);
  EXPECT_EQ(take(kFirst).error().code(), Code::line_busy);
}

TEST_F(SwitchLinesTest, AHolderThatDiedHoldsNothing) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto lock = ProcessLock::take(lock_file(), std::to_string(::getpid()) + " gone");
    ::_exit(lock && *lock ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto listed = lines.list().value();
  const auto first = std::ranges::find(listed, kFirst, &LineInfo::name);
  ASSERT_NE(first, listed.end());
  EXPECT_EQ(first->consumer, "");
  EXPECT_EQ(first->chip_device, "memory");
}

}  // namespace
}  // namespace rigor
