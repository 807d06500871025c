// What a credential file begins like. Looks only at what tells the kinds apart; whether the rest fits is for the kind's
// own reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "framework/base/bytes.hpp"

namespace rigor {

enum class CredentialKind : std::uint8_t { unknown, chain, obk, password, key, xml, otp_image };
// "a certificate chain", "an OBK file": for messages.
[[nodiscard]] std::string_view kind_words(CredentialKind kind);

struct Recognition {
  CredentialKind kind = CredentialKind::unknown;
  std::size_t begin = 0;  // byte at which the kind shows: an opening fence, the first character that is no blank
};
// Marks come first (record types, known OBK destinations, fences, '<'), then shapes (DER, a bare certificate, an OBK
// header that fits the file), then the one kind that has neither: 32 bytes for OTP.
[[nodiscard]] Recognition recognise(ByteView file);

}  // namespace rigor
