// Any credential file, told apart by what is in it: the kinds of debug-authentication.md 9.1 and 14.
//
//   RIGOR_TRY(const Document document, read_document(crypto, file.view(), {}));
//   std::visit(..., document);
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "framework/auth/chain.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/key_file.hpp"
#include "framework/auth/password.hpp"
#include "framework/credential/obk_description.hpp"

namespace rigor {

struct PasswordDocument {
  std::size_t length = 0;  // characters; the password itself is not kept
};
// The 32 bytes that an H503 holds in OTP: SHA-256 of its password (section 14.6).
struct OtpImage {
  Digest password_hash{};
};

using Document = std::variant<CertificateChain, Obk, PasswordDocument, KeyFile, ObkDescription, OtpImage>;

// `passphrase`, when not null, opens an encrypted key.
// Errors: credential_unreadable (or the kind's own error) with the byte offset when the file is none of these, or
// begins like one and is malformed.
[[nodiscard]] Result<Document> read_document(const Crypto& crypto, ByteView file, const Secret* passphrase = nullptr);

}  // namespace rigor
