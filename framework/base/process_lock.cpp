#include "framework/base/process_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <tuple>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostWords = 200;
constexpr mode_t kEverybody = 0666;  // whoever may use the thing has to be able to lock it

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

}  // namespace

Result<std::optional<ProcessLock>> ProcessLock::take(const std::filesystem::path& file, const std::string& words) {
  FileDescriptor descriptor(open_or_make(file));
  if (!descriptor)
    return fail(system_error("cannot make the lock " + file.string())
                    .hint("remove the file if it is not a lock of rigor's, or give this user the right to write it"));
  while (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::nullopt;
    return fail(system_error("cannot lock " + file.string()));
  }
  ProcessLock lock(std::move(descriptor), lock_words(file));
  lock.write(words);
  return lock;
}

void ProcessLock::write(const std::string& words) const {
  if (::ftruncate(file_.get(), 0) != 0) return;
  const std::string line = words.substr(0, kMostWords - 1) + '\n';
  [[maybe_unused]] const ssize_t written = ::pwrite(file_.get(), line.data(), line.size(), 0);
}

std::string lock_words(const std::filesystem::path& file) {
  std::string words = read_text_file(file, kMostWords).value_or("");
  while (!words.empty() && std::isspace(static_cast<unsigned char>(words.back())) != 0) words.pop_back();
  std::ranges::replace_if(words, [](unsigned char c) { return std::isprint(c) == 0; }, '?');
  return words;
}

}  // namespace rigor
