#include "framework/base/child_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "framework/base/file_descriptor.hpp"
#include "framework/base/line_splitter.hpp"
#include "framework/base/program_outlet.hpp"

namespace rigor {
namespace {

// Settings of posix_spawn with an end.
class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

Result<pid_t> spawn(const std::vector<std::string>& argv, const ProgramOutlet& outlet) {
  SpawnSettings settings;
  // The first terminal that the leader of a session opens is the session's.
  const char* const input = outlet.terminal.empty() ? "/dev/null" : outlet.terminal.c_str();
  posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, input, O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&settings.actions, outlet.writing.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, outlet.writing.get(), STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  const int alone = outlet.terminal.empty() ? POSIX_SPAWN_SETPGROUP : POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&settings.attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | alone));

  std::vector<std::string> texts = argv;
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  pid_t child = -1;
  const int failed =
      posix_spawnp(&child, pointers.front(), &settings.actions, &settings.attributes, pointers.data(), environ);
  if (failed == 0) return child;
  return fail(failed == ENOENT ? Code::name_unknown : Code::io_failed,
              fmt::format("cannot start '{}': {}", argv.front(), std::strerror(failed)));
}

// Keeps what came and tells of its lines.
class Output {
 public:
  Output(const ProgramRequest& request, Clock& clock, ProgramOutcome& outcome)
      : outcome_(outcome), clock_(clock), splitter_([this, &request](std::string_view line) {
          ++outcome_.lines;
          if (lines_of_piece_++ > 0) ++outcome_.together;
          if (request.line) request.line(at_, line);
        }) {}
  void add(std::string_view bytes) {
    at_ = clock_.now();
    lines_of_piece_ = 0;
    outcome_.output.append(bytes);
    if (outcome_.output.size() > 2 * kMostOutput) outcome_.output.erase(0, outcome_.output.size() - kMostOutput);
    splitter_.add(bytes);
  }
  void end() {
    lines_of_piece_ = 0;
    splitter_.end();
  }

 private:
  ProgramOutcome& outcome_;
  Clock& clock_;
  TimePoint at_{};
  std::size_t lines_of_piece_ = 0;
  LineSplitter splitter_;
};

// Until the program itself has ended and the pipe is empty: what it leaves behind may hold the pipe for ever.
void read_to_end(int from, int program, Output& output) {
  std::array<pollfd, 2> watched{pollfd{from, POLLIN, 0}, pollfd{program, POLLIN, 0}};
  std::array<char, 4096> chunk{};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[0].revents == 0 && watched[1].revents != 0) return;
    if (watched[0].revents == 0) continue;
    const ssize_t count = ::read(from, chunk.data(), chunk.size());
    if (count <= 0) watched[0].fd = -1;  // at its end; poll() passes it over
    if (count <= 0) continue;
    output.add({chunk.data(), static_cast<std::size_t>(count)});
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<ProgramOutcome> run_program(const ProgramRequest& request, Clock& clock) {
  RIGOR_TRY(ProgramOutlet outlet, request.terminal ? open_terminal() : open_pipe());
  RIGOR_TRY(const pid_t child, spawn(request.argv, outlet));
  outlet.writing = FileDescriptor();  // so that the end of the child is the end of the pipe

  const FileDescriptor program(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!program) {
    ::kill(-child, SIGKILL);
    wait_for(child);
    return fail(system_error("cannot watch a program"));
  }
  ProgramOutcome outcome;
  const std::unique_ptr<Event> ended = clock.make_event();
  std::thread reader([&] {
    Output output(request, clock, outcome);
    read_to_end(outlet.reading.get(), program.get(), output);
    output.end();
    ended->set();
  });
  const Result<bool> waited = clock.wait(*ended, clock.now() + request.limit);
  const bool in_time = waited && *waited;
  // Also when it has ended: what it left behind may still hold the probe. It is not waited for yet, so the group is
  // its.
  ::kill(-child, SIGKILL);
  outcome.status = wait_for(child);
  reader.join();
  if (outcome.output.size() > kMostOutput) outcome.output.erase(0, outcome.output.size() - kMostOutput);
  if (!waited) return fail(waited.error());
  if (!in_time)
    return fail(Code::time_limit, fmt::format("'{}' did not end within {} s", request.argv.front(),
                                              std::chrono::duration_cast<std::chrono::seconds>(request.limit).count()));
  return outcome;
}

}  // namespace rigor
