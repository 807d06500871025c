#include "framework/store/run_record.hpp"

#include <algorithm>
#include <tuple>

namespace rigor {
namespace {

struct VerdictRow {
  Verdict verdict;
  std::string_view name;
  int precedence;  // lower is shown first
};
constexpr VerdictRow kRows[] = {
    {Verdict::pass, "pass", 5},       {Verdict::fail, "fail", 0},       {Verdict::refused, "refused", 1},
    {Verdict::error, "error", 2},     {Verdict::timeout, "timeout", 3}, {Verdict::skipped, "skipped", 6},
    {Verdict::aborted, "aborted", 4},
};

const VerdictRow& row_of(Verdict verdict) { return kRows[static_cast<std::size_t>(verdict)]; }

}  // namespace

std::string_view verdict_name(Verdict verdict) { return row_of(verdict).name; }

std::optional<Verdict> verdict_from(std::string_view name) {
  for (const VerdictRow& row : kRows)
    if (row.name == name) return row.verdict;
  return std::nullopt;
}

Verdict worse(Verdict a, Verdict b) { return row_of(a).precedence <= row_of(b).precedence ? a : b; }

std::string test_name(const TestRecord& test) { return test.suite + "." + test.test; }

std::vector<const TestRecord*> last_attempts(const std::vector<TestRecord>& tests) {
  const auto key = [](const TestRecord& test) { return std::tie(test.suite, test.test, test.bench, test.repeat); };
  std::map<std::tuple<std::string, std::string, std::string, unsigned>, std::size_t> seen;
  std::vector<const TestRecord*> last;
  for (const TestRecord& test : tests) {
    const auto [place, fresh] = seen.try_emplace(key(test), last.size());
    if (fresh)
      last.push_back(&test);
    else if (last[place->second]->attempt < test.attempt)
      last[place->second] = &test;
  }
  return last;
}

unsigned Tally::of(Verdict verdict) const {
  const auto found = by_verdict.find(verdict);
  return found == by_verdict.end() ? 0 : found->second;
}

Tally tally(const std::vector<TestRecord>& tests, std::string_view bench) {
  Tally counts;
  for (const TestRecord* test : last_attempts(tests)) {
    if (!bench.empty() && test->bench != bench) continue;
    ++counts.by_verdict[test->verdict];
    ++counts.total;
    if (test->verdict == Verdict::pass && test->attempt > 1) ++counts.flaky;
  }
  return counts;
}

}  // namespace rigor
