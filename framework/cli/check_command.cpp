#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/bench/check.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/machine.hpp"
#include "framework/cli/places.hpp"
#include "framework/suite/scenario.hpp"
#include "framework/suite/window_search.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

json fault_json(const Fault& fault) {
  return {{"file", fault.file},
          {"line", fault.line},
          {"column", fault.column},
          {"message", fault.message},
          {"hint", fault.hint}};
}

}  // namespace

int check(const CheckCommand& command, const Output& output) {
  const VerbTable verbs = make_verb_table();
  HigherKinds higher;
  higher.checks["suite"] = [&verbs](const std::filesystem::path& path, const SearchPath&, Faults& faults) {
    std::ignore = load_suite(path, verbs, {}, faults);
  };
  higher.checks["search"] = [&verbs](const std::filesystem::path& path, const SearchPath& search, Faults& faults) {
    std::ignore = load_window_search(path, verbs, search, faults);
  };
  higher.checks["die"] = [](const std::filesystem::path& path, const SearchPath&, Faults& faults) {
    check_die(path, faults);
  };
  higher.rig = check_machine;
  const std::vector<std::filesystem::path> paths(command.files.begin(), command.files.end());
  const CheckReport found = check_files(paths, search_path(), higher);

  json faults = json::array();
  for (const Fault& fault : found.faults) {
    faults.push_back(fault_json(fault));
    std::cerr << describe_fault(fault) << '\n';
  }
  output.document({{"files", found.files.size()}, {"faults", faults}});
  output.line(fmt::format("{} file{} checked, {} fault{}", found.files.size(), found.files.size() == 1 ? "" : "s",
                          found.faults.size(), found.faults.size() == 1 ? "" : "s"));
  return found.faults.empty() ? kDone : kWrongRequest;
}

}  // namespace rigor::cli
