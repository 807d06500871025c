#include "framework/ledger/proof.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor {
namespace {

// Discovery's word for "the provisioned keys are intact" (debug-authentication.md 6.5).
constexpr std::uint32_t kIntegrityValid = 0xEAEAEAEA;

std::string on_off(bool value) { return value ? "on" : "off"; }

std::vector<std::string> differences(const CredentialUse& found, const CredentialUse& wanted) {
  std::vector<std::string> points;
  if (found.digest != wanted.digest)
    points.push_back(
        fmt::format("credential {} instead of {}", found.digest.substr(0, 16), wanted.digest.substr(0, 16)));
  if (found.method != wanted.method)
    points.push_back(fmt::format("method {} instead of {}", found.method, wanted.method));
  if (found.security != wanted.security)
    points.push_back(fmt::format("TZEN {} instead of {}", on_off(found.security), on_off(wanted.security)));
  if (found.encrypted != wanted.encrypted)
    points.push_back(
        fmt::format("encryption flag {} instead of {}", on_off(found.encrypted), on_off(wanted.encrypted)));
  return points;
}

void check_rehearsal(const BoardRecord& record, const CredentialUse& use, std::vector<std::string>& missing) {
  if (record.rehearsals.empty()) {
    missing.push_back("no regression was ever rehearsed on this board");
    return;
  }
  std::vector<std::string> nearest;
  for (const Rehearsal& rehearsal : record.rehearsals) {
    const auto points = differences(rehearsal.use, use);
    if (points.empty()) return;
    if (nearest.empty() || points.size() <= nearest.size()) nearest = points;
  }
  missing.push_back(fmt::format("no rehearsed regression used this credential in this way; the nearest one had {}",
                                fmt::join(nearest, ", ")));
}

void check_provisioning(const Provisioning& provisioned, const CredentialUse& use, std::vector<std::string>& missing) {
  if (const auto points = differences(provisioned.use, use); !points.empty())
    missing.push_back(fmt::format("the board was last provisioned with {}", fmt::join(points, ", ")));
  if (!provisioned.discovered) {
    missing.push_back("no discovery was made after the last provisioning");
    return;
  }
  const DiscoveryProof& proof = *provisioned.discovered;
  if (proof.lifecycle != "provisioning")
    missing.push_back(fmt::format("discovery was made in {}, not in provisioning",
                                  proof.lifecycle.empty() ? "an unnamed state" : proof.lifecycle));
  if (proof.integrity != kIntegrityValid)
    missing.push_back(
        fmt::format("discovery shows integrity {:#010x}, not {:#010x}", proof.integrity, kIntegrityValid));
  if (proof.method != use.method)
    missing.push_back(
        fmt::format("discovery offers method {}, not {}", proof.method.empty() ? "none" : proof.method, use.method));
  if (!proof.full_regression) missing.push_back("discovery does not offer full regression (permission bit 14)");
}

}  // namespace

std::vector<std::string> missing_proofs(const BoardRecord& record, const CredentialUse& use) {
  std::vector<std::string> missing;
  if (record.binding.identity == BoardIdentity::unknown)
    missing.push_back(
        fmt::format("whether this board is on bench '{}' is unknown: {}", record.binding.bench, record.binding.reason));
  if (use.digest.empty()) missing.push_back("the credential has no digest");
  check_rehearsal(record, use, missing);
  if (record.provisioned)
    check_provisioning(*record.provisioned, use, missing);
  else
    missing.push_back("the board was not provisioned since it was last seen open");
  return missing;
}

}  // namespace rigor
