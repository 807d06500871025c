// What is to be said of a credential file as it stands, without a part or another file beside it.
//
// A question that needs more (would this part accept this chain?) is judge_chain()'s (framework/auth/acceptance.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/auth/chain.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/part.hpp"

namespace rigor {

struct ChainExamination {
  bool lone = false;          // one certificate: a file of its own kind
  ChainReport report;         // without what a lone certificate is not to be blamed for
  std::optional<bool> valid;  // absent: a signature is unsupported or its issuer is not in the file
  std::vector<std::string> faults;
  std::vector<std::string> notes;  // why nobody can tell
};
// A lone intermediate or leaf is not blamed for standing where a root is expected.
[[nodiscard]] ChainExamination examine(const Crypto& crypto, const CertificateChain& chain);

struct ObkExamination {
  ObkContent content = ObkContent::other;
  std::optional<Family> family;
  ObkHash hash = ObkHash::absent;
  std::optional<DaRecord> record;   // also of a record whose hash is wrong; absent when it has not a record's shape
  std::vector<const Part*> suited;  // the parts that take a record with this encryption flag
  std::vector<std::string> faults;
  std::vector<std::string> warnings;
};
[[nodiscard]] ObkExamination examine(const Crypto& crypto, const Obk& obk);

// The families to which a chain speaks: that of the part it is bound to, otherwise all that take certificates.
[[nodiscard]] std::vector<Family> families_of(const CertificateChain& chain);

}  // namespace rigor
