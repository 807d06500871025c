// Base64 text and the lines that fence it ("-----BEGIN PRIVATE KEY-----"), as keys and certificate chains are written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

struct Armoured {
  std::string_view label;  // "PRIVATE KEY"
  std::string_view body;   // between the fences; to the end of the text when the closing one is missing
  std::size_t begin = 0;   // byte of the opening fence
  std::size_t offset = 0;  // byte at which the body begins
  std::size_t end = 0;     // byte after the closing fence; after the text when there is none
  bool closed = false;
};
// The first fence from byte `from` on.
[[nodiscard]] std::optional<Armoured> find_armour(std::string_view text, std::size_t from = 0);

// Blanks and line ends are skipped, missing padding is supplied. `offset` is added to positions in messages.
// Errors: credential_unreadable with the position.
[[nodiscard]] Result<Secret> decode_base64(std::string_view text, std::size_t offset = 0);

// One line, no line end.
[[nodiscard]] Secret encode_base64(ByteView bytes);
// Lines of 64 characters between fences, with a line end.
[[nodiscard]] Secret armour(std::string_view label, ByteView bytes);

}  // namespace rigor
