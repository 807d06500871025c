// The run as one HTML page: opens from disk, needs no network, readable without JavaScript.
//
// What did not pass is open and comes with what to do next. The page stays small however long the timelines are: a
// test that passed gets at most `test_limit` bytes, less when there are many tests; what was left out is said.
#pragma once

#include <cstddef>
#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

struct HtmlOptions {
  std::size_t test_limit = 60U << 10;  // bytes of markup per test
  std::size_t page_limit = 12U << 20;  // all tests together; they share it evenly
};

[[nodiscard]] std::string html_report(const RunRecord& run, HtmlOptions options = {});

}  // namespace rigor
