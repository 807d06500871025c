// Window problems in YAML (schema rigor-windows/1): what a timing search is judged by.
//
//   Faults faults;
//   const auto problem = load_window_problem("windows.yaml", "W1", faults);
//   if (!problem) ...faults say where and why
//
// The format belongs to others: keys that are not read here are passed over.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/bench/fault.hpp"
#include "framework/bench/yaml.hpp"
#include "framework/search/written_oracle.hpp"

namespace rigor {

// Nothing exactly when a fault was added.
[[nodiscard]] std::optional<std::vector<search::WrittenProblem>> load_window_problems(const std::filesystem::path& path,
                                                                                      Faults& faults);
[[nodiscard]] std::optional<search::WrittenProblem> load_window_problem(const std::filesystem::path& path,
                                                                        const std::string& id, Faults& faults);

}  // namespace rigor
