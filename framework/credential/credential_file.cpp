#include "framework/credential/credential_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "framework/base/durable_file.hpp"
#include "framework/base/file_descriptor.hpp"

namespace rigor {
namespace {

[[nodiscard]] std::unexpected<Error> is_there(const std::filesystem::path& path) {
  return fail(
      Error(Code::usage, fmt::format("{} is there already", path.string())).hint("--force overwrites what is there"));
}

[[nodiscard]] std::unexpected<Error> not_written(const std::filesystem::path& path, int reason) {
  const bool wrong_place = reason == ENOENT || reason == ENOTDIR || reason == EACCES || reason == EROFS;
  return fail(wrong_place ? Code::usage : Code::io_failed,
              fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(reason)));
}

[[nodiscard]] std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

[[nodiscard]] int move_into_place(const std::filesystem::path& from, const std::filesystem::path& to, bool overwrite) {
  if (overwrite) return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL) return errno;
  // A file system that cannot refuse to replace, NFS for one; a hard link is as strict.
  return ::link(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Result<void> check_free(const std::filesystem::path& path, bool overwrite) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISREG(status.st_mode)) {
    return fail(Error(Code::usage, fmt::format("{} is there and no regular file", path.string()))
                    .hint("name the file itself, not a directory, link or device"));
  }
  if (!overwrite) return is_there(path);
  return {};
}

// Directories are opened before anything is moved into them: one that cannot be opened could not be flushed either.
struct StagedFile::Staging {
  // A directory beside the file that only this user may enter: nobody can put a file or a link of theirs where the
  // content is written first.
  class PrivateDirectory {
   public:
    explicit PrivateDirectory(const std::filesystem::path& parent) : path_((parent / ".rigor-XXXXXX").string()) {
      made_ = ::mkdtemp(path_.data()) != nullptr;
      reason_ = errno;
    }
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;
    ~PrivateDirectory() {
      std::error_code ignored;
      if (made_) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] bool made() const { return made_; }
    [[nodiscard]] int reason() const { return reason_; }
    [[nodiscard]] std::filesystem::path path() const { return path_; }

   private:
    std::string path_;
    bool made_ = false;
    int reason_ = 0;
  };

  std::filesystem::path target;
  bool overwrite;
  PrivateDirectory beside;
  FileDescriptor folder;

  Staging(const std::filesystem::path& path, bool replaces)
      : target(path), overwrite(replaces), beside(directory_of(path)) {}
  [[nodiscard]] std::filesystem::path fresh() const { return beside.path() / "new"; }
};

StagedFile::StagedFile(std::unique_ptr<Staging> staging) : staging_(std::move(staging)) {}
StagedFile::StagedFile(StagedFile&&) noexcept = default;
StagedFile& StagedFile::operator=(StagedFile&&) noexcept = default;
StagedFile::~StagedFile() = default;

Result<StagedFile> StagedFile::write(const std::filesystem::path& path, ByteView content, Visibility visibility,
                                     bool overwrite) {
  RIGOR_CHECK(check_free(path, overwrite));
  auto staging = std::make_unique<Staging>(path, overwrite);
  if (!staging->beside.made()) return not_written(path, staging->beside.reason());
  staging->folder = FileDescriptor(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!staging->folder) return not_written(path, errno);
  RIGOR_CHECK(write_durably(staging->fresh(), {reinterpret_cast<const char*>(content.data()), content.size()},
                            visibility == Visibility::secret ? 0600 : 0644));
  return StagedFile(std::move(staging));
}

Result<void> StagedFile::put_in_place() {
  const std::filesystem::path& target = staging_->target;
  const int reason = move_into_place(staging_->fresh(), target, staging_->overwrite);
  if (reason == EEXIST) return is_there(target);
  if (reason != 0) return not_written(target, reason);
  if (::fsync(staging_->folder.get()) == 0) return {};
  return fail(system_error("cannot flush " + directory_of(target).string()));
}

bool same_place(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code unknown;
  return a.filename() == b.filename() && std::filesystem::equivalent(directory_of(a), directory_of(b), unknown);
}

Result<void> write_credential_file(const std::filesystem::path& path, ByteView content, Visibility visibility,
                                   bool overwrite) {
  RIGOR_TRY(StagedFile file, StagedFile::write(path, content, visibility, overwrite));
  return file.put_in_place();
}

}  // namespace rigor
