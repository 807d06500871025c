// What `run` and `do` both need before the first verb: rig, machine, ledger, credentials, consents.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/auth/crypto.hpp"
#include "framework/base/passing_directory.hpp"
#include "framework/cli/machine.hpp"
#include "framework/cli/output.hpp"
#include "framework/ledger/ledger.hpp"
#include "framework/suite/runner.hpp"

namespace rigor::cli {

// The rig that the user named. On faults they are in `faults`; an Error is for a name that leads nowhere.
[[nodiscard]] Result<RigDescription> load_named_rig(const std::string& what, Faults& faults);

[[nodiscard]] Result<std::vector<const BenchDescription*>> choose_benches(const RigDescription& rig,
                                                                          const std::vector<std::string>& names);

// "20261120T104210Z-3fa2c1": sorts by time, and two runs of the same second differ.
[[nodiscard]] std::string make_run_id(std::uint64_t salt);
[[nodiscard]] std::uint64_t random_seed();

// Of a command that is about one test.
[[nodiscard]] int exit_code_of(Verdict verdict);

class BenchSession {
 public:
  struct Request {
    const RigDescription& rig;
    std::string run_id;
    std::filesystem::path out;  // empty: nothing of the run is kept
    std::uint64_t seed = 0;
    std::vector<std::string> allow;
    std::filesystem::path ledger{};  // another directory than the usual one
    std::filesystem::path lab{};     // socket of the keeper that has the boards; empty: nobody keeps them
  };
  // `rig` must outlive the session. The ledger is where the boards are: in `out` or passing with the session for
  // virtual boards, which live as long as the run; beside the keeper's socket for kept ones; in the state directory for
  // real ones.
  [[nodiscard]] static Result<std::unique_ptr<BenchSession>> open(const Request& request);

  [[nodiscard]] TestRunner::Parts runner_parts(RunObserver& observer);
  [[nodiscard]] Ledger& ledger() { return ledger_; }
  [[nodiscard]] Clock& clock() { return machine_->seams().clock; }
  [[nodiscard]] const VerbTable& verbs() const { return verbs_; }

 private:
  BenchSession(const Request& request, std::optional<PassingDirectory> passing, std::unique_ptr<Machine> machine,
               std::unique_ptr<Actor> actor, std::unique_ptr<Clock> ledger_clock, Ledger ledger, Crypto crypto,
               Consents consents);

  std::optional<PassingDirectory> passing_;
  const RigDescription& rig_;
  std::uint64_t seed_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Actor> actor_;
  std::unique_ptr<Clock>
      ledger_clock_;  // its lock is a real one, also on virtual time, and no Ctrl-C may part it from the chip
  Ledger ledger_;
  Crypto crypto_;
  CredentialStore credentials_;
  Consents consents_;
  VerbTable verbs_;
};

}  // namespace rigor::cli
