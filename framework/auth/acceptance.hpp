// Whether a part would accept a chain for an action, without asking the part (debug-authentication.md 9.1, 13.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/auth/chain.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/discovery.hpp"
#include "framework/auth/part.hpp"

namespace rigor {

// What a chain may be bound to. Absent: not known, and not held against it.
struct ChipIdentity {
  std::optional<std::uint32_t> soc_class;
  std::optional<SocId> soc_id;  // all zero on some parts and states, see section 6.3
  std::optional<Lifecycle> lifecycle;
};
[[nodiscard]] ChipIdentity identity_of(const Discovery& discovery);

// Whether the chain is bound to another chip, or to another state of it.
[[nodiscard]] std::vector<ChainFault> check_chain_binding(const CertificateChain& chain, const ChipIdentity& chip);

// What is absent is not asked, and where its absence leaves a gap a note says so. The pointers must outlive the call.
struct AcceptanceQuestion {
  Permissions wanted;
  const Part* part = nullptr;
  std::optional<SocId> soc_id;
  std::optional<Lifecycle> lifecycle;
  std::optional<PublicKey> signing_key;  // with which the token would be signed
  std::optional<PublicKey> root_key;     // whose hash the part holds
  const DaRecord* record = nullptr;      // what the part holds: root key hash and mask
  bool provisioned = false;              // an OBK is at hand, also one without a readable record
  bool strict = false;                   // see check_chain()
};

struct Acceptance {
  std::vector<std::string> reasons;  // for a no: every one
  std::vector<std::string> notes;    // what was taken on trust
  Permissions granted;               // of part, record and all certificates
  [[nodiscard]] bool accepted() const { return reasons.empty(); }
};

[[nodiscard]] Acceptance judge_chain(const Crypto& crypto, const CertificateChain& chain,
                                     const AcceptanceQuestion& question);

}  // namespace rigor
