#include "framework/gpio/line_guard.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <optional>

#include "framework/gpio/gpiod_backend.hpp"
#include "tests/unit/gpio/fake_machine.hpp"

namespace rigor {
namespace {

using ::testing::ElementsAre;

const LineName kGuardedPower{"rack-relays", "PWR3"}, kGuardedNrst{"rack-relays", "NRST3"};

class LineGuardTest : public ::testing::Test {
 protected:
  LineGuardTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()), 0);
    link.emplace(FileDescriptor(ends[0]));
    guards = FileDescriptor(ends[1]);
    lines.emplace(*machine.driver, *link);
  }
  // What the kernel does with a killed process: the connection ends, then the lines are free.
  void die() {
    link->close();
    power.reset();
    nrst.reset();
  }
  std::size_t serve() {
    return serve_line_guard(std::move(guards), [this] {
      return make_gpiod_driver(machine.clock, {.consumer = "guard"}, backend_of(machine.chips));
    });
  }

  FakeMachine machine;
  std::optional<GuardLink> link;
  FileDescriptor guards;
  std::optional<GuardedLines> lines;
  std::unique_ptr<OutputLine> power, nrst;
};

TEST_F(LineGuardTest, WhatIsHeldIsLeftAsItWasTaken) {
  power = lines->request_output(kGuardedPower, Drive::push_pull, Level::low).value();
  nrst = lines->request_output(kGuardedNrst, Drive::open_drain, Level::high).value();
  EXPECT_TRUE(power->set(Level::high));
  EXPECT_TRUE(nrst->set(Level::low));
  die();
  EXPECT_EQ(serve(), 0U);
  EXPECT_EQ(machine.line(kGuardedPower).driven, Level::low);
  EXPECT_EQ(machine.line(kGuardedNrst).driven, Level::high);
  EXPECT_TRUE(machine.line(kGuardedNrst).open_drain);
  EXPECT_THAT(machine.line(kGuardedPower).edges, ElementsAre(Level::low)) << "and nothing between";
}

TEST_F(LineGuardTest, WhatWasReleasedIsLeftAlone) {
  power = lines->request_output(kGuardedPower, Drive::push_pull, Level::low).value();
  EXPECT_TRUE(power->set(Level::high));
  power.reset();
  die();
  EXPECT_EQ(serve(), 0U);
  EXPECT_EQ(machine.line(kGuardedPower).driven, Level::high);
}

TEST_F(LineGuardTest, ALineThatWasRefusedIsNobodys) {
  machine.line(kGuardedPower).holder = "someone";
  EXPECT_FALSE(lines->request_output(kGuardedPower, Drive::push_pull, Level::low));
  machine.line(kGuardedPower).driven = Level::high;
  die();
  EXPECT_EQ(serve(), 0U);
  EXPECT_EQ(machine.line(kGuardedPower).driven, Level::high);
}

TEST_F(LineGuardTest, ALineThatStaysBusyIsGivenUp) {
  power = lines->request_output(kGuardedPower, Drive::push_pull, Level::low).value();
  nrst = lines->request_output(kGuardedNrst, Drive::open_drain, Level::high).value();
  EXPECT_TRUE(nrst->set(Level::low));
  die();
  machine.line(kGuardedPower).holder = "someone";
  EXPECT_EQ(serve(), 1U);
  EXPECT_EQ(machine.line(kGuardedNrst).driven, Level::high) << "the other is safe";
}

// A line that takes its time comes after the others, whatever their names, and does not use up their patience.
TEST_F(LineGuardTest, ASlowLineKeepsNobodyWaiting) {
  struct Slow final : LineDriver {
    explicit Slow(std::unique_ptr<LineDriver> its_inner, std::vector<LineName>& its_order)
        : inner(std::move(its_inner)), order(its_order) {}
    std::unique_ptr<LineDriver> inner;
    std::vector<LineName>& order;
    LineCapabilities capabilities() const override { return inner->capabilities(); }
    Duration latency(const LineName& name) const override {
      return name == kGuardedNrst ? Duration(std::chrono::seconds(1)) : Duration::zero();
    }
    Result<std::vector<LineInfo>> list() override { return inner->list(); }
    Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive, Level initial) override {
      order.push_back(name);
      return inner->request_output(name, drive, initial);
    }
    Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override {
      return inner->request_group(lines);
    }
    Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
      return inner->request_input(name, watch);
    }
  };
  ASSERT_LT(kGuardedNrst, kGuardedPower);
  power = lines->request_output(kGuardedPower, Drive::push_pull, Level::low).value();
  nrst = lines->request_output(kGuardedNrst, Drive::open_drain, Level::high).value();
  die();
  std::vector<LineName> order;
  const std::size_t left = serve_line_guard(std::move(guards), [&] {
    return std::make_unique<Slow>(make_gpiod_driver(machine.clock, {.consumer = "guard"}, backend_of(machine.chips)),
                                  order);
  });
  EXPECT_EQ(left, 0U);
  EXPECT_THAT(order, ElementsAre(kGuardedPower, kGuardedNrst));
}

// As long as a command may be.
TEST_F(LineGuardTest, ALongNameIsGuardedToo) {
  const LineName lengthy{"rack-relays", std::string(8U << 10, 'x')};
  link->taken(lengthy, Drive::push_pull, Level::low);
  die();
  EXPECT_EQ(serve(), 1U) << "it was heard of, and there is no such line";
}

TEST_F(LineGuardTest, AGuardThatIsGoneStopsNobody) {
  guards = FileDescriptor();
  power = lines->request_output(kGuardedPower, Drive::push_pull, Level::low).value();
  EXPECT_TRUE(power->set(Level::high));
}

TEST(LineGuard, EndsWithItsOwner) {
  auto guard = LineGuard::start([]() -> std::unique_ptr<LineDriver> { return nullptr; });
  ASSERT_TRUE(guard);
  (*guard)->link().taken(kGuardedPower, Drive::push_pull, Level::low);
  guard->reset();  // waits for it
}

}  // namespace
}  // namespace rigor
