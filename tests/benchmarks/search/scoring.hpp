// Plays a written problem to its end and compares what was found with what is true.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "framework/search/report.hpp"
#include "framework/search/written_oracle.hpp"

namespace rigor::search {

struct Score {
  Report report;
  std::size_t first_hit = 0;  // 0: none
  std::size_t first_pass = 0;
  bool right = false;             // the verdict, and every edge within eps
  std::optional<double> overlap;  // of a map with the truth: intersection over union
  double slowest_ms = 0;          // longest decision
  double total_ms = 0;            // of all decisions
};
[[nodiscard]] Score play(const WrittenProblem& written, std::uint64_t seed);

// First pass of a method that does not learn; nothing within `most` trials.
enum class Blind { uniform, low_discrepancy, grid };
[[nodiscard]] std::optional<std::size_t> first_pass(const WrittenProblem& written, std::uint64_t seed, Blind method,
                                                    std::size_t most);

[[nodiscard]] double mean(std::span<const double> values);
[[nodiscard]] double quantile(std::vector<double> values, double share);

}  // namespace rigor::search
