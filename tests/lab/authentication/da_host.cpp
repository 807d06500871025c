#include "tests/lab/authentication/da_host.hpp"

namespace rigor::lab::test {
namespace {

std::uint32_t device_address(const SwdDebugger& bench) { return bench.facts().mailbox + 4; }
std::uint32_t ack_address(const SwdDebugger& bench) { return bench.facts().mailbox + 8; }

}  // namespace

std::optional<std::uint32_t> open_session(SwdDebugger& bench, std::uint32_t magic) {
  bench.hold_reset();
  (void)bench.connect();
  if ((bench.read(Ap::system, ack_address(bench)).value_or(0) & 2) != 0)
    (void)bench.read(Ap::system, device_address(bench));
  if (!bench.write(Ap::system, bench.facts().mailbox, magic)) return std::nullopt;
  bench.release_reset();
  return get_word(bench);
}

bool put_word(SwdDebugger& bench, std::uint32_t word) {
  for (int i = 0; i < 30'000; ++i) {
    const auto ack = bench.read(Ap::system, ack_address(bench));
    if (ack && (*ack & 1) == 0) return bench.write(Ap::system, bench.facts().mailbox, word);
    bench.pass(100us);
  }
  return false;
}

std::optional<std::uint32_t> get_word(SwdDebugger& bench, Duration limit) {
  const TimePoint end = bench.clock.now() + limit;
  while (bench.clock.now() < end) {
    const auto ack = bench.read(Ap::system, ack_address(bench));
    if (ack && (*ack & 2) != 0) return bench.read(Ap::system, device_address(bench));
    bench.pass(100us);
  }
  return std::nullopt;
}

std::optional<Packet> request(SwdDebugger& bench, std::uint16_t command, const Words& data) {
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

std::optional<std::uint16_t> authenticate(SwdDebugger& bench, const std::string& token_name, const std::string& chain) {
  if (!open_session(bench) || !request(bench, 2)) return std::nullopt;
  for (const Bytes& certificate : chain_records(chain)) {
    const auto answer = request(bench, 3, to_words(certificate));
    if (!answer || answer->status != 2) return answer ? std::optional(answer->status) : std::nullopt;
  }
  const auto answer = request(bench, 3, record(0x0200, token(token_name)));
  return answer ? std::optional(answer->status) : std::nullopt;
}

std::optional<std::uint16_t> authenticate_password(SwdDebugger& bench, ByteView password) {
  if (!open_session(bench) || !request(bench, 2)) return std::nullopt;
  const auto answer = request(bench, 3, record(0x8000, password));
  return answer ? std::optional(answer->status) : std::nullopt;
}

Words discovered(const Packet& packet, std::uint32_t type) {
  std::size_t at = 0;
  while (at + 2 <= packet.data.size()) {
    const std::size_t words = (packet.data[at + 1] + 3) / 4;
    if (packet.data[at] >> 16 == type && at + 2 + words <= packet.data.size())
      return {packet.data.begin() + static_cast<std::ptrdiff_t>(at + 2),
              packet.data.begin() + static_cast<std::ptrdiff_t>(at + 2 + words)};
    at += 2 + words;
  }
  return {};
}

}  // namespace rigor::lab::test
