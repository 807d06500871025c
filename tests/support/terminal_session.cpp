#include "tests/support/terminal_session.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <csignal>

namespace rigor::test {
namespace {

using std::chrono::steady_clock;

int become(const std::vector<std::string>& arguments, const std::filesystem::path& directory) {
  std::vector<std::string> texts = arguments;
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  char* const environment[] = {nullptr};
  if (::chdir(directory.c_str()) == 0) ::execve(argv[0], argv.data(), environment);
  return 127;
}

}  // namespace

TerminalSession::TerminalSession(const std::function<int()>& body) {
  EXPECT_EQ(::openpty(&ours_, &theirs_, nullptr, nullptr, nullptr), 0);
  ::fcntl(ours_, F_SETFD, FD_CLOEXEC);
  child_ = ::fork();
  if (child_ == 0) {
    ::close(ours_);
    _exit(::login_tty(theirs_) == 0 ? body() : 127);
  }
  EXPECT_GT(child_, 0);
  ::fcntl(theirs_, F_SETFD, FD_CLOEXEC);
}

TerminalSession::TerminalSession(const std::vector<std::string>& arguments, const std::filesystem::path& directory)
    : TerminalSession([&] { return become(arguments, directory); }) {}

TerminalSession::~TerminalSession() {
  if (!ended()) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, &status_, 0);
  }
  ::close(ours_);
  ::close(theirs_);
}

bool TerminalSession::read_some() {
  constexpr int kWhile = 20;  // ms
  pollfd watched{ours_, POLLIN, 0};
  if (::poll(&watched, 1, kWhile) <= 0) return false;
  std::array<char, 4096> buffer{};
  const ssize_t got = ::read(ours_, buffer.data(), buffer.size());
  if (got > 0) screen_.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

bool TerminalSession::ended() {
  if (!reaped_) reaped_ = ::waitpid(child_, &status_, WNOHANG) == child_;
  return reaped_;
}

bool TerminalSession::shows(const std::string& text) {
  const auto limit = steady_clock::now() + kPatience;
  while (steady_clock::now() < limit) {
    const std::size_t at = screen_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    const bool last = ended();
    if (!read_some() && last) return false;
  }
  return false;
}

void TerminalSession::type(const std::string& text) const {
  EXPECT_EQ(::write(ours_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

bool TerminalSession::echoes() const {
  termios state{};
  EXPECT_EQ(::tcgetattr(theirs_, &state), 0);
  return (state.c_lflag & ECHO) != 0;
}

Finished TerminalSession::end() {
  Finished finished;
  const auto limit = steady_clock::now() + kPatience;
  while (!ended() && steady_clock::now() < limit) read_some();
  if (!reaped_) {
    finished.timed_out = true;
    ::kill(child_, SIGKILL);
    reaped_ = ::waitpid(child_, &status_, 0) == child_;
  }
  while (read_some()) {
  }
  if (WIFEXITED(status_)) finished.exit_code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) finished.signal = WTERMSIG(status_);
  finished.out = screen_;
  return finished;
}

}  // namespace rigor::test
