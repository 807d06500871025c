#include "framework/ledger/directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

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
  const FileDescriptor file(::openat(directory, kHolderFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return;
  [[maybe_unused]] const ssize_t written = ::write(file.get(), holder.data(), holder.size());
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory, Clock& clock, Duration limit,
                                          const std::string& holder) {
  FileDescriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor) return fail(system_error("cannot open " + directory.string()));
  const TimePoint deadline = clock.now() + limit;
  while (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return fail(system_error("cannot lock " + directory.string()));
    if (clock.now() >= deadline) return busy(directory);
    RIGOR_CHECK(clock.sleep_for(kRetryEvery));
  }
  write_holder(descriptor.get(), holder);
  return DirectoryLock(std::move(descriptor));
}

}  // namespace rigor
