#include "tests/support/subprocess.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace rigor::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// One output of the child: the test reads from `ours` until the child has closed `theirs`.
struct Channel {
  int ours = -1;
  int theirs = -1;
};

Channel make_channel(bool terminal) {
  std::array<int, 2> ends{-1, -1};
  if (terminal) {
    EXPECT_EQ(::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr), 0);
  } else {
    EXPECT_EQ(::pipe(ends.data()), 0);
  }
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  return {ends[0], ends[1]};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

[[noreturn]] void become(const ProgramSetting& setting, char* const* arguments, char* const* environment, int out,
                         int err) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  bool ready = ::dup2(nothing, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0;
  for (const int descriptor : {nothing, out, err})
    if (descriptor > STDERR_FILENO) ::close(descriptor);
  // In a group of its own, so that nothing of the test's is sent to it.
  ready = ready && ::setpgid(0, 0) == 0 && (setting.directory.empty() || ::chdir(setting.directory.c_str()) == 0);
  if (setting.before) setting.before();
  if (ready) ::execve(arguments[0], arguments, environment);
  _exit(127);
}

// False when the other end is closed.
bool take(int descriptor, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

class Watch {
 public:
  Watch(pid_t child, const ProgramSetting& setting) : child_(child), setting_(setting) {}

  Finished until_the_end(int out, int err) {
    std::array<pollfd, 2> channels{{{out, POLLIN, 0}, {err, POLLIN, 0}}};
    while (channels[0].fd >= 0 || channels[1].fd >= 0) {
      constexpr int kLookAgain = 10;  // ms
      ::poll(channels.data(), channels.size(), kLookAgain);
      act();
      for (pollfd& channel : channels) {
        std::string& text = channel.fd == out ? finished_.out : finished_.err;
        if (channel.fd >= 0 && channel.revents != 0 && !take(channel.fd, text)) channel.fd = -1;
      }
    }
    return collect();
  }

 private:
  void act() {
    const auto now = steady_clock::now();
    if (setting_.signal && !armed_ && setting_.signal->once()) armed_ = now;
    if (armed_ && !signalled_ && now >= *armed_ + setting_.signal->after) {
      signalled_ = now;
      ::kill(child_, setting_.signal->number);
    }
    if (now >= began_ + setting_.limit && !std::exchange(finished_.timed_out, true)) ::kill(child_, SIGKILL);
  }

  Finished collect() {
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    if (WIFEXITED(status)) finished_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) finished_.signal = WTERMSIG(status);
    if (signalled_) finished_.after_signal = std::chrono::ceil<milliseconds>(steady_clock::now() - *signalled_);
    return std::move(finished_);
  }

  pid_t child_;
  const ProgramSetting& setting_;
  steady_clock::time_point began_ = steady_clock::now();
  std::optional<steady_clock::time_point> armed_;
  std::optional<steady_clock::time_point> signalled_;
  Finished finished_;
};

}  // namespace

Finished run_program(const std::vector<std::string>& arguments, const ProgramSetting& setting) {
  std::vector<std::string> texts = arguments;
  std::vector<std::string> environment;
  for (const auto& [name, value] : setting.environment) environment.push_back(name + "=" + value);
  const std::vector<char*> argv = pointers(texts);
  const std::vector<char*> envp = pointers(environment);
  const Channel out = make_channel(false);
  const Channel err = make_channel(setting.terminal);
  const pid_t child = ::fork();
  if (child == 0) become(setting, argv.data(), envp.data(), out.theirs, err.theirs);
  EXPECT_GT(child, 0);
  ::close(out.theirs);
  ::close(err.theirs);
  const Finished finished = Watch(child, setting).until_the_end(out.ours, err.ours);
  ::close(out.ours);
  ::close(err.ours);
  return finished;
}

}  // namespace rigor::test
