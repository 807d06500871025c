#include "framework/usb/port_lock.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

// Port paths are digits, dashes and dots; anything else must not leave the directory.
std::filesystem::path file_for(const std::filesystem::path& directory, std::string usb_path) {
  std::ranges::replace_if(usb_path, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
  return directory / fmt::format("rigor-usb-{}.lock", usb_path);
}

Error busy(const std::filesystem::path& file, const std::string& usb_path) {
  const std::string holder = lock_words(file);
  return Error(Code::probe_busy, fmt::format("the probe at {} is busy, held by {}", usb_path,
                                             holder.empty() ? "an unnamed process" : holder))
      .hint("wait for that program to end; its lock goes with it");
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
  RIGOR_TRY(auto lock, ProcessLock::take(file, holder));
  if (!lock) return fail(busy(file, usb_path));
  return PortLock(*std::move(lock));
}

}  // namespace rigor
