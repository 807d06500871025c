// Passwords and keys leave no trace: not in the timeline, not in errors, not in digests.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/auth/session_bench.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;
using testing::Not;

bool contains_secret(const std::string& text) {
  const std::string hex = to_hex(Bytes(vectors::kPasswordText.begin(), vectors::kPasswordText.end()));
  for (std::size_t at = 0; at + 4 <= vectors::kPasswordText.size(); at += 4) {
    if (text.contains(vectors::kPasswordText.substr(at, 4)) || text.contains(hex.substr(2 * at, 8))) return true;
  }
  return false;
}

std::vector<std::uint32_t> secret_words() {
  const Bytes bytes(vectors::kPasswordText.begin(), vectors::kPasswordText.end());
  std::vector<std::uint32_t> words;
  for (std::size_t at = 0; at < bytes.size(); at += 4) words.push_back(load_le32(bytes, at));
  return words;
}

void expect_no_trace(const Timeline& timeline) {
  for (const Record& record : timeline.records()) {
    EXPECT_FALSE(contains_secret(record.text)) << record.text;
    EXPECT_FALSE(contains_secret(record.name));
    for (const std::uint32_t word : secret_words()) EXPECT_NE(record.value, word);
  }
}

TEST(Secrecy, APasswordLeavesNoTraceInTheTimeline) {
  SessionBench bench(FakeBoard::transcript("h5_password_full_regression"));
  auto session = bench.open();
  ASSERT_TRUE(session && session->authenticate(bench.password(), kFullRegression));
  expect_no_trace(bench.timeline);
  int concealed = 0;
  for (const Record& record : bench.timeline.records()) concealed += record.concealed ? 1 : 0;
  EXPECT_EQ(concealed, 4) << "that something was sent stays visible";
  EXPECT_FALSE(bench.timeline.concealing());
}

TEST(Secrecy, WrappersKnowThatEachSecretAccessIsOne) {
  SessionBench bench(FakeBoard::transcript("h5_password_full_regression"));
  int hidden_writes = 0;
  bench.board.fault = [&](bool write, std::uint32_t) -> std::optional<Error> {
    hidden_writes += write && bench.timeline.concealing() ? 1 : 0;
    return std::nullopt;
  };
  auto session = bench.open();
  ASSERT_TRUE(session && session->authenticate(bench.password(), kFullRegression));
  EXPECT_EQ(hidden_writes, 4);
}

TEST(Secrecy, AFailureMidwayLeavesNoTrace) {
  for (std::size_t stop = 0; stop < 8; ++stop) {
    SessionBench bench(FakeBoard::transcript("h5_password_full_regression"));
    bench.board.script[6].words.resize(stop);
    bench.board.script.resize(stop == 0 ? 6 : 7);
    auto session = bench.open();
    ASSERT_TRUE(session);
    const auto done = session->authenticate(bench.password(), kFullRegression);
    ASSERT_FALSE(done);
    EXPECT_FALSE(contains_secret(done.error().describe())) << done.error().describe();
    expect_no_trace(bench.timeline);
    EXPECT_FALSE(bench.timeline.concealing());
  }
}

TEST(Secrecy, TheDigestOfAPasswordIsNotWhatTheChipStores) {
  const Crypto crypto = vectors::crypto();
  auto password = Password::from_characters(vectors::kPasswordText);
  ASSERT_TRUE(password);
  ASSERT_EQ(to_hex(password->hash(crypto)), vectors::kPasswordHash);
  const Credential credential(crypto, std::move(*password));
  EXPECT_NE(credential.digest(), vectors::kPasswordHash);
  EXPECT_EQ(credential.digest().size(), 64U);
}

TEST(Secrecy, NoErrorOfAPasswordFileQuotesIt) {
  const Bytes good = vectors::bytes("password/password.bin");
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int change : {0x01, 0x10, 0x80, 0xFF}) {
      Bytes file = good;
      file[at] = static_cast<std::uint8_t>(file[at] ^ change);
      const auto password = Password::parse(Secret(file));
      const std::string message = password ? std::string() : password.error().describe();
      EXPECT_FALSE(contains_secret(message)) << message;
    }
  }
}

}  // namespace
}  // namespace rigor
