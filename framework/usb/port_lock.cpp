#include "framework/usb/port_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <tuple>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostHolder = 200;
constexpr mode_t kEverybody = 0666;  // whoever may use the probe has to be able to lock its port

// Port paths are digits, dashes and dots; anything else must not leave the directory.
std::filesystem::path file_for(const std::filesystem::path& directory, std::string usb_path) {
  std::ranges::replace_if(usb_path, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
  return directory / fmt::format("rigor-usb-{}.lock", usb_path);
}

// Opened before it is made: in a directory that everybody writes to, the kernel refuses O_CREAT on another user's file.
int open_or_make(const std::filesystem::path& file) {
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int there = ::open(file.c_str(), kFlags);
    if (there >= 0 || errno != ENOENT) return there;
    const int made = ::open(file.c_str(), kFlags | O_CREAT | O_EXCL, kEverybody);
    if (made >= 0) {
      std::ignore = ::fchmod(made, kEverybody);  // whatever the umask
      return made;
    }
    if (errno != EEXIST) return made;  // EEXIST: somebody was faster
  }
  return -1;
}

Error busy(const std::filesystem::path& file, const std::string& usb_path) {
  std::string holder = read_text_file(file, kMostHolder).value_or("");
  while (!holder.empty() && std::isspace(static_cast<unsigned char>(holder.back())) != 0) holder.pop_back();
  std::ranges::replace_if(holder, [](unsigned char c) { return std::isprint(c) == 0; }, '?');
  return Error(Code::probe_busy, fmt::format("the probe at {} is busy, held by {}", usb_path,
                                             holder.empty() ? "an unnamed process" : holder))
      .hint("wait for that program to end; its lock goes with it");
}

// Only for others to read: losing it loses nothing.
void write_holder(int file, const std::string& holder) {
  if (::ftruncate(file, 0) != 0) return;
  const std::string line = holder.substr(0, kMostHolder - 1) + '\n';
  [[maybe_unused]] const ssize_t written = ::pwrite(file, line.data(), line.size(), 0);
}

}  // namespace

std::filesystem::path port_lock_directory() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  if (const char* const named = std::getenv("RIGOR_LOCKS"); named != nullptr && *named != 0) return named;
  const std::filesystem::path shared = "/run/lock";
  if (::access(shared.c_str(), W_OK | X_OK) == 0) return shared;
  std::error_code none;
  std::filesystem::path temporary = std::filesystem::temp_directory_path(none);
  return none ? std::filesystem::path("/tmp") : temporary;
}

std::string this_process() {
  std::string name = read_text_file("/proc/self/comm", 64).value_or("");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return fmt::format("{} {}", ::getpid(), name.empty() ? "rigor" : name);
}

Result<PortLock> PortLock::take(const std::filesystem::path& directory, const std::string& usb_path,
                                const std::string& holder) {
  const std::filesystem::path file = file_for(directory, usb_path);
  FileDescriptor descriptor(open_or_make(file));
  if (!descriptor) {
    return fail(system_error(fmt::format("cannot lock USB port {}: {}", usb_path, file.string()))
                    .hint("remove the file if it is not a lock of rigor's, or give this user the right to write it"));
  }
  while (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return fail(busy(file, usb_path));
    return fail(system_error("cannot lock " + file.string()));
  }
  write_holder(descriptor.get(), holder);
  return PortLock(std::move(descriptor));
}

}  // namespace rigor
