// `rigor search FILE --rig RIG --bench NAME`: a search on a bench, and one trial of it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/cli/output.hpp"

namespace rigor::cli {

struct SearchBenchCommand {
  std::string file;
  std::string rig;
  std::string bench;
  std::string out = "out";
  std::vector<std::string> at;  // NAME=MILLISECONDS: one trial there instead of a search
  std::vector<std::string> allow;
  std::uint64_t seed = 1;
  std::string lab;  // socket of a keeper
  std::vector<std::string> argv;
};
[[nodiscard]] int search_bench(const SearchBenchCommand& command, const Output& output);

}  // namespace rigor::cli
