// What a running verb has at hand, and what it leaves behind: the bench, what this run knows of its board, the ledger,
// the credentials, and a place for evidence.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/auth/credential.hpp"
#include "framework/auth/crypto.hpp"
#include "framework/bench/open_bench.hpp"
#include "framework/bench/schedule_description.hpp"
#include "framework/ledger/ledger.hpp"
#include "framework/suite/guard.hpp"
#include "framework/target/learnt_facts.hpp"

namespace rigor {

// The credentials of a rig, read once and only when a step asks for one.
class CredentialStore {
 public:
  CredentialStore(const RigDescription& rig, Crypto& crypto) : rig_(rig), crypto_(crypto) {}

  // The credential of that method ("certificate", "password") that fits the bench.
  // Errors: name_unknown, credential_unreadable.
  [[nodiscard]] Result<const Credential*> find(const BenchDescription& bench, std::string_view method);
  [[nodiscard]] Result<const CredentialDescription*> describe(const BenchDescription& bench,
                                                              std::string_view method) const;
  [[nodiscard]] Crypto& crypto() { return crypto_; }

 private:
  [[nodiscard]] Result<Credential> load(const CredentialDescription& description) const;

  const RigDescription& rig_;
  Crypto& crypto_;
  std::map<std::string, std::unique_ptr<Credential>> loaded_;
};

// The probe's reading of the target's supply, and whether it can be believed.
struct SupplyReading {
  double volts = 0.0;          // with the supply on
  bool follows_power = false;  // it fell when the power was off
};

// What this run has learnt of the board on one bench. Lives as long as the run; guard rails read it.
struct BoardKnowledge {
  // Forgets what was seen of the board; keeps what is still to be undone, and what was learnt of its silicon.
  void forget() {
    BoardKnowledge kept;
    kept.provisioned = std::move(provisioned);
    kept.way_back = std::move(way_back);
    kept.learnt = std::move(learnt);
    kept.security_firmware = security_firmware;
    *this = std::move(kept);
  }

  std::optional<BoardUid> uid;               // read in OPEN in this run, or presumed by the ledger
  bool reset_proven = false;                 // the self-test saw NRST move the chip
  bool power_proven = false;                 // the self-test saw the supply go
  std::optional<SupplyReading> supply;       // what the self-test of the power read; nothing before
  std::vector<std::string> reset_evidence;   // why reset_proven is what it is; empty before the self-test
  std::optional<CredentialUse> provisioned;  // the last provisioning in this run; nothing after a regression
  // Set as soon as this run takes the board out of OPEN: the credential that can bring it back. Nothing once it is
  // back.
  std::optional<CredentialUse> way_back;
  LearntFacts learnt;                              // of what the chip file only assumes
  std::optional<std::uint32_t> security_firmware;  // the version word that `identify` read
};

class Step {
 public:
  struct Surroundings {
    OpenBench& bench;
    BoardKnowledge& board;
    Ledger& ledger;
    CredentialStore& credentials;
    Consents& consents;
    const SearchPath& search;                                     // of the rig
    const std::map<std::string, ScheduleDescription>& schedules;  // of the suite
    std::uint64_t seed = 0;
  };

  explicit Step(Surroundings surroundings) : around_(surroundings) {}

  [[nodiscard]] OpenBench& bench() const { return around_.bench; }
  [[nodiscard]] Target& target() const { return around_.bench.target(); }
  [[nodiscard]] BoardKnowledge& board() const { return around_.board; }
  [[nodiscard]] Ledger& ledger() const { return around_.ledger; }
  [[nodiscard]] CredentialStore& credentials() const { return around_.credentials; }
  [[nodiscard]] Consents& consents() const { return around_.consents; }
  [[nodiscard]] std::uint64_t seed() const { return around_.seed; }

  // A schedule of the suite, or suites/schedules/NAME.yaml. Errors: name_unknown, file_invalid.
  [[nodiscard]] Result<ScheduleDescription> schedule(const std::string& name) const;

  // The board on this bench, or an error when no step has found out who it is: run `identify` first.
  [[nodiscard]] Result<BoardUid> uid() const;

  // One sentence for the record. Never a secret.
  void evidence(std::string sentence) { evidence_.push_back(std::move(sentence)); }
  [[nodiscard]] const std::vector<std::string>& evidence() const { return evidence_; }

 private:
  Surroundings around_;
  std::vector<std::string> evidence_;
};

}  // namespace rigor
