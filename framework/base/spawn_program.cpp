#include "framework/base/spawn_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

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

}  // namespace

Result<pid_t> spawn_program(const std::vector<std::string>& argv, const ProgramOutlet& outlet) {
  SpawnSettings settings;
  // The first terminal that the leader of a session opens is the session's.
  const char* const input = outlet.terminal.empty() ? "/dev/null" : outlet.terminal.c_str();
  if (outlet.input)
    posix_spawn_file_actions_adddup2(&settings.actions, outlet.input.get(), STDIN_FILENO);
  else
    posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, input, O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&settings.actions, outlet.writing.get(), STDOUT_FILENO);
  if (!outlet.errors_are_ours) posix_spawn_file_actions_adddup2(&settings.actions, outlet.writing.get(), STDERR_FILENO);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int ignored : {SIGPIPE, SIGXFSZ}) sigaddset(&usual, ignored);  // by us: that would be inherited
  posix_spawnattr_setsigdefault(&settings.attributes, &usual);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  const int alone = outlet.terminal.empty() ? POSIX_SPAWN_SETPGROUP : POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&settings.attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | alone));

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

}  // namespace rigor
