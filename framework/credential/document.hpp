// Any credential file, told apart by what is in it: the kinds of debug-authentication.md 9.1 and 14.
//
//   RIGOR_TRY(const Document document, load_document(crypto, "leaf_chain.b64"));
//   if (const auto* chain = std::get_if<CertificateChain>(&document)) ...
//
// examination.hpp says what is wrong with what was read.
#pragma once

#include <filesystem>
#include <variant>

#include "framework/auth/chain.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/key_file.hpp"
#include "framework/credential/obk_description.hpp"

namespace rigor {

inline constexpr std::size_t kMostCredentialFile = 1U << 20;  // bytes

struct PasswordDocument {
  std::size_t length = 0;  // characters; the password itself is not kept
};
// The 32 bytes that an H503 holds in OTP: SHA-256 of its password (section 14.6). They are not kept: they can be
// guessed offline, and 32 bytes without any mark may be a raw key as well.
struct OtpImage {};

// Of a key, the private number is not kept.
using Document = std::variant<CertificateChain, Obk, PasswordDocument, KeyFile, ObkDescription, OtpImage>;

struct DocumentReading {
  const Secret* passphrase = nullptr;  // opens an encrypted key
  std::filesystem::path source;        // the file's name, for messages about XML descriptions
  Faults* faults = nullptr;            // takes what is wrong in an XML description, with the places
};

// Errors: credential_unreadable, or the kind's own error, with the byte at which it begins, when the file is none of
// these, or begins like one and is malformed.
[[nodiscard]] Result<Document> read_document(const Crypto& crypto, ByteView file, const DocumentReading& reading = {});

// `reading.source` is set from `path`. Errors: as above, with the file's name in front; credential_unreadable for a
// file that cannot be read or has more than kMostCredentialFile bytes.
[[nodiscard]] Result<Document> load_document(const Crypto& crypto, const std::filesystem::path& path,
                                             DocumentReading reading = {});

}  // namespace rigor
