// Sections 7.1 and 7.2: rows of covering arrays; how often each way of localising names exactly the planted cause.
#include <fmt/format.h>

#include <chrono>

#include "framework/search/localisation.hpp"
#include "tests/benchmarks/diagnosis/figures.hpp"
#include "tests/unit/search/planted_fault.hpp"
#include "tests/unit/search/racks.hpp"

namespace rigor::benchmarks {
namespace {

using test::PlantedFault;

enum class Outcome : std::uint8_t { exact, unsure, wrong };

struct Answer {
  Outcome outcome = Outcome::unsure;
  std::uint64_t trials = 0;
};

// What a ranking says when somebody believes its first suspect: unsure when none is believable or it has rivals.
Outcome outcome_of(const std::vector<Suspect>& suspects, const Combination& cause) {
  if (suspects.empty() || !suspects.front().believable || !suspects.front().rivals.empty()) return Outcome::unsure;
  return suspects.front().combination == cause ? Outcome::exact : Outcome::wrong;
}

Answer rank_rows(const std::vector<Configuration>& rows, int repeats, PlantedFault& fault, const Combination& cause) {
  std::vector<ConfigurationRecord> records;
  Answer answer;
  for (const Configuration& row : rows) {
    ConfigurationRecord& record = records.emplace_back(row, statistics::Count{});
    for (int i = 0; i < repeats; ++i) {
      ++record.failures.trials;
      ++answer.trials;
      if (!fault.passes(row)) ++record.failures.hits;
    }
  }
  answer.outcome = outcome_of(rank_suspects(records), cause);
  return answer;
}

std::vector<Configuration> random_rows(const std::vector<Factor>& factors, int count, std::mt19937_64& random) {
  std::vector<Configuration> rows(static_cast<std::size_t>(count));
  for (Configuration& row : rows)
    for (const Factor& factor : factors) row.push_back(random() % factor.values.size());
  return rows;
}

Answer localise(PlantedFault& fault, const Combination& cause, std::size_t most_causes, std::uint64_t seed) {
  auto localisation =
      Localisation::of({.factors = test::rack(), .attempts = 1, .seed = seed}, {.most_causes = most_causes});
  while (const Configuration* each = localisation->next()) localisation->tell(fault.passes(*each));
  Answer answer{Outcome::unsure, localisation->trials()};
  std::vector<Combination> isolated;
  for (const IsolatedCause& each : localisation->causes())
    if (each.result.end == IsolationEnd::isolated) isolated.push_back(each.result.cause);
  if (!isolated.empty())
    answer.outcome = isolated.size() == 1 && isolated.front() == cause ? Outcome::exact : Outcome::wrong;
  return answer;
}

struct Strategy {
  const char* name;
  const char* reference;  // exact at flake 0 / .05 / .2 for one factor; for a pair; trials
  Answer (*run)(PlantedFault&, const Combination&, std::mt19937_64&);
};

std::vector<Configuration> pairwise(std::mt19937_64& random) {
  return cover({.factors = test::rack(), .attempts = 1, .seed = random()})->rows;
}

constexpr Strategy kStrategies[] = {
    {"pairwise x1, Fisher/BH", "1.00/.99/.72  .43/.31/.03  37",
     [](PlantedFault& fault, const Combination& cause, std::mt19937_64& random) {
       return rank_rows(pairwise(random), 1, fault, cause);
     }},
    {"pairwise x3, Fisher/BH", "1.00/1.00/1.00  .80/.79/.60  110",
     [](PlantedFault& fault, const Combination& cause, std::mt19937_64& random) {
       return rank_rows(pairwise(random), 3, fault, cause);
     }},
    {"120 random rows, Fisher/BH", "1.00/1.00/1.00  .94/.92/.78  120",
     [](PlantedFault& fault, const Combination& cause, std::mt19937_64& random) {
       return rank_rows(random_rows(test::rack(), 120, random), 1, fault, cause);
     }},
    {"isolation, to the first cause", "1.00/.99/.99  1.00/.99/.95  57..70",
     [](PlantedFault& fault, const Combination& cause, std::mt19937_64& random) {
       return localise(fault, cause, 1, random());
     }},
    {"isolation, until all is explained", "-",
     [](PlantedFault& fault, const Combination& cause, std::mt19937_64& random) {
       return localise(fault, cause, 8, random());
     }},
};

}  // namespace

void print_covering_arrays() {
  fmt::print("\ncovering arrays: rows [reference; lower bound], milliseconds\n");
  const std::pair<std::vector<Factor>, std::array<int, 2>> racks[] = {
      {test::small_rack(), {16, 57}}, {test::rack(), {35, 189}}, {test::large_rack(), {88, 730}}};
  for (const auto& [factors, references] : racks)
    for (const std::size_t strength : {2U, 3U}) {
      const auto begin = std::chrono::steady_clock::now();
      const auto array = cover({.factors = factors, .strength = strength});
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
      fmt::print("  {:2} factors, strength {}: {:4} [{:4}; {:4}] {:7.0f} ms\n", factors.size(), strength,
                 array->rows.size(), references[strength - 2], array->bound, took.count());
    }
}

void print_localisation(int runs) {
  fmt::print(
      "\nlocalisation: exact (wrong) share, mean trials [reference: one factor  pair  trials], flake 0 / .05 / .2\n");
  for (const Strategy& strategy : kStrategies) {
    fmt::print("  {:34} [{}]\n", strategy.name, strategy.reference);
    for (const std::size_t size : {1U, 2U}) {
      fmt::print("    {} factor{}: ", size, size == 1 ? " " : "s");
      for (const double flake : {0.0, 0.05, 0.2}) {
        std::mt19937_64 random(11);
        int exact = 0;
        int wrong = 0;
        std::uint64_t trials = 0;
        for (int run = 0; run < runs; ++run) {
          const Combination cause = test::draw_combination(test::rack(), size, random);
          PlantedFault fault({cause}, flake, random());
          const Answer answer = strategy.run(fault, cause, random);
          exact += answer.outcome == Outcome::exact ? 1 : 0;
          wrong += answer.outcome == Outcome::wrong ? 1 : 0;
          trials += answer.trials;
        }
        fmt::print("  {:.3f} ({:.3f}) {:5.1f}", exact / double(runs), wrong / double(runs),
                   static_cast<double>(trials) / runs);
      }
      fmt::print("\n");
    }
  }
}

}  // namespace rigor::benchmarks
