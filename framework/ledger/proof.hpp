// The rule that stands between a board and a closed state, as a pure function (lifecycle.md 1.5 rule 10).
#pragma once

#include <string>
#include <vector>

#include "framework/ledger/board_record.hpp"

namespace rigor {

// Every point that is missing before this board may be closed with this credential; empty when nothing is.
[[nodiscard]] std::vector<std::string> missing_proofs(const BoardRecord& record, const CredentialUse& use);

}  // namespace rigor
