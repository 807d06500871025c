#include "framework/ledger/directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

// A lock is held for a few file operations, so a short step finds it free soon.
constexpr Duration kRetryEvery = std::chrono::milliseconds(5);
constexpr const char* kHolderFile = ".holder";

std::unexpected<Error> busy(const std::filesystem::path& directory) {
  const Result<std::string> words = read_text_file(directory / kHolderFile, 4096);
  return fail(Error(Code::ledger_busy, fmt::format("{} is held by {}", directory.string(),
                                                   words && !words->empty() ? *words : "an unnamed process"))
                  .hint("wait for it to end; the lock goes with its process"));
}

// Only for others to read: losing it in a crash loses nothing.
void write_holder(int directory, const std::string& holder) {
  const int file = ::openat(directory, kHolderFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(file, holder.data(), holder.size());
  ::close(file);
}

}  // namespace

void DirectoryLock::CloseDescriptor::operator()(const int* descriptor) const {
  ::close(*descriptor);
  delete descriptor;
}

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory, Clock& clock, Duration limit,
                                          const std::string& holder) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return fail(Code::io_failed,
                fmt::format("cannot open {}: {}", directory.string(), std::generic_category().message(errno)));
  DirectoryLock lock(descriptor);
  const TimePoint deadline = clock.now() + limit;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK)
      return fail(Code::io_failed,
                  fmt::format("cannot lock {}: {}", directory.string(), std::generic_category().message(errno)));
    if (clock.now() >= deadline) return busy(directory);
    RIGOR_CHECK(clock.sleep_for(kRetryEvery));
  }
  write_holder(descriptor, holder);
  return lock;
}

}  // namespace rigor
