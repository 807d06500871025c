#include "tests/lab/authentication/credentials.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>

namespace rigor::lab::test {
namespace {

Bytes from_base64(const Bytes& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t character : text) {
    const std::size_t value = alphabet.find(static_cast<char>(character));
    if (value == std::string::npos) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return bytes;
}

}  // namespace

Bytes test_file(const std::string& name) {
  std::ifstream file(std::string(RIGOR_SOURCE_DIR "/tests/data/da/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Bytes from_pem(const Bytes& text) {
  const std::string lines(text.begin(), text.end());
  const std::size_t begin = lines.find('\n'), end = lines.rfind("-----END");
  if (begin == std::string::npos || end == std::string::npos) return {};
  return from_base64(
      Bytes(lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.begin() + static_cast<std::ptrdiff_t>(end)));
}

Bytes root_key_hash() { return *from_hex("535f40986493859d5d373d229ee4af383394e4c39acf41bec8f9d0d7e184e5b8"); }
Bytes password_hash() { return *from_hex("e816e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a"); }
Bytes password_text() {
  const Bytes file = test_file("password/password.bin");
  return {file.begin() + 8, file.end()};
}

std::vector<Bytes> chain_records(const std::string& name) {
  const Bytes chain = from_base64(test_file(name));
  std::vector<Bytes> records;
  std::size_t at = 0;
  while (at + 8 <= chain.size()) {
    const std::size_t end = std::min<std::size_t>(at + 8 + load_le32(chain, at + 4), chain.size());
    records.emplace_back(chain.begin() + static_cast<std::ptrdiff_t>(at),
                         chain.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
  return records;
}

Bytes token(const std::string& name) {
  const Bytes text = test_file("tokens.json");
  const auto file = nlohmann::json::parse(text.begin(), text.end());
  for (const auto& entry : file.at("tokens"))
    if (entry.at("name") == name) return *from_hex(entry.at("token").get<std::string>());
  return {};
}

RandomBytes recorded_challenge() {
  return [first = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    std::iota(bytes.begin(), bytes.end(), first);
    first = static_cast<std::uint8_t>(first + 32);
  };
}

}  // namespace rigor::lab::test
