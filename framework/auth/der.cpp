#include "framework/auth/der.hpp"

#include <fmt/format.h>
#include <mbedtls/asn1.h>

namespace rigor::der {
namespace {

// Definite form: one byte below 128, otherwise the count of length bytes and those.
void append_length(Bytes& to, std::size_t length) {
  if (length < 0x80) {
    to.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  int bytes = 1;
  while (length >> (8 * bytes) != 0) ++bytes;
  to.push_back(static_cast<std::uint8_t>(0x80 | bytes));
  for (int i = bytes - 1; i >= 0; --i) to.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
}

}  // namespace

std::optional<ByteView> Reader::take(std::uint8_t tag) {
  // mbedTLS writes only to the pointer, never through it.
  auto* begin = const_cast<unsigned char*>(rest_.data());
  const unsigned char* end = rest_.data() + rest_.size();
  std::size_t length = 0;
  if (mbedtls_asn1_get_tag(&begin, end, &length, tag) != 0) return std::nullopt;
  const ByteView content(begin, length);
  rest_ = ByteView(content.data() + length, end);
  return content;
}

ByteView unsigned_integer(ByteView content) {
  while (content.size() > 1 && content[0] == 0) content = content.subspan(1);
  return content;
}

std::string object_id_text(ByteView content) {
  std::string text;
  std::uint64_t arc = 0;
  for (const std::uint8_t byte : content) {
    if (arc >> 56 != 0) return text + ".?";
    arc = arc << 7 | (byte & 0x7F);
    if ((byte & 0x80) != 0) continue;
    if (text.empty()) {
      const std::uint64_t first = arc < 80 ? arc / 40 : 2;
      text = fmt::format("{}.{}", first, arc - first * 40);
    } else {
      text += fmt::format(".{}", arc);
    }
    arc = 0;
  }
  return text;
}

Secret element(std::uint8_t tag, std::initializer_list<ByteView> parts) {
  std::size_t length = 0;
  for (const ByteView part : parts) length += part.size();
  Bytes bytes;
  bytes.reserve(length + 2 + sizeof length);  // no reallocation may leave a copy behind
  bytes.push_back(tag);
  append_length(bytes, length);
  for (const ByteView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return Secret(std::move(bytes));
}

Bytes rsa_public_key(ByteView modulus) {
  constexpr std::uint8_t kExponent[] = {0x01, 0x00, 0x01};
  constexpr std::uint8_t kPositive[] = {0x00};
  modulus = unsigned_integer(modulus);
  const bool negative = !modulus.empty() && (modulus[0] & 0x80) != 0;
  const Secret n = element(kInteger, {ByteView(kPositive).first(negative ? 1 : 0), modulus});
  const Secret e = element(kInteger, {kExponent});
  const Secret whole = element(kSequence, {n.view(), e.view()});
  return {whole.view().begin(), whole.view().end()};
}

}  // namespace rigor::der
