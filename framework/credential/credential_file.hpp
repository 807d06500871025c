// Writing credential files: what is there is not overwritten unless asked to, and a secret is never readable by others,
// not even while it is being written.
//
//   RIGOR_CHECK(check_free("root.pem", /*overwrite=*/false));  // before a key is made or a passphrase asked for
//   RIGOR_CHECK(write_credential_file("root.pem", pem.view(), Visibility::secret, /*overwrite=*/false));
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

enum class Visibility : std::uint8_t {
  secret,  // mode 0600
  open,    // mode 0644, less the umask
};

// Errors: usage when something is there and `overwrite` is not set, and when it is no regular file in any case.
[[nodiscard]] Result<void> check_free(const std::filesystem::path& path, bool overwrite);

// Content that is whole and on disk beside its place, and gone with this when it is never put there: several files are
// written before the first of them appears.
class StagedFile {
 public:
  // Errors: as write_credential_file().
  [[nodiscard]] static Result<StagedFile> write(const std::filesystem::path& path, ByteView content,
                                                Visibility visibility, bool overwrite);
  StagedFile(StagedFile&&) noexcept;
  StagedFile& operator=(StagedFile&&) noexcept;
  ~StagedFile();

  // Once. Errors: as write_credential_file().
  [[nodiscard]] Result<void> put_in_place();

 private:
  struct Staging;
  explicit StagedFile(std::unique_ptr<Staging> staging);
  std::unique_ptr<Staging> staging_;
};

// Whether both name one file, there or not: the same name in the same directory, on whatever way it is reached.
[[nodiscard]] bool same_place(const std::filesystem::path& a, const std::filesystem::path& b);

// Whole and durable, or not at all. Errors: those of check_free(), also when the file appeared in the meantime; usage
// when its directory is not there or not writable; io_failed for everything else.
[[nodiscard]] Result<void> write_credential_file(const std::filesystem::path& path, ByteView content,
                                                 Visibility visibility, bool overwrite);

}  // namespace rigor
