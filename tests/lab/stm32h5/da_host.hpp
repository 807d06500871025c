// The host's end of debug authentication, word by word, for these tests only. Nothing is assumed of what a packet
// holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/lab/stm32h5/swd_driver.hpp"

namespace rigor::lab::test {

inline constexpr std::uint32_t kHost = 0xE0044100, kDevice = 0xE0044104, kAck = 0xE0044108;
inline constexpr std::uint32_t kMagic = 0x53544441;

using Words = std::vector<std::uint32_t>;

struct Packet {
  std::uint16_t status = 0xFFFF;
  Words data;
};

// NRST low, magic, NRST high, one word back (debug-authentication.md 4.1); nothing when the chip stays silent.
std::optional<std::uint32_t> open_session(Bench& bench, std::uint32_t magic = kMagic);
bool put_word(Bench& bench, std::uint32_t word);
std::optional<std::uint32_t> get_word(Bench& bench, Duration limit = std::chrono::seconds(3));
std::optional<Packet> request(Bench& bench, std::uint16_t command, const Words& data = {});
// A request of command 3 with one record.
Words record(std::uint16_t type, ByteView value);
Words to_words(ByteView bytes);

// Test credentials: the synthetic keys of the reference (debug-authentication.md 18).
Bytes test_file(const std::string& name);  // from tests/data/da
Bytes from_pem(const Bytes& text);         // the bytes between the armour lines
Bytes root_key_hash();
Bytes password_hash();
Bytes password_text();
// The certificates of a chain file, each as a whole record.
std::vector<Bytes> chain_records(const std::string& name);
// A token of tests/data/da/tokens.json, by name.
Bytes token(const std::string& name);

// A closed certificate part (TZEN on), and a closed password part.
Stm32h5Options certificate_part(ProductState state = ProductState::closed);
Stm32h5Options password_part(ProductState state = ProductState::closed);
// 00 01 .. 1f for the first challenge, then something else: the challenge of the recorded tokens.
RandomBytes recorded_challenge();
// Opens, starts, sends the chain and the token; the status of the last answer.
std::optional<std::uint16_t> authenticate(Bench& bench, const std::string& token_name = "h5_full_regression",
                                          const std::string& chain = "chains/h5_leaf_chain.b64");
std::optional<std::uint16_t> authenticate_password(Bench& bench, ByteView password);

}  // namespace rigor::lab::test
