// How a search looks: the live view, the page for a reader, the document for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "framework/cli/output.hpp"
#include "framework/search/report.hpp"
#include "framework/search/solver.hpp"

namespace rigor::cli {

[[nodiscard]] nlohmann::json search_document(const search::Problem& problem, const search::Report& report);
void print_search(const search::Problem& problem, const search::Report& report, const Output& output);

// On standard error: a line that is rewritten on a terminal; elsewhere a line every 25 trials. Nothing with --quiet.
class SearchView {
 public:
  explicit SearchView(const Output& output);
  void show(const search::Solver& solver, const search::Outcome& outcome);
  void end();

 private:
  bool quiet_;
  bool terminal_;
  bool colour_;
  std::size_t width_ = 0;
  std::size_t shown_ = 0;
};

}  // namespace rigor::cli
