#include "framework/suite/googletest.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

namespace rigor {
namespace {

using RunTest = std::function<TestRecord(const SelectedTest&, unsigned repeat)>;

std::string googletest_name(std::string_view name) {
  std::string spelled;
  for (const char c : name) spelled += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return spelled;
}

// GoogleTest's own fail_fast ends a repeat, and the next one begins.
struct Progress {
  const RunTest& run;
  bool fail_fast = false;
  bool stopped = false;
};

class ScenarioFixture : public ::testing::Test {
 public:
  ScenarioFixture(const SelectedTest& selected, Progress& progress, unsigned& repeat)
      : selected_(selected), progress_(progress), repeat_(repeat) {}

  void TestBody() override {
    if (progress_.stopped) GTEST_SKIP() << "an earlier test did not pass";
    RecordProperty("suite", selected_.suite->name);
    RecordProperty("test", selected_.test->name);
    RecordProperty("bench", selected_.bench->name);
    const TestRecord record = progress_.run(selected_, ++repeat_);
    RecordProperty("verdict", std::string(verdict_name(record.verdict)));
    if (record.verdict == Verdict::skipped) GTEST_SKIP() << record.message;
    if (record.verdict == Verdict::pass) return;
    progress_.stopped = progress_.fail_fast;
    ADD_FAILURE() << verdict_name(record.verdict) << ": " << record.message;
  }

 private:
  SelectedTest selected_;
  Progress& progress_;
  unsigned& repeat_;
};

// GoogleTest prints to standard output, where the result of the program stands alone.
class PrintsToStandardError {
 public:
  PrintsToStandardError() {
    std::ignore = std::fflush(stdout);
    kept_ = ::dup(STDOUT_FILENO);
    if (kept_ >= 0) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  PrintsToStandardError(const PrintsToStandardError&) = delete;
  PrintsToStandardError& operator=(const PrintsToStandardError&) = delete;
  ~PrintsToStandardError() {
    std::ignore = std::fflush(stdout);
    if (kept_ < 0) return;
    ::dup2(kept_, STDOUT_FILENO);
    ::close(kept_);
  }

 private:
  int kept_ = -1;
};

// What runs is what was asked for on our own command line: a filter or shards left in the environment would drop tests
// silently.
void forget_environment() {
  for (const char* name : {"GTEST_FILTER", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE",
                           "GTEST_REPEAT", "GTEST_FAIL_FAST", "GTEST_ALSO_RUN_DISABLED_TESTS"})
    ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): before any test runs
}

void initialise(const GoogleTestOptions& options) {
  forget_environment();
  std::vector<std::string> texts = {"rigor"};
  texts.insert(texts.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> arguments;
  for (std::string& text : texts) arguments.push_back(text.data());
  int count = static_cast<int>(arguments.size());
  ::testing::InitGoogleTest(&count, arguments.data());
  GTEST_FLAG_SET(repeat, static_cast<int>(options.repeat));
  GTEST_FLAG_SET(fail_fast, options.fail_fast);
  if (options.arguments.empty()) {
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
  }
}

}  // namespace

bool matches_pattern(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++t;
      ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<std::vector<SelectedTest>> select_tests(const std::vector<Suite>& suites,
                                               const std::vector<const BenchDescription*>& benches,
                                               const std::string& pattern) {
  std::vector<SelectedTest> selected;
  std::string known;
  for (const Suite& suite : suites)
    for (const BenchDescription* bench : benches)
      for (const ScenarioTest& test : suite.tests) {
        const std::string name = suite.name + "." + test.name;
        const std::string full = name + "@" + bench->name;
        known += "\n  " + full;
        if (pattern.empty() || matches_pattern(name, pattern) || matches_pattern(full, pattern))
          selected.push_back({&suite, &test, bench});
      }
  if (!selected.empty()) return selected;
  return fail(
      Error(Code::nothing_selected,
            pattern.empty() ? "there is no test to run" : fmt::format("no test matches '{}'", pattern))
          .hint(known.empty() ? "name a suite, or list some under `suites:` in the rig" : "there are:" + known));
}

void run_googletest(const std::vector<SelectedTest>& tests, const GoogleTestOptions& options, const RunTest& run) {
  const PrintsToStandardError elsewhere;
  initialise(options);
  Progress progress{run, options.fail_fast};
  std::map<const SelectedTest*, unsigned> repeats;
  std::set<std::string> taken;
  for (const SelectedTest& selected : tests) {
    const std::string suite = googletest_name(selected.suite->name) + "/" + googletest_name(selected.bench->name);
    const std::string base = googletest_name(selected.test->name);
    std::string name = base;
    for (int copy = 2; !taken.insert(suite + "." + name).second; ++copy) name = fmt::format("{}_{}", base, copy);
    unsigned& repeat = repeats[&selected];
    ::testing::RegisterTest(
        suite.c_str(), name.c_str(), nullptr, nullptr, selected.suite->path.c_str(),
        static_cast<int>(selected.test->steps.empty() ? 0 : selected.test->steps.front().place.line),
        [&selected, &progress, &repeat]() -> ScenarioFixture* {
          return new ScenarioFixture(selected, progress, repeat);
        });
  }
  // The verdicts are in the records; GoogleTest's own exit status knows only two of them.
  std::ignore = RUN_ALL_TESTS();
}

}  // namespace rigor
