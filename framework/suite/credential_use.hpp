// From a credential to what the ledger keeps of it and what the chip is given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/auth/credential.hpp"
#include "framework/ledger/board_record.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

class Step;

// With the security extension on a part takes a certificate, with it off a password (stm32h5.md 6, "Credential rule").
[[nodiscard]] constexpr std::string_view method_for(bool security) { return security ? "certificate" : "password"; }

// The method of the credential that would bring the bench's board back: what its security extension asks for, or on a
// part that goes by the record it was given (H7RS, debug-authentication.md 12.2) the first that the bench has. Errors:
// name_unknown when the bench has none.
[[nodiscard]] Result<std::string> method_that_opens(Step& step);

// Errors: credential_mismatch where the part cannot be opened with that method in its present state.
[[nodiscard]] Result<void> check_method(Step& step, std::string_view method);

[[nodiscard]] CredentialUse use_of(const Credential& credential, const ChipFacts& chip);

// The files of the bench's credential of that method: what the ledger must be able to name later. Never their content.
[[nodiscard]] Result<std::vector<std::string>> credential_files(Step& step, std::string_view method);

// The record that provisioning stores: the rig's own OBK file where it names one, otherwise made from the credential.
// Errors: credential_mismatch when the file is for another credential or its encryption flag does not fit the part.
[[nodiscard]] Result<Obk> record_for(Step& step, const Credential& credential, std::string_view method);

}  // namespace rigor
