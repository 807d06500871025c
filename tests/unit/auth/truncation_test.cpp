// Damaged files of every kind give an error, never a crash; run under the sanitizers.
#include <gtest/gtest.h>

#include "framework/auth/chain.hpp"
#include "framework/auth/credential.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/discovery.hpp"
#include "framework/auth/key_file.hpp"
#include "framework/auth/password.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

// Calls `read` with every beginning of the file and with every byte of it changed.
template <typename Read>
void damage(const Bytes& file, Read read) {
  for (std::size_t size = 0; size < file.size(); ++size) {
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));  // own buffer: overruns show
    read(cut);
  }
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const int bit : {0, 4, 7}) {
      Bytes changed = file;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
      read(changed);
    }
  }
}

TEST(Damage, OfAChain) {
  const Crypto crypto = vectors::crypto();
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
  for (std::size_t at = 0; at < raw.size(); at += 3) {  // each check costs four signatures
    Bytes changed = raw;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << (at % 8)));
    const auto chain = parse_chain(changed);
    EXPECT_FALSE(chain && chain->certificates.size() == 3 && check_chain(crypto, *chain).valid() == true) << at;
  }
}

TEST(Damage, OfAnObk) {
  const Crypto crypto = vectors::crypto();
  int read = 0;
  damage(vectors::bytes("obk/h5_DA_Config_enc1.obk"), [&](const Bytes& file) {
    if (const auto obk = parse_obk(file)) read += read_da_record(crypto, *obk).has_value() ? 1 : 0;
  });
  // The flag's lowest bit, and the destination's bits that lead to the non-secure alias: none is hashed.
  EXPECT_LE(read, 2);
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
  const Bytes good = vectors::bytes("keys/key_3_leaf.pem");
  for (std::size_t size = 0; size + 1 < good.size(); size += 7) {
    static_cast<void>(read_key(crypto, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))));
  }
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
