// Section 10: trials until one hypothesis is believed, against asking all experiments in turn.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "framework/search/hypothesis_test.hpp"
#include "tests/benchmarks/diagnosis/figures.hpp"

namespace rigor::benchmarks {
namespace {

constexpr std::size_t kExperiments = 8;

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// Hypotheses foretell .05 or .9, by the toss of a coin; no two of them the same.
std::vector<Hypothesis> draw_tables(std::size_t count, std::mt19937_64& random) {
  std::vector<Hypothesis> tables;
  while (tables.size() < count) {
    Hypothesis table{.name = fmt::format("h{}", tables.size()), .pass_chances = {}};
    for (std::size_t i = 0; i < kExperiments; ++i) table.pass_chances.push_back(random() % 2 == 0 ? 0.05 : 0.9);
    const auto same = [&](const Hypothesis& each) { return each.pass_chances == table.pass_chances; };
    if (std::ranges::none_of(tables, same)) tables.push_back(std::move(table));
  }
  return tables;
}

struct TrialSum {
  double trials = 0;
  double right = 0;
  double wrong = 0;
};

TrialSum measure(std::size_t hypotheses, bool in_turn, double weight_of_none, int runs) {
  TrialSum sum;
  std::mt19937_64 random(9);
  for (int run = 0; run < runs; ++run) {
    const std::vector<Hypothesis> tables = draw_tables(hypotheses, random);
    const std::size_t truth = random() % hypotheses;
    auto test = HypothesisTest::of(std::vector<Experiment>(kExperiments), tables, {.weight_of_none = weight_of_none});
    std::size_t trials = 0;
    while (const auto best = test->next()) {
      const std::size_t experiment = in_turn ? trials % kExperiments : *best;
      test->tell(experiment, uniform(random) < tables[truth].pass_chances[experiment]);
      ++trials;
    }
    sum.trials += static_cast<double>(trials) / runs;
    const bool decided = test->end() == HypothesisEnd::decided;
    if (decided) (test->left().front() == truth ? sum.right : sum.wrong) += 1.0 / runs;
  }
  return sum;
}

}  // namespace

void print_hypotheses(int runs) {
  fmt::print(
      "\nhypotheses: mean trials by information (in turn) and right share, without and with \"none of these\" "
      "[reference]\n");
  const std::pair<std::size_t, const char*> cases[] = {{3, "3.3 (5.6)"}, {5, "4.5 (7.3)"}, {8, "5.8 (9)"}};
  for (const auto& [hypotheses, reference] : cases) {
    fmt::print("  {}:", hypotheses);
    for (const double weight_of_none : {1e-6, HypothesisOptions().weight_of_none}) {
      const TrialSum told = measure(hypotheses, false, weight_of_none, runs);
      const TrialSum turn = measure(hypotheses, true, weight_of_none, runs);
      fmt::print("  {:.1f} ({:.1f}) {:.3f}, wrong {:.3f}", told.trials, turn.trials, told.right, told.wrong);
    }
    fmt::print("  [{} .97 to .99]\n", reference);
  }
}

}  // namespace rigor::benchmarks
