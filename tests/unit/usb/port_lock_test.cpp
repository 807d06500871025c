#include "framework/usb/port_lock.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/unit/usb/test_directory.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct PortLocks : testing::Test {
  const TestDirectory own;
  const std::filesystem::path& directory = own.path();
};

TEST_F(PortLocks, a_second_taker_is_told_who_has_it) {
  const auto first = PortLock::take(directory, "1-2.3", "4711 nightly");
  ASSERT_TRUE(first) << first.error().describe();
  const auto second = PortLock::take(directory, "1-2.3");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::probe_busy);
  EXPECT_EQ(second.error().message(), "the probe at 1-2.3 is busy, held by 4711 nightly");
  EXPECT_TRUE(PortLock::take(directory, "1-2.4")) << "another port";
}

TEST_F(PortLocks, go_with_their_holder) {
  {
    const auto first = PortLock::take(directory, "1-2");
  }
  EXPECT_TRUE(PortLock::take(directory, "1-2"));
}

TEST_F(PortLocks, name_this_process_by_number_and_program) {
  EXPECT_THAT(this_process(), StartsWith(std::to_string(::getpid()) + " "));
  const auto lock = PortLock::take(directory, "1-2");
  EXPECT_THAT(PortLock::take(directory, "1-2").error().message(), HasSubstr("held by " + this_process()));
}

TEST_F(PortLocks, a_holder_s_record_cannot_break_the_message) {
  const auto lock = PortLock::take(directory, "1-2", "7 a\nb\x1b[31m" + std::string(500, 'x'));
  const std::string message = PortLock::take(directory, "1-2").error().message();
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 260U);
}

TEST_F(PortLocks, never_leave_their_directory) {
  const auto lock = PortLock::take(directory, "../../escape");
  ASSERT_TRUE(lock);
  EXPECT_TRUE(std::filesystem::exists(directory / "rigor-usb-.._.._escape.lock"));
}

TEST_F(PortLocks, where_none_can_be_made_say_so) {
  const auto none = PortLock::take(directory / "none", "1-2");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Code::io_failed);
  EXPECT_THAT(none.error().message(), HasSubstr("1-2"));
}

TEST_F(PortLocks, do_not_follow_links) {
  std::filesystem::create_symlink(directory / "elsewhere", directory / "rigor-usb-1-2.lock");
  EXPECT_EQ(PortLock::take(directory, "1-2").error().code(), Code::io_failed);
  EXPECT_FALSE(std::filesystem::exists(directory / "elsewhere"));
}

// A process that dies keeps nothing, and a program that it started does not have the lock.
TEST_F(PortLocks, end_with_a_killed_process) {
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = PortLock::take(directory, "1-2", "77 victim");
    const char told = lock ? 'y' : 'n';
    std::ignore = ::write(ready[1], &told, 1);
    ::pause();
    ::_exit(0);
  }
  char told = 0;
  ASSERT_EQ(::read(ready[0], &told, 1), 1);
  EXPECT_EQ(told, 'y');
  EXPECT_THAT(PortLock::take(directory, "1-2").error().message(), HasSubstr("77 victim"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(PortLock::take(directory, "1-2"));
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace rigor
