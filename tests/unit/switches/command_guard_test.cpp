// A run that is killed while a command of it is running, and its guard: the command ends later, the line is safe after
// it.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>

#include "framework/gpio/line_guard.hpp"
#include "framework/switches/command_switches.hpp"
#include "framework/switches/switch_lines.hpp"
#include "tests/unit/gpio/fake_machine.hpp"
#include "tests/unit/switches/fake_switches.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

class CommandGuardTest : public ::testing::Test {
 protected:
  std::unique_ptr<LineDriver> make_driver() {
    auto lines = std::make_unique<SwitchLines>(make_gpiod_driver(machine.clock, {}, backend_of(machine.chips)), *clock,
                                               locks.path());
    lines->add(make_command_switches(*clock));
    return lines;
  }
  std::vector<std::string> record() {
    std::vector<std::string> words;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) words.push_back(line);
    return words;
  }

  LockDirectory locks;
  FakeMachine machine;
  std::unique_ptr<Clock> clock = make_steady_clock();
  std::unique_ptr<Actor> actor = clock->enroll("test");
  const std::string file = (locks.path() / "record").string();
  const LineName name = line_name(CommandName{{"sh", "-c", "echo begins >>$1; sleep 0.2; echo on >>$1", "sh", file},
                                              {"sh", "-c", "echo off >>$1", "sh", file},
                                              {},
                                              1s});
};

TEST_F(CommandGuardTest, TheSafeCommandRunsAtOnceAndWhenTheOtherHasEnded) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  const pid_t run = ::fork();
  if (run == 0) {
    const GuardLink link{FileDescriptor(ends[0])};
    const auto driver = make_driver();
    GuardedLines lines(*driver, link);
    auto line = lines.request_output(name, Drive::push_pull, Level::low);
    if (line) std::ignore = (*line)->set(Level::high);
    ::_exit(1);  // it should have been killed
  }
  ::close(ends[0]);
  const TimePoint deadline = clock->now() + 30s;
  while (record().size() < 2) ASSERT_LT(clock->now(), deadline);
  ::kill(run, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(run, &status, 0), run);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(serve_line_guard(FileDescriptor(ends[1]), [this] { return make_driver(); }), 0U);
  const std::vector<std::string> done = record();
  EXPECT_EQ(std::ranges::count(done, "off"), 3) << "when it was taken, at once, and in the end";
  EXPECT_EQ(std::ranges::count(done, "on"), 1) << "the command that nobody killed";
  EXPECT_EQ(done.back(), "off");
}

}  // namespace
}  // namespace rigor
