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

Result<pid_t> spawn(const std::vector<std::string>& argv, int output) {
  SpawnSettings settings;
  posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&settings.actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, output, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  posix_spawnattr_setflags(&settings.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

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

// Until the program itself has ended and the pipe is empty: what it leaves behind may hold the pipe for ever.
void read_to_end(int from, int program, std::string& output) {
  std::array<pollfd, 2> watched{pollfd{from, POLLIN, 0}, pollfd{program, POLLIN, 0}};
  std::array<char, 4096> chunk{};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[0].revents == 0 && watched[1].revents != 0) return;
    if (watched[0].revents == 0) continue;
    const ssize_t count = ::read(from, chunk.data(), chunk.size());
    if (count <= 0) watched[0].fd = -1;  // at its end; poll() passes it over
    if (count <= 0) continue;
    output.append(chunk.data(), static_cast<std::size_t>(count));
    if (output.size() > 2 * kMostOutput) output.erase(0, output.size() - kMostOutput);
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
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe"));
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  RIGOR_TRY(const pid_t child, spawn(request.argv, writing.get()));
  writing = FileDescriptor();  // so that the end of the child is the end of the pipe

  const FileDescriptor program(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!program) {
    ::kill(-child, SIGKILL);
    wait_for(child);
    return fail(system_error("cannot watch a program"));
  }
  ProgramOutcome outcome;
  const std::unique_ptr<Event> ended = clock.make_event();
  std::thread reader([&] {
    read_to_end(reading.get(), program.get(), outcome.output);
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
