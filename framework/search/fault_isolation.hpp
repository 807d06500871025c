// From one configuration that failed to the values that made it fail: one factor at a time is given another value, and
// every configuration is repeated until a sequential test knows whether it fails.
//
//   FaultIsolation isolation(rack, {}, records, failing);
//   while (const Configuration* each = isolation.next()) isolation.tell(run(*each));
//   if (isolation.result().end == IsolationEnd::isolated) print(describe(rack, isolation.result().cause));
//
// First the failure is confirmed: a flake ends there, after about two trials. At the end the cause is tried with every
// other factor changed: what does not fail there was not the whole cause. About 2 to 3 trials for each factor.
// One thread at a time. Measured rates: docs/statistics.md.
#pragma once

#include <optional>

#include "framework/search/configuration.hpp"

namespace rigor {

struct IsolationOptions {
  double good_rate = 0.2;  // a good configuration fails at most so often
  double bad_rate = 0.9;   // a bad one at least so often
  double error = 0.02;     // of each single verdict
};

enum class IsolationEnd : std::uint8_t {
  running,
  not_confirmed,   // the configuration passes: the failure was a flake
  isolated,        // the cause fails with all other factors changed, and passes with any of its own changed
  not_sufficient,  // without `cause` it passes, but `cause` alone does not fail: other values take part
  no_factor,       // it fails whatever one factor is changed to: several causes, or one that is no factor
};

struct IsolationResult {
  IsolationEnd end = IsolationEnd::running;
  Combination cause;
  // Settings of the configuration that no allowed configuration can replace: they may belong to the cause.
  Combination inseparable;
};

class FaultIsolation {
 public:
  // `records` say which replacements are least suspicious. `failing` is allowed by `forbidden`.
  FaultIsolation(std::vector<Factor> factors, std::vector<Combination> forbidden,
                 std::span<const ConfigurationRecord> records, Configuration failing, IsolationOptions options = {});

  // What to run now; nullptr when the result stands.
  [[nodiscard]] const Configuration* next() const { return stage_ == Stage::done ? nullptr : &current_; }
  void tell(bool passed);

  [[nodiscard]] const IsolationResult& result() const { return result_; }
  // Every configuration that was run, with its failures.
  [[nodiscard]] const std::vector<ConfigurationRecord>& records() const { return records_; }
  [[nodiscard]] const Configuration& failing() const { return failing_; }

 private:
  enum class Stage : std::uint8_t { confirm, replace, alone, done };

  void decide(bool fails);
  void ask(Stage stage, Configuration configuration);
  void replace_from(std::size_t factor);
  void ask_alone();
  void finish(IsolationEnd end);
  [[nodiscard]] std::optional<Configuration> with_replaced(std::size_t factor) const;
  [[nodiscard]] double suspicion(const Setting& setting) const;

  std::vector<Factor> factors_;
  std::vector<Combination> forbidden_;
  std::vector<std::vector<double>> suspicion_;  // failure rate of each value in the records
  Configuration failing_;
  IsolationOptions options_;
  Stage stage_ = Stage::confirm;
  std::size_t factor_ = 0;                // that is replaced now
  std::vector<std::vector<bool>> tried_;  // values of each factor that stood in its place
  bool second_round_ = false;
  Configuration current_;
  statistics::SequentialTest test_;
  std::vector<ConfigurationRecord> records_;
  IsolationResult result_;
};

}  // namespace rigor
