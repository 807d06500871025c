#include "framework/gpio/line_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <thread>
#include <tuple>
#include <vector>

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 100ms;
constexpr std::size_t kMostMessage = 1024;
constexpr char kTaken = '+', kSeparator = '\0';

struct SafeState {
  Drive drive = Drive::push_pull;
  Level level = Level::high;
};
using HeldLines = std::map<LineName, SafeState>;

// "+dl" or "-", chip, line; d and l are 0 or 1.
void note(std::string_view message, HeldLines& held) {
  const std::size_t first = message.find(kSeparator);
  const std::size_t second = message.find(kSeparator, first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return;
  const LineName name{std::string(message.substr(first + 1, second - first - 1)),
                      std::string(message.substr(second + 1))};
  if (message[0] != kTaken) {
    held.erase(name);
    return;
  }
  held[name] = {.drive = message[1] == '1' ? Drive::open_drain : Drive::push_pull,
                .level = message[2] == '1' ? Level::high : Level::low};
}

HeldLines hear(int socket) {
  HeldLines held;
  std::array<char, kMostMessage> message{};
  for (;;) {
    const ssize_t got = ::recv(socket, message.data(), message.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return held;
    note({message.data(), static_cast<std::size_t>(got)}, held);
  }
}

void say(int socket, const std::string& message) {
  if (message.size() <= kMostMessage) std::ignore = ::send(socket, message.data(), message.size(), MSG_NOSIGNAL);
}

// A process that no key and no closed terminal ends, and that keeps nothing of its parent's open.
[[noreturn]] void be_guard(int socket, const MakeLineDriver& make_driver) {
  constexpr int kKept = 3;
  ::setsid();
  ::prctl(PR_SET_NAME, "rigor-guard");
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::ignore = std::signal(number, SIG_IGN);
  if (const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC); nothing >= 0)
    for (const int standard : {0, 1, 2}) ::dup2(nothing, standard);
  ::dup2(socket, kKept);
  ::close_range(kKept + 1, ~0U, 0);
  std::ignore = serve_line_guard(FileDescriptor(kKept), make_driver);
  ::_exit(0);
}

// Tells the guard of lines from before they are taken until after they are released.
class Watched {
 public:
  Watched(const GuardLink& link, std::span<const OutputRequest> lines) : link_(&link) {
    for (const OutputRequest& line : lines) {
      link.taken(line.name, line.drive, line.initial);
      names_.push_back(line.name);
    }
  }
  Watched(Watched&&) = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() {
    for (const LineName& name : names_) link_->released(name);
  }

 private:
  const GuardLink* link_;
  std::vector<LineName> names_;
};

class GuardedOutput final : public OutputLine {
 public:
  GuardedOutput(std::unique_ptr<OutputLine> inner, Watched watched)
      : watched_(std::move(watched)), inner_(std::move(inner)) {}
  Result<EdgeTiming> set(Level level) override { return inner_->set(level); }

 private:
  Watched watched_;  // released after the line
  std::unique_ptr<OutputLine> inner_;
};

class GuardedGroup final : public OutputGroup {
 public:
  GuardedGroup(std::unique_ptr<OutputGroup> inner, Watched watched)
      : watched_(std::move(watched)), inner_(std::move(inner)) {}
  Result<EdgeTiming> set(std::span<const Level> levels) override { return inner_->set(levels); }

 private:
  Watched watched_;  // released after the lines
  std::unique_ptr<OutputGroup> inner_;
};

}  // namespace

void GuardLink::taken(const LineName& name, Drive drive, Level safe) const {
  say(socket_.get(), fmt::format("{}{}{}{}{}{}{}", kTaken, drive == Drive::open_drain ? 1 : 0,
                                 safe == Level::high ? 1 : 0, kSeparator, name.chip, kSeparator, name.line));
}

void GuardLink::released(const LineName& name) const {
  say(socket_.get(), fmt::format("-{}{}{}{}", kSeparator, name.chip, kSeparator, name.line));
}

std::size_t serve_line_guard(FileDescriptor socket, const MakeLineDriver& make_driver) {
  HeldLines held = hear(socket.get());
  if (held.empty()) return 0;
  const auto driver = make_driver();
  if (!driver) return held.size();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    std::erase_if(held, [&](const auto& line) {
      return driver->request_output(line.first, line.second.drive, line.second.level).has_value();
    });
    if (held.empty() || std::chrono::steady_clock::now() >= deadline) return held.size();
    std::this_thread::sleep_for(1ms);
  }
}

Result<std::unique_ptr<LineGuard>> LineGuard::start(const MakeLineDriver& make_driver) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(system_error("cannot make a pair of sockets"));
  FileDescriptor ours(ends[0]), guards(ends[1]);
  const pid_t process = ::fork();
  if (process < 0) return fail(system_error("cannot start a guard of the lines"));
  if (process == 0) be_guard(guards.get(), make_driver);
  return std::unique_ptr<LineGuard>(new LineGuard(std::move(ours), process));
}

LineGuard::~LineGuard() {
  link_.close();
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
}

Result<std::unique_ptr<OutputLine>> GuardedLines::request_output(const LineName& name, Drive drive, Level initial) {
  const OutputRequest wanted{name, drive, initial};
  Watched watched(link_, {&wanted, 1});
  RIGOR_TRY(auto line, inner_.request_output(name, drive, initial));
  return std::make_unique<GuardedOutput>(std::move(line), std::move(watched));
}

Result<std::unique_ptr<OutputGroup>> GuardedLines::request_group(std::span<const OutputRequest> lines) {
  Watched watched(link_, lines);
  RIGOR_TRY(auto group, inner_.request_group(lines));
  return std::make_unique<GuardedGroup>(std::move(group), std::move(watched));
}

}  // namespace rigor
