// A virtual H7RS behind its probe, reached through nothing but the seams: the driver against the model.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "fixtures/virtual/lab.hpp"
#include "framework/auth/debug_authentication.hpp"
#include "framework/bench/open_bench.hpp"

namespace rigor::test {

// One set of the model's options.
struct Silicon {
  std::string name;
  std::string chip;  // keys of the bench's `lab: chip:`
};
inline void PrintTo(const Silicon& silicon, std::ostream* out) { *out << silicon.name; }
// The defaults, and every option that the reference leaves open the other way round.
[[nodiscard]] std::vector<Silicon> all_silicon();

class DrivenBench {
 public:
  // Powered and connected. `wires` as in a rig's lab section.
  explicit DrivenBench(const Silicon& silicon, const std::string& wires = "[swd, nrst-probe, power]");
  ~DrivenBench();

  [[nodiscard]] Target& target() { return bench_->target(); }
  [[nodiscard]] OpenBench& bench() { return *bench_; }
  [[nodiscard]] const ChipFacts& facts() const { return bench_->chip(); }

  // Power off and on, and connected again.
  void power_cycle();
  // NRST pulsed and connected again.
  void pulse_reset();

  [[nodiscard]] Result<Discovery> discover();
  // Authenticates, then waits until the part is open again. Errors also: regression_incomplete.
  [[nodiscard]] Result<void> regress(const Credential& credential);
  [[nodiscard]] Result<Authenticated> authenticate(const Credential& credential, const Permissions& wanted);

  [[nodiscard]] Credential certificate() const;
  [[nodiscard]] Credential password() const;
  // Stores the credential's record in the part.
  [[nodiscard]] Result<ProvisioningReport> provision(const Credential& credential);

 private:
  std::filesystem::path directory_;
  RigDescription rig_;
  std::unique_ptr<lab::Lab> lab_;
  std::unique_ptr<EdgeTimer> timer_ = make_exact_edge_timer();
  std::unique_ptr<Actor> actor_;
  std::unique_ptr<Timeline> timeline_;
  std::unique_ptr<OpenBench> bench_;
  Crypto crypto_;
};

// Of a result that must be there, for failure messages.
template <typename Value>
[[nodiscard]] std::string why(const Result<Value>& result) {
  return result ? std::string() : result.error().describe();
}

class OnEverySilicon : public ::testing::TestWithParam<Silicon> {};
[[nodiscard]] inline std::string silicon_name(const ::testing::TestParamInfo<Silicon>& info) { return info.param.name; }

}  // namespace rigor::test
