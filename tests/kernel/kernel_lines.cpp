// The GPIO seam on a chip of the kernel's: `kernel_lines CHIP OUT IN`, by tests/kernel/guest.sh on the virtual relay
// board. OUT switches the supply of a board, and a low is on; IN is its NRST, which follows. Built against libgpiod 1.6
// and 2 (RIGOR_GPIOD_VERSION says which).
//
// Every level that a pin is given is printed as "put PIN low|high|released", for whoever knows what the pins really
// did.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "framework/base/child_program.hpp"
#include "framework/gpio/gpiod_backend.hpp"
#include "framework/gpio/schedule_player.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::string_view kLibrary = RIGOR_GPIOD_VERSION;
constexpr Duration kLimit = 30s;  // an emulated machine with much else to do

LineName out, in;

void put(const LineName& line, Level level, Drive drive = Drive::push_pull) {
  const std::string_view high = drive == Drive::open_drain ? "released" : "high";
  fmt::print("put {} {}\n", line.line, level == Level::high ? high : "low");
}
void let_go(const LineName& line) { put(line, Level::high, Drive::open_drain); }

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

class KernelLines : public ::testing::Test {
 protected:
  std::unique_ptr<OutputLine> take_output(Drive drive, Level initial) {
    auto line = driver_->request_output(out, drive, initial);
    EXPECT_TRUE(line) << line.error().describe();
    if (!line) return nullptr;
    put(out, initial, drive);
    return *std::move(line);
  }
  std::unique_ptr<InputLine> take_input(const LineName& name, Watch watch) {
    auto line = driver_->request_input(name, watch);
    EXPECT_TRUE(line) << line.error().describe();
    let_go(name);
    return line ? *std::move(line) : nullptr;
  }
  void set(OutputLine& line, Level level) {
    const auto timing = line.set(level);
    ASSERT_TRUE(timing) << timing.error().describe();
    put(out, level);
    EXPECT_LE(timing->entry, timing->exit);
    last_ = *timing;
  }
  void expect_edge(InputLine& line, Level level) {
    const auto edge = line.next_edge(clock_->now() + kLimit);
    ASSERT_TRUE(edge) << edge.error().describe();
    ASSERT_TRUE(*edge) << "no edge came";
    EXPECT_EQ((*edge)->level, level);
    EXPECT_GT((*edge)->at, last_.entry) << "stamped before the line that causes it was set";
    EXPECT_LE((*edge)->at, clock_->now());
  }
  LineInfo listed(const LineName& name) {
    const auto lines = driver_->list();
    EXPECT_TRUE(lines);
    for (const LineInfo& each : lines.value_or(std::vector<LineInfo>{}))
      if (each.name == name) return each;
    ADD_FAILURE() << "line " << name.line << " is not listed";
    return {};
  }
  template <typename T>
  void expect_refusal(const Result<T>& result, Code code, const std::string& text) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), code);
    EXPECT_THAT(result.error().describe(), HasSubstr(text));
  }

  std::unique_ptr<Clock> clock_ = make_steady_clock();
  std::unique_ptr<LineDriver> driver_ = make_gpiod_driver(*clock_);
  EdgeTiming last_;
};

TEST_F(KernelLines, AreListedWithWhoHoldsThem) {
  const auto held = take_output(Drive::push_pull, Level::low);
  const LineInfo taken = listed(out), free = listed(in);
  EXPECT_EQ(taken.consumer, "rigor");
  EXPECT_TRUE(taken.output);
  EXPECT_THAT(taken.chip_device, ::testing::StartsWith("gpiochip"));
  EXPECT_EQ(free.consumer, "");
}

TEST_F(KernelLines, ThatAreHeldAreBusy) {
  const auto held = take_output(Drive::push_pull, Level::low);
  const auto other = make_gpiod_driver(*clock_, {.consumer = "somebody"});
  expect_refusal(other->request_output(out, Drive::push_pull, Level::low), Code::line_busy, "is held by 'rigor'");
  expect_refusal(other->request_input(out, Watch::edges), Code::line_busy, "is held by 'rigor'");
}

TEST_F(KernelLines, ThatAreNotThereAreMissing) {
  expect_refusal(driver_->request_input({in.chip, "99"}, Watch::level), Code::line_missing, "has no line '99'");
  expect_refusal(driver_->request_input({in.chip, "NRST"}, Watch::level), Code::line_missing, "has no line 'NRST'");
  expect_refusal(driver_->request_input({"cp2113_gpio", "0"}, Watch::level), Code::line_missing, "no GPIO chip");
}

TEST_F(KernelLines, AreReadAndWatched) {
  const auto power = take_output(Drive::push_pull, Level::low);  // as it is: no edge is on its way
  const auto nrst = take_input(in, Watch::edges);
  ASSERT_TRUE(power && nrst);
  EXPECT_EQ(nrst->get().value(), Level::high);
  for (const Level level : {Level::high, Level::low, Level::high, Level::low}) {
    ASSERT_NO_FATAL_FAILURE(set(*power, level));
    const Level follows = level == Level::low ? Level::high : Level::low;
    ASSERT_NO_FATAL_FAILURE(expect_edge(*nrst, follows));
    EXPECT_EQ(nrst->get().value(), follows);
  }
}

// The kernel's driver of this chip tells a new watcher of it.
TEST_F(KernelLines, AnEdgeThatNobodyWatchedDoesNotComeLater) {
  const auto power = take_output(Drive::push_pull, Level::low);
  {
    const auto nrst = take_input(in, Watch::edges);
    ASSERT_NO_FATAL_FAILURE(set(*power, Level::high));
    ASSERT_NO_FATAL_FAILURE(expect_edge(*nrst, Level::low));
  }
  ASSERT_NO_FATAL_FAILURE(set(*power, Level::low));
  {
    const auto nrst = take_input(in, Watch::level);
    const TimePoint deadline = clock_->now() + kLimit;
    while (nrst->get().value() == Level::low && clock_->now() < deadline) ASSERT_TRUE(clock_->sleep_for(1ms));
  }
  const auto nrst = take_input(in, Watch::edges);
  ASSERT_NO_FATAL_FAILURE(set(*power, Level::high));
  ASSERT_NO_FATAL_FAILURE(expect_edge(*nrst, Level::low));
  ASSERT_NO_FATAL_FAILURE(set(*power, Level::low));
  ASSERT_NO_FATAL_FAILURE(expect_edge(*nrst, Level::high));
}

TEST_F(KernelLines, ThatAreReadOnlyKnowTheLevelAndNoEdges) {
  const auto nrst = take_input(in, Watch::level);
  ASSERT_TRUE(nrst);
  EXPECT_EQ(nrst->get().value(), Level::high);  // where the test before left it
  expect_refusal(nrst->next_edge(clock_->now()), Code::usage, "read only");
}

// Past the driver, which would put its own time in place of one that is nobody's.
TEST_F(KernelLines, EdgesHaveTheKernelsStampOfOurClock) {
  const auto power = take_output(Drive::push_pull, Level::low);
  const auto chip = open_gpiod_chip("/dev/" + listed(in).chip_device);
  ASSERT_TRUE(chip);
  const auto nrst = (*chip)->request_input(listed(in).offset, Watch::edges, "rigor");
  ASSERT_TRUE(nrst);
  ASSERT_NO_FATAL_FAILURE(set(*power, Level::high));
  pollfd waits{(*nrst)->edge_descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&waits, 1, static_cast<int>(kLimit / 1ms)), 1);
  const TimePoint came = clock_->now();
  const auto edge = (*nrst)->read_edge();
  ASSERT_TRUE(edge);
  EXPECT_EQ(edge->level, Level::low);
  EXPECT_GT(edge->at, last_.entry);
  EXPECT_LT(edge->at, came);
  fmt::print("stamped {:.1f} ms after the set call began, read {:.1f} ms after that\n",
             milliseconds(edge->at - last_.entry), milliseconds(came - edge->at));
}

// A group's levels in the order of its lines; both are let go at the end.
void move_group(OutputGroup& group, Drive of_out) {
  for (const auto& levels : {std::array{Level::low, Level::high},
                             {Level::high, Level::low},
                             {Level::low, Level::low},
                             {Level::high, Level::high}}) {
    const auto timing = group.set(levels);
    ASSERT_TRUE(timing) << timing.error().describe();
    put(out, levels[0], of_out);
    put(in, levels[1], Drive::open_drain);
  }
}

TEST_F(KernelLines, OfOneDriveAreAGroup) {
  const std::array<OutputRequest, 2> lines{
      {{out, Drive::open_drain, Level::high}, {in, Drive::open_drain, Level::high}}};
  const auto group = driver_->request_group(lines);
  ASSERT_TRUE(group) << group.error().describe();
  let_go(out);
  let_go(in);
  ASSERT_NO_FATAL_FAILURE(move_group(**group, Drive::open_drain));
  expect_refusal((*group)->set(std::array{Level::high}), Code::usage, "1 levels for a group of 2");
}

TEST_F(KernelLines, OfTwoDrivesAreAGroupWithLibgpiod2) {
  const std::array<OutputRequest, 2> lines{{{out, Drive::push_pull, Level::low}, {in, Drive::open_drain, Level::high}}};
  const auto group = driver_->request_group(lines);
  if (kLibrary.starts_with("1.")) return expect_refusal(group, Code::unsupported, "libgpiod 1.6 gives");
  ASSERT_TRUE(group) << group.error().describe();
  put(out, Level::low);
  let_go(in);
  move_group(**group, Drive::push_pull);
}

TEST_F(KernelLines, AreTakenWithoutAPulse) {
  const auto refuse = [&] {
    expect_refusal(driver_->request_output(out, Drive::push_pull, Level::high), Code::line_failed,
                   "would pulse it low");
  };
  static_cast<void>(take_input(out, Watch::level));
  refuse();
  static_cast<void>(take_output(Drive::open_drain, Level::high));
  refuse();  // let go, though the kernel still calls it an output
  static_cast<void>(take_output(Drive::open_drain, Level::high));
  static_cast<void>(take_output(Drive::push_pull, Level::low));
}

// How long edges of a schedule take on this chip, beside the tool that everybody has: both to the end of the call that
// moves the pin. Here every USB request is emulated, so that only the ratio says something.
TEST_F(KernelLines, EdgesOfAScheduleBesideGpioset) {
  constexpr int kEdges = 6;  // even: the relay ends where it is left
  constexpr Duration kPeriod = 60ms;
  const auto median = [](std::vector<Duration> times) {
    std::ranges::nth_element(times, times.begin() + kEdges / 2);
    return times[kEdges / 2];
  };
  std::vector<Duration> ours, theirs;
  {
    Schedule schedule{"edges", {}, kLimit};
    for (int i = 0; i < kEdges; ++i)
      schedule.edges.push_back({std::to_string(i), "out", i % 2 == 0, {}, (i + 3) * kPeriod, kLimit});
    const auto relay = Relay::take(*driver_, *clock_, {.job = "out", .name = out});
    ASSERT_TRUE(relay) << relay.error().describe();
    put(out, Level::low);
    Timeline timeline(*clock_);
    const auto timer = make_machine_edge_timer();
    const auto played =
        SchedulePlayer::start(schedule, {{"out", relay->get()}}, {*clock_, timeline, *timer})->finish(kLimit);
    for (const PlayedEdge& edge : played.edges) {
      ASSERT_TRUE(edge.timing) << edge.why_not;
      put(out, edge.active ? Level::high : Level::low);
      ours.push_back(edge.timing->exit - edge.timing->requested);
    }
  }
  for (int i = 0; i < kEdges; ++i) {
    const TimePoint began = clock_->now();
    const auto done = run_program({{"gpioset", out.chip, out.line + (i % 2 == 0 ? "=1" : "=0")}, kLimit}, *clock_);
    theirs.push_back(clock_->now() - began);
    ASSERT_TRUE(done) << done.error().describe();
    ASSERT_EQ(done->status, 0) << done->output;
    put(out, i % 2 == 0 ? Level::high : Level::low);
  }
  const double our = milliseconds(median(ours)), their = milliseconds(median(theirs));
  fmt::print("a scheduled edge is set {:.2f} ms after it is due, gpioset ends {:.2f} ms after its start: 1 to {:.1f}\n",
             our, their, their / our);
  EXPECT_LT(our, their);
}

}  // namespace
}  // namespace rigor

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 4) {
    std::fputs("usage: kernel_lines CHIP OUT IN [--gtest_...]\n", stderr);
    return 2;
  }
  rigor::out = {argv[1], argv[2]};
  rigor::in = {argv[1], argv[3]};
  fmt::print("libgpiod {}\n", rigor::kLibrary);
  return RUN_ALL_TESTS();
}
