// The host's end of debug authentication, word by word, for these tests only. Nothing is assumed of what a packet
// holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/lab/authentication/credentials.hpp"
#include "tests/lab/authentication/swd_debugger.hpp"

namespace rigor::lab::test {

inline constexpr std::uint32_t kMagic = 0x53544441;

using Words = std::vector<std::uint32_t>;

struct Packet {
  std::uint16_t status = 0xFFFF;
  Words data;
};

// NRST low, magic, NRST high, one word back (debug-authentication.md 4.1); nothing when the chip stays silent.
std::optional<std::uint32_t> open_session(SwdDebugger& bench, std::uint32_t magic = kMagic);
bool put_word(SwdDebugger& bench, std::uint32_t word);
std::optional<std::uint32_t> get_word(SwdDebugger& bench, Duration limit = std::chrono::seconds(3));
std::optional<Packet> request(SwdDebugger& bench, std::uint16_t command, const Words& data = {});
// A request of command 3 with one record.
Words record(std::uint16_t type, ByteView value);
Words to_words(ByteView bytes);
// The value words of a record of the discovery answer.
Words discovered(const Packet& packet, std::uint32_t type);

// Opens, starts, sends the chain and the token; the status of the last answer.
std::optional<std::uint16_t> authenticate(SwdDebugger& bench, const std::string& token_name = "h5_full_regression",
                                          const std::string& chain = "chains/h5_leaf_chain.b64");
std::optional<std::uint16_t> authenticate_password(SwdDebugger& bench, ByteView password);

}  // namespace rigor::lab::test
