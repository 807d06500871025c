#include "framework/cli/secret_prompt.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include "framework/base/file_descriptor.hpp"

namespace rigor::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kLongest = 1024;

// Signals that end or stop a program, held back and readable as a file while this lives.
class HeldSignals {
 public:
  HeldSignals() : file_(open()) {}
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  [[nodiscard]] int file() const { return file_.get(); }
  // 0: none.
  [[nodiscard]] int take() const {
    signalfd_siginfo info{};
    return ::read(file_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }
  // Lets it do what it would have done: returns when it was ignored, or when the program goes on after a stop.
  void deliver(int signal) const {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    ::raise(signal);
    ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
  }

 private:
  [[nodiscard]] int open() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  sigset_t before_{};
  FileDescriptor file_;
};

// The terminal without echo, as long as this lives.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal), held_(::tcgetattr(terminal, &before_) == 0) {
    if (!held_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ECHONL;
    held_ = ::tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    // What was typed after the line is thrown away: it would be echoed now, or go to the shell.
    if (held_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool held() const { return held_; }

 private:
  int terminal_;
  termios before_{};
  bool held_;
};

void say(int terminal, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(terminal, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

class Question {
 public:
  Question(const SecretPrompt& prompt, int terminal) : prompt_(prompt), terminal_(terminal) {}

  [[nodiscard]] Result<Secret> ask() {
    for (;;) {
      int signal = 0;
      auto answer = ask_silently(signal);
      if (signal == 0) return answer;
      // The terminal is as it was again, and nothing that was typed is held any more.
      signals_.deliver(signal);
      if (signal != SIGTSTP) return fail(Code::aborted, "interrupted while asking for the " + prompt_.what);
    }
  }

 private:
  // A signal leaves through `signal`; then the answer is empty.
  [[nodiscard]] Result<Secret> ask_silently(int& signal) const {
    const Silence silence(terminal_);
    if (!silence.held()) return fail(Code::usage, "the terminal's echo cannot be switched off");
    RIGOR_TRY(Secret typed, ask_line(prompt_.what, signal));
    if (signal != 0 || !prompt_.twice) return typed;
    RIGOR_TRY(const Secret again, ask_line(prompt_.what + ", again", signal));
    if (signal != 0) return Secret();
    if (!std::ranges::equal(typed.view(), again.view()))
      return fail(Code::usage, fmt::format("the {} was not typed the same twice", prompt_.what));
    return typed;
  }

  [[nodiscard]] Result<Secret> ask_line(std::string_view words, int& signal) const {
    say(terminal_, fmt::format("{}: ", words));
    for (;;) {
      const auto left = std::chrono::ceil<milliseconds>(end_ - steady_clock::now());
      std::array<pollfd, 2> watched{{{terminal_, POLLIN, 0}, {signals_.file(), POLLIN, 0}}};
      const int wait = static_cast<int>(std::max(left, milliseconds::zero()).count());
      const int ready = ::poll(watched.data(), watched.size(), wait);
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) {
        say(terminal_, "\n");
        return fail(Code::time_limit, fmt::format("nobody typed the {} in time", prompt_.what));
      }
      signal = watched[1].revents != 0 ? signals_.take() : 0;
      if (signal != 0) return Secret();
      if (watched[0].revents != 0) return read_line();
    }
  }

  [[nodiscard]] Result<Secret> read_line() const {
    Bytes line(kLongest + 2);
    const ssize_t got = ::read(terminal_, line.data(), line.size());
    const int reason = errno;
    line.resize(got > 0 ? static_cast<std::size_t>(got) : 0);  // shrinking keeps the buffer
    const bool whole = !line.empty() && line.back() == '\n';
    if (whole) line.pop_back();
    Secret typed(std::move(line));
    if (got < 0)
      return fail(Code::usage,
                  fmt::format("cannot read the {}: {}", prompt_.what, std::generic_category().message(reason)));
    if (typed.size() > kLongest)
      return fail(Code::usage, fmt::format("more than {} bytes are no {}", kLongest, prompt_.what));
    if (typed.size() == 0) return fail(Code::usage, fmt::format("nothing was typed for the {}", prompt_.what));
    return typed;
  }

  const SecretPrompt& prompt_;
  int terminal_;
  HeldSignals signals_;
  steady_clock::time_point end_ = steady_clock::now() + prompt_.limit;
};

}  // namespace

Result<Secret> ask_secret(const SecretPrompt& prompt) {
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal.get() < 0) {
    return fail(Error(Code::usage, fmt::format("no terminal to ask for the {}", prompt.what))
                    .hint("give it with " + prompt.instead));
  }
  return Question(prompt, terminal.get()).ask();
}

}  // namespace rigor::cli
