// How a search looks: the live view, the page for a reader, the document for programs.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>

#include "framework/cli/output.hpp"
#include "framework/search/report.hpp"
#include "framework/search/solver.hpp"

namespace rigor::cli {

[[nodiscard]] nlohmann::json search_document(const search::Problem& problem, const search::Report& report);
void print_search(const search::Problem& problem, const search::Report& report, const Output& output);

// On standard error: on a terminal a line that is rewritten, and below it the window that is being measured, '#' inside
// and '+' where an edge may lie; elsewhere a line every 25 trials. Nothing with --quiet.
class SearchView {
 public:
  // `problem` must outlive the view.
  SearchView(const search::Problem& problem, const Output& output);
  void show(const search::Solver& solver, const search::Outcome& outcome);
  void end();

 private:
  void erase();
  void draw(const search::Solver& solver);

  const search::Problem& problem_;
  bool quiet_;
  bool terminal_;
  bool colour_;
  std::size_t width_ = 0;
  std::size_t shown_ = 0;
  std::string drawn_;  // below the line; drawn anew a few times a second, since it takes its time
  std::chrono::steady_clock::time_point drawn_at_{};
};

}  // namespace rigor::cli
