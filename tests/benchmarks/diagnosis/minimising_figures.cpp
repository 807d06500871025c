// Section 9: runs and exact results of the three reductions, without and with the last pass.
#include <fmt/format.h>

#include "tests/benchmarks/diagnosis/figures.hpp"
#include "tests/unit/search/planted_sequence.hpp"

namespace rigor::benchmarks {
namespace {

struct Problem {
  std::size_t events;
  std::size_t needed;
  double rate;
  const char* references[3];  // ddmin with repeats, CDD with repeats, Bayesian
};

constexpr Problem kProblems[] = {
    {16, 2, 1.0, {"16.5 1.00", "12.6 1.00", "11.2 .77"}}, {16, 4, 0.9, {"54 .99", "32 .96", "29 .97"}},
    {64, 4, 1.0, {"59 1.00", "31 1.00", "31 1.00"}},      {64, 4, 0.9, {"105 .99", "47 .95", "41 1.00"}},
    {64, 4, 0.5, {"341 .98", "133 .93", "89 .97"}},
};

void print_method(const Problem& problem, ReductionMethod method, const char* reference, int runs) {
  fmt::print("   {:10}", method == ReductionMethod::chunks     ? "ddmin"
                         : method == ReductionMethod::counters ? "CDD"
                                                               : "Bayesian");
  for (const bool final_pass : {false, true}) {
    std::mt19937_64 random(5);
    std::size_t trials = 0;
    int exact = 0;
    for (int run = 0; run < runs; ++run) {
      const Events truth = test::PlantedSequence::draw(problem.events, problem.needed, random);
      test::PlantedSequence sequence(truth, problem.rate, random());
      auto minimiser =
          SequenceMinimiser::of(problem.events, problem.rate, {.method = method, .final_pass = final_pass});
      while (const Events* kept = minimiser->next()) minimiser->tell(sequence.fails(*kept));
      trials += minimiser->runs();
      exact += minimiser->kept() == truth ? 1 : 0;
    }
    fmt::print("  {:6.1f} {:.3f}", static_cast<double>(trials) / runs, exact / double(runs));
  }
  fmt::print("  [{}]\n", reference);
}

}  // namespace

void print_minimising(int runs) {
  fmt::print("\nminimising: mean runs and exact share, without and with the last pass [reference, without]\n");
  for (const Problem& problem : kProblems) {
    fmt::print("  {} events, {} needed, rate {}\n", problem.events, problem.needed, problem.rate);
    print_method(problem, ReductionMethod::chunks, problem.references[0], runs);
    print_method(problem, ReductionMethod::counters, problem.references[1], runs);
    print_method(problem, ReductionMethod::probabilities, problem.references[2], runs);
  }
}

}  // namespace rigor::benchmarks
