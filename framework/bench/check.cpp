#include "framework/bench/check.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "framework/bench/board_description.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/layout_description.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/bench/schedule_description.hpp"

namespace rigor {

namespace {

class Checker {
 public:
  Checker(const SearchPath& search, const HigherKinds& higher) : search_(search), higher_(higher) {}

  void check(const std::filesystem::path& written) {
    const std::filesystem::path path = written.lexically_normal();
    if (!visit(path)) return;
    const YamlNode file = load_yaml(path, faults_);
    if (!file) return;
    const std::string kind = kind_of(file);
    if (kind == "rig") return check_rig(path, file);
    if (kind == "board") return check_board(path, file, search_);
    if (kind == "chip") return static_cast<void>(load_chip(path, faults_));
    if (kind == "calibration") return static_cast<void>(load_calibration(path, faults_));
    if (kind == "schedule") return static_cast<void>(load_schedule(path, faults_));
    if (kind == "layout") return static_cast<void>(load_layout(path, faults_));
    if (!kind.empty()) higher_.checks.find(kind)->second(path, search_, faults_);
  }

  CheckReport report() && { return {std::move(files_), faults_.sorted()}; }

 private:
  // False when the file was looked at before, under this name or another one. Paths are in normal form.
  bool visit(const std::filesystem::path& path) {
    std::error_code unreadable;  // reported by whoever reads the file
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, unreadable);
    if (!visited_.insert(unreadable ? path : real).second) return false;
    files_.push_back(path);
    return true;
  }

  // Empty, with a fault, when the file is of no known kind.
  std::string kind_of(const YamlNode& file) {
    std::vector<std::string> kinds{"rig", "board", "chip", "layout", "calibration"};
    for (const auto& [kind, check] : higher_.checks) kinds.push_back(kind);
    kinds.emplace_back("schedule");
    // A board names its chip, a search its schedule, and those begin with that word: so the order of the kinds decides.
    for (const std::string& kind : kinds) {
      if (file.at(kind)) return kind;
    }
    const std::vector<std::string> keys = file.keys();
    faults_.add(file.place(),
                keys.empty() ? fmt::format("{} is {}", file.label(), file.kind())
                             : fmt::format("no description begins with '{}'", keys.front()),
                suggestion(keys.empty() ? "" : keys.front(), kinds));
    return {};
  }

  void check_rig(const std::filesystem::path& path, const YamlNode& file) {
    const RigDescription rig = read_rig(path, search_, faults_);
    const auto beside = higher_.rig ? higher_.rig(rig, faults_) : std::vector<std::filesystem::path>{};
    const SearchPath near = search_.near(path);
    for (const YamlNode& bench : file.at("benches").items()) {
      const auto board = near.find(kBoardFolder, bench.at("board").scalar());
      if (!board || !visit(*board)) continue;
      Faults known;  // load_rig has reported them
      note_chip(load_yaml(*board, known), near.near(*board));
    }
    for (const std::filesystem::path& each : beside) static_cast<void>(visit(each.lexically_normal()));
    check_suites(file, near);
  }

  void check_board(const std::filesystem::path& path, const YamlNode& file, const SearchPath& search) {
    static_cast<void>(load_board(path, search, faults_));
    note_chip(file, search.near(path));
  }

  void note_chip(const YamlNode& board, const SearchPath& search) {
    if (const auto chip = search.find(kChipFolder, board.at("chip").scalar())) static_cast<void>(visit(*chip));
  }

  void check_suites(const YamlNode& file, const SearchPath& search) {
    const auto suite_check = higher_.checks.find("suite");
    if (suite_check == higher_.checks.end()) return;
    for (const YamlNode& suite : file.at("suites").items()) {
      if (std::ranges::find(higher_.compiled_suites, suite.scalar()) != higher_.compiled_suites.end()) continue;
      const auto path = find_named(suite, "suite", kSuiteFolder, search, faults_);
      if (path && visit(*path)) suite_check->second(*path, search, faults_);
    }
  }

  const SearchPath& search_;
  const HigherKinds& higher_;
  std::vector<std::filesystem::path> files_;
  std::set<std::filesystem::path> visited_;
  Faults faults_;
};

}  // namespace

CheckReport check_files(std::span<const std::filesystem::path> paths, const SearchPath& search,
                        const HigherKinds& higher) {
  Checker checker(search, higher);
  for (const std::filesystem::path& path : paths) checker.check(path);
  return std::move(checker).report();
}

CheckReport check_file(const std::filesystem::path& path, const SearchPath& search, const HigherKinds& higher) {
  return check_files(std::span(&path, 1), search, higher);
}

}  // namespace rigor
