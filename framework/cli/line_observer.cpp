#include "framework/cli/line_observer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rigor::cli {
namespace {

constexpr Duration kPatience = std::chrono::seconds(3);  // for what it has recorded to be written

}  // namespace

Result<void> LineObservers::begin(const std::string& bench, const std::string& name) {
  const BenchDescription* const known = rig_.bench(bench);
  if (known == nullptr || !known->observer) return {};
  const std::filesystem::path file = directory_ / fmt::format("{}.observer.{}", name, known->observer->extension);
  std::vector<std::string> command = known->observer->command;
  for (std::string& word : command)
    if (const std::size_t at = word.find("{file}"); at != std::string::npos) word.replace(at, 6, file.string());
  RIGOR_TRY(auto program, BesideProgram::start(command));
  running_[bench] = {std::move(program), file};
  return {};
}

Result<void> LineObservers::end(const std::string& bench) {
  const auto found = running_.find(bench);
  if (found == running_.end()) return {};
  const int status = found->second.program->end(kPatience);
  const std::filesystem::path file = found->second.file;
  running_.erase(found);
  std::error_code none;
  if (std::filesystem::exists(file, none)) return {};
  return fail(Error(Code::tool_failed, fmt::format("the observer of bench '{}' ended with {} and wrote no {}", bench,
                                                   status, file.string()))
                  .hint("try its command by hand: is the analyser plugged in?"));
}

}  // namespace rigor::cli
