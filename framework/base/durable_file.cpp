#include "framework/base/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <cerrno>
#include <system_error>

#include "framework/base/file_descriptor.hpp"

namespace rigor {
namespace {

std::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& path) {
  return fail(system_error(fmt::format("cannot {} {}", what, path.string())));
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const std::filesystem::path beside = path.string() + fmt::format(".{}.tmp", ::getpid());
  {
    const FileDescriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!file) return system_failure("create", beside);
    if (!write_all(file.get(), content) || ::fsync(file.get()) != 0) {
      const auto failure = system_failure("write", beside);
      ::unlink(beside.c_str());
      return failure;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const auto failure = system_failure("rename to", path);
    ::unlink(beside.c_str());
    return failure;
  }
  const FileDescriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return system_failure("flush the directory", directory);
  return {};
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t limit) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0)
    return fail(Code::file_unreadable,
                fmt::format("cannot open {}: {}", path.string(), std::generic_category().message(errno)));
  if (S_ISDIR(status.st_mode))
    return fail(Code::file_unreadable, fmt::format("{} is a directory, not a file", path.string()));

  std::string content;
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return fail(Code::file_unreadable,
                  fmt::format("cannot read {}: {}", path.string(), std::generic_category().message(errno)));
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > limit)
      return fail(Code::file_unreadable, fmt::format("{} is larger than {} bytes", path.string(), limit));
  }
}

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit) {
  RIGOR_TRY(const std::string content, read_text_file(path, limit));
  return Bytes(content.begin(), content.end());
}

}  // namespace rigor
