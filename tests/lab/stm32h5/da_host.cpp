#include "tests/lab/stm32h5/da_host.hpp"

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

std::optional<std::uint32_t> open_session(Bench& bench, std::uint32_t magic) {
  bench.hold_reset();
  (void)bench.connect();
  if ((bench.read(Ap::system, kAck).value_or(0) & 2) != 0) (void)bench.read(Ap::system, kDevice);
  if (!bench.write(Ap::system, kHost, magic)) return std::nullopt;
  bench.release_reset();
  return get_word(bench);
}

bool put_word(Bench& bench, std::uint32_t word) {
  for (int i = 0; i < 30'000; ++i) {
    const auto ack = bench.read(Ap::system, kAck);
    if (ack && (*ack & 1) == 0) return bench.write(Ap::system, kHost, word);
    bench.pass(100us);
  }
  return false;
}

std::optional<std::uint32_t> get_word(Bench& bench, Duration limit) {
  const TimePoint end = bench.clock.now() + limit;
  while (bench.clock.now() < end) {
    const auto ack = bench.read(Ap::system, kAck);
    if (ack && (*ack & 2) != 0) return bench.read(Ap::system, kDevice);
    bench.pass(100us);
  }
  return std::nullopt;
}

std::optional<Packet> request(Bench& bench, std::uint16_t command, const Words& data) {
  if (!put_word(bench, static_cast<std::uint32_t>(command) << 16)) return std::nullopt;
  if (!put_word(bench, static_cast<std::uint32_t>(data.size()))) return std::nullopt;
  for (const std::uint32_t word : data)
    if (!put_word(bench, word)) return std::nullopt;
  const auto status = get_word(bench);
  const auto count = get_word(bench);
  if (!status || !count) return std::nullopt;
  Packet packet{static_cast<std::uint16_t>(*status >> 16), {}};
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto word = get_word(bench);
    if (!word) return std::nullopt;
    packet.data.push_back(*word);
  }
  return packet;
}

Words to_words(ByteView bytes) {
  Words words((bytes.size() + 3) / 4, 0);
  for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] |= static_cast<std::uint32_t>(bytes[i]) << (8 * (i % 4));
  return words;
}

Words record(std::uint16_t type, ByteView value) {
  Words words = {static_cast<std::uint32_t>(type) << 16, static_cast<std::uint32_t>(value.size())};
  const Words rest = to_words(value);
  words.insert(words.end(), rest.begin(), rest.end());
  return words;
}

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

Stm32h5Options certificate_part(ProductState state) {
  Stm32h5Options options;
  options.state = state;
  options.tzen = true;
  options.da_record = PlantedRecord::certificate;
  options.da_credential = root_key_hash();
  return options;
}

Stm32h5Options password_part(ProductState state) {
  Stm32h5Options options;
  options.state = state;
  options.da_record = PlantedRecord::password;
  options.da_credential = password_hash();
  return options;
}

RandomBytes recorded_challenge() {
  return [first = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    std::iota(bytes.begin(), bytes.end(), first);
    first = static_cast<std::uint8_t>(first + 32);
  };
}

std::optional<std::uint16_t> authenticate(Bench& bench, const std::string& token_name, const std::string& chain) {
  if (!open_session(bench) || !request(bench, 2)) return std::nullopt;
  for (const Bytes& certificate : chain_records(chain)) {
    const auto answer = request(bench, 3, to_words(certificate));
    if (!answer || answer->status != 2) return answer ? std::optional(answer->status) : std::nullopt;
  }
  const auto answer = request(bench, 3, record(0x0200, token(token_name)));
  return answer ? std::optional(answer->status) : std::nullopt;
}

std::optional<std::uint16_t> authenticate_password(Bench& bench, ByteView password) {
  if (!open_session(bench) || !request(bench, 2)) return std::nullopt;
  const auto answer = request(bench, 3, record(0x8000, password));
  return answer ? std::optional(answer->status) : std::nullopt;
}

}  // namespace rigor::lab::test
