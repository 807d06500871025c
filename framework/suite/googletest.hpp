// Suites as GoogleTest tests, registered at run time: listeners, repeats and shuffling work as people know them.
//
// GoogleTest names may not hold '-' (its filter gives it a meaning), so names are spelled with '_' and the real ones
// are properties of the test ("suite", "test", "bench"). GoogleTest is a process-wide singleton: run_googletest() is
// called once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/store/run_record.hpp"
#include "framework/suite/scenario.hpp"

namespace rigor {

struct SelectedTest {
  const Suite* suite = nullptr;
  const ScenarioTest* test = nullptr;
  const BenchDescription* bench = nullptr;
};

// Every test of every suite on every bench whose "SUITE.TEST" or "SUITE.TEST@BENCH" matches the pattern: '*' for any
// text, '?' for one character; empty: all. Errors: nothing_selected, listing what there is.
[[nodiscard]] Result<std::vector<SelectedTest>> select_tests(const std::vector<Suite>& suites,
                                                             const std::vector<const BenchDescription*>& benches,
                                                             const std::string& pattern);
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

struct GoogleTestOptions {
  unsigned repeat = 1;
  bool fail_fast = false;
  std::vector<std::string>
      arguments;  // --gtest_...; GoogleTest's own result printer stays silent without any; it prints to standard error
};

// `run` is called for each test with the number of the repeat, from 1.
void run_googletest(const std::vector<SelectedTest>& tests, const GoogleTestOptions& options,
                    const std::function<TestRecord(const SelectedTest&, unsigned repeat)>& run);

}  // namespace rigor
