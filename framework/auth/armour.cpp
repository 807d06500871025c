#include "framework/auth/armour.hpp"

#include <fmt/format.h>
#include <mbedtls/base64.h>

namespace rigor {
namespace {

constexpr std::string_view kOpeningFence = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::string_view kLabelLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ";
constexpr std::size_t kLine = 64;

void append(Bytes& to, std::string_view text) { to.insert(to.end(), text.begin(), text.end()); }

}  // namespace

std::optional<Armoured> find_armour(std::string_view text, std::size_t from) {
  const std::size_t begin = text.find(kOpeningFence, from);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t label_at = begin + kOpeningFence.size();
  const std::size_t label_end = text.find(kDashes, label_at);
  // Labels are quoted in messages, so nothing else may stand in them.
  const auto stray = text.find_first_not_of(kLabelLetters, label_at);
  if (label_end == std::string_view::npos || stray < label_end) return std::nullopt;
  Armoured found;
  found.begin = begin;
  found.label = text.substr(label_at, label_end - label_at);
  found.offset = label_end + kDashes.size();
  const std::string fence = fmt::format("-----END {}-----", found.label);
  const std::size_t end = text.find(fence, found.offset);
  found.closed = end != std::string_view::npos;
  found.end = found.closed ? end + fence.size() : text.size();
  found.body = text.substr(found.offset, found.closed ? end - found.offset : std::string_view::npos);
  return found;
}

Result<Secret> decode_base64(std::string_view text, std::size_t offset) {
  Bytes letters;
  letters.reserve(text.size() + 3);  // no reallocation may leave a copy behind
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kSpace.contains(text[i])) continue;
    if (!kBase64.contains(text[i])) {
      wipe(letters);
      return fail(Code::credential_unreadable, fmt::format("byte {} is no base64 character", offset + i));
    }
    letters.push_back(static_cast<std::uint8_t>(text[i]));
  }
  const std::size_t count = letters.size();
  while (letters.size() % 4 != 0) letters.push_back('=');  // some tools drop the padding
  const Secret held(std::move(letters));
  Bytes bytes(held.size() / 4 * 3 + 1);
  std::size_t length = 0;
  if (mbedtls_base64_decode(bytes.data(), bytes.size(), &length, held.view().data(), held.size()) != 0) {
    wipe(bytes);
    return fail(Code::credential_unreadable,
                fmt::format("the base64 text of {} characters from byte {} on is malformed", count, offset));
  }
  bytes.resize(length);  // shrinking keeps the buffer
  return Secret(std::move(bytes));
}

Secret encode_base64(ByteView bytes) {
  Bytes text((bytes.size() + 2) / 3 * 4 + 1);
  std::size_t length = 0;
  // The buffer has the exact size, so this cannot fail.
  mbedtls_base64_encode(text.data(), text.size(), &length, bytes.data(), bytes.size());
  text.resize(length);
  return Secret(std::move(text));
}

Secret armour(std::string_view label, ByteView bytes) {
  const Secret text = encode_base64(bytes);
  Bytes result;
  result.reserve(text.size() + text.size() / kLine + 2 * label.size() + 64);
  append(result, fmt::format("-----BEGIN {}-----\n", label));
  for (std::size_t at = 0; at < text.size(); at += kLine) {
    const ByteView line = text.view().subspan(at, std::min(kLine, text.size() - at));
    result.insert(result.end(), line.begin(), line.end());
    result.push_back('\n');
  }
  append(result, fmt::format("-----END {}-----\n", label));
  return Secret(std::move(result));
}

}  // namespace rigor
