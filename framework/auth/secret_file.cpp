#include "framework/auth/secret_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace rigor {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[nodiscard]] std::unexpected<Error> unreadable(const std::filesystem::path& path, std::string_view why) {
  return fail(Code::credential_unreadable, fmt::format("{}: {}", path.string(), why));
}

}  // namespace

Result<Secret> read_secret_file(const std::filesystem::path& path, std::size_t limit) {
  if (std::error_code none; std::filesystem::is_directory(path, none)) return unreadable(path, "is a directory");
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(path, std::generic_category().message(errno));
  std::setvbuf(file.get(), nullptr, _IONBF, 0);  // a buffer of the library would keep a copy
  Bytes bytes(limit + 1);
  const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), file.get());
  const bool failed = std::ferror(file.get()) != 0;
  const int reason = errno;
  bytes.resize(size);  // shrinking keeps the buffer
  Secret content(std::move(bytes));
  if (failed) return unreadable(path, std::generic_category().message(reason));
  if (content.size() > limit) return unreadable(path, fmt::format("more than {} bytes are no such file", limit));
  return content;
}

Result<Secret> read_typed_secret(const std::filesystem::path& path) {
  constexpr std::size_t kMostTyped = 1024;
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostTyped));
  ByteView text = file.view();
  if (!text.empty() && text.back() == '\n') text = text.first(text.size() - 1);
  if (!text.empty() && text.back() == '\r') text = text.first(text.size() - 1);
  if (text.empty()) return unreadable(path, "is empty");
  return Secret(Bytes(text.begin(), text.end()));
}

}  // namespace rigor
