#include "framework/base/passing_directory.hpp"

#include <fmt/format.h>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace rigor {

Result<PassingDirectory> PassingDirectory::create() {
  std::error_code unknown;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(unknown);
  std::string pattern = (unknown ? std::filesystem::path("/tmp") : parent) / "rigor-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    return fail(Code::io_failed, fmt::format("cannot create {}: {}", pattern, std::generic_category().message(errno)));
  return PassingDirectory(pattern);
}

PassingDirectory::~PassingDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace rigor
