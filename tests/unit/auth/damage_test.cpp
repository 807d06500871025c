// Damaged files of every kind give an answer, never a crash; run under the sanitizers.
//
// A handful of values is tried at each byte; with RIGOR_EVERY_VALUE in the environment all 255 others.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "framework/auth/armour.hpp"
#include "framework/auth/chain.hpp"
#include "framework/auth/credential.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/discovery.hpp"
#include "framework/auth/key_file.hpp"
#include "framework/auth/password.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

bool every_value() { return std::getenv("RIGOR_EVERY_VALUE") != nullptr; }

// What to put in place of `byte`.
std::set<std::uint8_t> other_values(std::uint8_t byte) {
  std::set<std::uint8_t> values = {0x00, 0x01, 0x7F, 0x80, 0xFF};
  for (const int bit : {0, 2, 4, 7}) values.insert(static_cast<std::uint8_t>(byte ^ (1U << bit)));
  for (int value = 0; every_value() && value < 256; ++value) values.insert(static_cast<std::uint8_t>(value));
  values.erase(byte);
  return values;
}

// Calls `read` with every beginning of the file and with every byte of it changed. Each gets a buffer of its own, so
// that the sanitizer sees an overrun by one byte.
template <typename Read>
void damage(const Bytes& file, Read read) {
  for (std::size_t size = 0; size < file.size(); ++size)
    read(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const std::uint8_t value : other_values(file[at])) {
      Bytes changed = file;
      changed[at] = value;
      read(changed);
    }
  }
}

TEST(Damage, OfAChain) {
  const Bytes text = vectors::bytes("chains/h5_leaf_chain.b64");
  const Bytes raw = encode_chain(*parse_chain(text));
  int whole = 0;
  for (std::size_t size = 0; size <= raw.size(); ++size) {
    const auto chain = parse_chain(ByteView(raw).first(size));
    if (!chain) continue;
    ++whole;
    EXPECT_EQ(chain->certificates.size(), (size + 7) / 220) << "only at the end of a record, give or take its padding";
  }
  EXPECT_GE(whole, 3);
  damage(text, [](const Bytes& file) { static_cast<void>(parse_chain(file)); });
  damage(raw, [](const Bytes& file) { static_cast<void>(parse_chain(file)); });
}

// Every byte of a chain counts: no change of one leaves a valid chain of three.
TEST(Damage, OfAChainIsAlwaysSeen) {
  const Crypto crypto = vectors::crypto();
  const Bytes raw = encode_chain(*parse_chain(vectors::bytes("chains/h5_leaf_chain.b64")));
  for (std::size_t at = 0; at < raw.size(); ++at) {
    std::set<std::uint8_t> values = other_values(raw[at]);
    if (!every_value()) values = {static_cast<std::uint8_t>(raw[at] ^ (1U << (at % 8)))};  // three signatures each
    for (const std::uint8_t value : values) {
      Bytes changed = raw;
      changed[at] = value;
      const auto chain = parse_chain(changed);
      EXPECT_FALSE(chain && chain->certificates.size() == 3 && check_chain(crypto, *chain).valid() == true) << at;
    }
  }
}

TEST(Damage, OfAnObk) {
  const Crypto crypto = vectors::crypto();
  std::set<Bytes> read;
  damage(vectors::bytes("obk/h5_DA_Config_enc1.obk"), [&](const Bytes& file) {
    if (const auto obk = parse_obk(file); obk && read_da_record(crypto, *obk)) read.insert(file);
  });
  // The flag's lowest bit, and the destination's bits that lead to the non-secure alias: none is hashed.
  EXPECT_LE(read.size(), 2U);
}

TEST(Damage, OfAPassword) {
  const Bytes good = vectors::bytes("password/password.bin");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(Password::parse(Secret(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)))))
        << size;
  }
  damage(good, [](const Bytes& file) { static_cast<void>(Password::parse(Secret(file))); });
}

TEST(Damage, OfAKey) {
  const Crypto crypto = vectors::crypto();
  const Bytes text = vectors::bytes("keys/key_3_leaf.pem");
  const auto fence = find_armour({reinterpret_cast<const char*>(text.data()), text.size()});
  const Secret der = *decode_base64(fence->body);
  for (const Bytes& good : {text, Bytes(der.view().begin(), der.view().end())})
    damage(good, [&](const Bytes& file) { static_cast<void>(read_key(crypto, file)); });
}

TEST(Damage, OfDiscoveryData) {
  for (const char* name :
       {"transcripts/h5_certificate_full_regression.json", "transcripts/h5_certificate_unpadded_discovery.json"}) {
    const auto words = vectors::words(vectors::json(name)[3]["words"]);
    Bytes data((words.size() - 2) * 4);
    for (std::size_t i = 2; i < words.size(); ++i) store_le32(data, (i - 2) * 4, words[i]);
    damage(data, [](const Bytes& bytes) {
      if (const auto found = parse_discovery(bytes)) {
        static_cast<void>(found->lines());
        static_cast<void>(found->permission_lines(Family::stm32h5));
      }
    });
  }
}

}  // namespace
}  // namespace rigor
