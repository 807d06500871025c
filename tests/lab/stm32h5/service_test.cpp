// The debug-authentication service (debug-authentication.md 13.2, 13.2b, 13.3).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint16_t kSuccess = 0, kFailure = 1, kMore = 2, kUnsupported = 3, kInvalidCommand = 0x7FFF;
constexpr std::uint16_t kTokenType = 0x0200, kCertificateType = 0x0201, kPasswordType = 0x8000;

std::optional<std::uint16_t> status_of(Bench& bench, std::uint16_t command, const Words& data = {}) {
  const auto answer = request(bench, command, data);
  return answer ? std::optional(answer->status) : std::nullopt;
}

Words certificate(std::size_t index) { return to_words(chain_records("chains/h5_leaf_chain.b64")[index]); }
Words good_token() { return record(kTokenType, token("h5_full_regression")); }

class Service : public testing::Test {
 protected:
  void SetUp() override { use(certificate_part()); }
  void use(const Stm32h5Options& options) {
    bench_ = std::make_unique<Bench>(options, recorded_challenge());
    bench_->start();
    answer_ = open_session(*bench_);
  }
  std::optional<std::uint16_t> status(std::uint16_t command, const Words& data = {}) {
    return status_of(*bench_, command, data);
  }
  bool alive() { return status(1).has_value(); }
  std::unique_ptr<Bench> bench_;
  std::optional<std::uint32_t> answer_;
};

TEST_F(Service, AnswersWithItsWord) {
  EXPECT_EQ(answer_, 0x44414F4BU);
  Stm32h5Options options = certificate_part();
  options.answer_word = 0x53544441;
  use(options);
  EXPECT_EQ(answer_, 0x53544441U);
}

TEST_F(Service, TwoStartsGiveDifferentChallenges) {
  const auto first = request(*bench_, 2), second = request(*bench_, 2);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->data.size(), 9U);
  EXPECT_EQ(first->data[0], 1U);
  EXPECT_NE(first->data, second->data);
}

TEST_F(Service, ATokenForTheOlderChallengeEndsTheSession) {
  EXPECT_EQ(status(2), kSuccess);
  EXPECT_EQ(status(2), kSuccess);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(status(3, certificate(i)), kMore);
  EXPECT_EQ(status(3, good_token()), kFailure);
  EXPECT_FALSE(alive());
}

TEST_F(Service, CommandsThatAlwaysWork) {
  EXPECT_EQ(status(1), kSuccess);
  EXPECT_EQ(status(4), kInvalidCommand);
  EXPECT_EQ(status(7), kUnsupported);
  EXPECT_EQ(status(0x100), kInvalidCommand);
  EXPECT_EQ(status(0x8001), kInvalidCommand);
  EXPECT_EQ(status(6), kSuccess);
  EXPECT_EQ(status(5), kSuccess);
  EXPECT_FALSE(alive()) << "resume ends the service";
  EXPECT_EQ(bench_->chip->truth().stage, Stage::user);
}

TEST_F(Service, CloseSessionWhereItIsKnown) {
  Stm32h5Options options = certificate_part();
  options.close_session = true;
  use(options);
  EXPECT_EQ(status(4), kSuccess);
  EXPECT_FALSE(alive());
}

TEST_F(Service, MalformedResponsesEndIt) {
  const Bytes leaf = chain_records("chains/h5_leaf_chain.b64")[0];
  struct Case {
    const char* what;
    Words data;
  };
  Words long_length = certificate(0);
  long_length[1] = 0x400;
  Words reserved = certificate(0);
  reserved[0] |= 1;
  for (const Case& c :
       {Case{"no data", {}}, Case{"one word", {0x02010000}}, Case{"length beyond the data", long_length},
        Case{"reserved field", reserved}, Case{"tiny certificate", record(kCertificateType, Bytes(52, 1))},
        Case{"leaf before a root", certificate(2)}}) {
    use(certificate_part());
    ASSERT_EQ(status(2), kSuccess);
    EXPECT_EQ(status(3, c.data), kFailure) << c.what;
    EXPECT_FALSE(alive()) << c.what;
  }
}

TEST_F(Service, SomeFailuresLeaveTheSessionOpen) {
  Bytes version = chain_records("chains/h5_leaf_chain.b64")[0];
  version[8] = 2;
  ASSERT_EQ(status(2), kSuccess);
  EXPECT_EQ(status(3, record(0x0202, Bytes(8, 0))), kFailure) << "unknown record";
  EXPECT_EQ(status(3, good_token()), kFailure) << "token before a certificate";
  EXPECT_EQ(status(3, to_words(version)), kFailure) << "major version 2";
  EXPECT_EQ(status(3, record(kPasswordType, password_text())), kFailure) << "password in certificate mode";
  EXPECT_EQ(status(3, certificate(0)), kMore);
  EXPECT_EQ(status(3, certificate(1)), kMore);
  EXPECT_EQ(status(3, good_token()), kFailure) << "a chain that stops at an intermediate";
  EXPECT_EQ(status(3, certificate(2)), kMore);
  EXPECT_EQ(status(3, good_token()), kSuccess);
}

TEST_F(Service, CertificatesBeforeTheStartAreRefused) {
  EXPECT_EQ(status(3, certificate(0)), kFailure);
  EXPECT_FALSE(alive());
}

TEST_F(Service, TheRootMustBeTheProvisionedOne) {
  Stm32h5Options options = certificate_part();
  options.da_credential = password_hash();
  use(options);
  ASSERT_EQ(status(2), kSuccess);
  EXPECT_EQ(status(3, certificate(0)), kFailure);
}

TEST_F(Service, AShortTokenEndsIt) {
  ASSERT_EQ(status(2), kSuccess);
  for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(status(3, certificate(i)), kMore);
  EXPECT_EQ(status(3, record(kTokenType, Bytes(24, 1))), kFailure);
  EXPECT_FALSE(alive());
}

// The restricted chain grants bits 5, 4 and 1 only; the token asks for bit 14.
TEST_F(Service, APermissionTheChainRemoves) {
  for (const bool deny : {true, false}) {
    Stm32h5Options options = certificate_part();
    options.deny_uncovered = deny;
    Bench bench(options, recorded_challenge());
    bench.start();
    EXPECT_EQ(authenticate(bench, "h5_full_regression", "chains/h5_restricted_leaf_chain.b64"),
              deny ? kFailure : kSuccess);
    bench.pass(5s);
    EXPECT_EQ(bench.chip->truth().state, ProductState::closed);
  }
}

TEST_F(Service, TheObkMaskCountsToo) {
  Stm32h5Options options = certificate_part();
  options.da_permissions = 0x0020;
  Bench bench(options, recorded_challenge());
  bench.start();
  EXPECT_EQ(authenticate(bench), kFailure);
}

TEST_F(Service, DebugIsReopenedUntilAReset) {
  Bench bench(certificate_part(), recorded_challenge());
  bench.start();
  EXPECT_FALSE(bench.read(Ap::core, 0x20000000));
  EXPECT_EQ(authenticate(bench, "h5_level2_secure"), kSuccess);
  bench.pass(100ms);
  EXPECT_TRUE(bench.chip->truth().debug_reopened);
  EXPECT_TRUE(bench.read(Ap::core, 0x20000000));
  EXPECT_TRUE(bench.read(Ap::core, 0x30000000, kSecure));
  bench.restart();
  EXPECT_FALSE(bench.read(Ap::core, 0x20000000));
}

TEST_F(Service, DebugCanSurviveAResetUntilPowerOff) {
  Bench bench(certificate_part(), recorded_challenge());
  bench.start();
  ASSERT_EQ(authenticate(bench, "h5_level2_secure"), kSuccess);
  bench.pass(100ms);
  ASSERT_TRUE(bench.write(Ap::system, 0xE0044004, 1U << 16));  // DCRT
  bench.restart();
  EXPECT_TRUE(bench.read(Ap::core, 0x20000000));
  bench.power(false);
  bench.pass(100ms);
  bench.start();
  EXPECT_FALSE(bench.read(Ap::core, 0x20000000));
}

TEST_F(Service, PasswordRules) {
  struct Case {
    const char* what;
    Bytes password;
    std::uint16_t status;
  };
  Bytes wrong = password_text();
  wrong.back() ^= 1;
  Bytes newline = password_text();
  newline.push_back('\n');
  for (const Case& c : {Case{"right", password_text(), kSuccess}, Case{"wrong", wrong, kFailure},
                        Case{"too long", newline, kFailure}, Case{"too short", Bytes(3, 'x'), kFailure}}) {
    Bench bench(password_part());
    bench.start();
    EXPECT_EQ(authenticate_password(bench, c.password), c.status) << c.what;
  }
}

TEST_F(Service, PasswordTriesMayBeCounted) {
  Stm32h5Options options = password_part();
  options.password_tries = 1;
  Bench bench(options);
  bench.start();
  EXPECT_EQ(authenticate_password(bench, Bytes(8, 'x')), kFailure);
  EXPECT_EQ(authenticate_password(bench, password_text()), kFailure);
  bench.power(false);
  bench.pass(100ms);
  bench.start();
  EXPECT_EQ(authenticate_password(bench, password_text()), kSuccess);
}

TEST_F(Service, MethodFollowsTrustZoneAndNotTheRecord) {
  Stm32h5Options options = certificate_part();
  options.tzen = false;  // a key hash with TZEN off: locked out
  use(options);
  ASSERT_EQ(status(2), kSuccess);
  EXPECT_EQ(status(3, certificate(0)), kFailure);
  EXPECT_EQ(status(3, record(kPasswordType, password_text())), kFailure);
  EXPECT_FALSE(alive());
}

TEST_F(Service, WithoutAValidRecordNothingOpens) {
  for (const bool damaged : {false, true}) {
    Stm32h5Options options = password_part();
    if (damaged)
      options.da_record_damaged = true;
    else
      options.da_record = PlantedRecord::none;
    use(options);
    const auto discovery = request(*bench_, 1);
    ASSERT_TRUE(discovery);
    EXPECT_TRUE(std::ranges::count(discovery->data, 0xF5F5F5F5U) == 1);
    ASSERT_EQ(status(2), kSuccess);
    EXPECT_EQ(status(3, record(kPasswordType, password_text())), kFailure);
  }
}

TEST_F(Service, DiscoveryVariants) {
  Stm32h5Options options = certificate_part();
  const auto discovery = [&](const auto& change) {
    Stm32h5Options changed = options;
    change(changed);
    use(changed);
    return request(*bench_, 1).value_or(Packet{}).data;
  };
  const Words plain = discovery([](auto&) {});
  EXPECT_EQ(plain.size(), 48U);
  EXPECT_EQ(discovery([](auto& o) { o.packed_discovery = true; }).size(), 46U);
  EXPECT_EQ(discovery([](auto& o) { o.trailing_words = 3; }).size(), 51U);
  EXPECT_EQ(discovery([](auto& o) { o.unknown_record = true; }).size(), 52U);
  EXPECT_EQ(discovery([](auto& o) { o.vendor_word = 0x2000; })[5], 0x2000U);
  EXPECT_EQ(plain[8], 0x478U);
  EXPECT_EQ(plain[11], options.uid[0]);
  EXPECT_EQ(discovery([](auto& o) { o.soc_id_zero = true; })[11], 0U);
  EXPECT_EQ(plain[17], 0x5077U);
  EXPECT_EQ(discovery([](auto& o) { o.da_permissions = 0x4040; })[17], 0x4040U);
  EXPECT_EQ(discovery([](auto& o) { o.da_permissions = 0x4040, o.permissions_before_obk = true; })[17], 0x5077U);
  EXPECT_EQ(plain[23], 0x3072U);
  EXPECT_EQ(discovery([](auto& o) { o.psa_lifecycle_only = true; })[23], 0x3000U);
  EXPECT_EQ(discovery([](auto& o) { o.state = ProductState::provisioning; })[23], 0x2017U);
  EXPECT_EQ(discovery([](auto& o) { o.state = ProductState::provisioning; })[11], 0U) << "SoC id";
  EXPECT_EQ(discovery([](auto& o) { o.state = ProductState::tz_closed; })[23], 0x30C6U);
}

TEST_F(Service, GivesUpOnASilentHost) {
  ASSERT_TRUE(put_word(*bench_, 1U << 16));  // half a header
  bench_->pass(1100ms);
  EXPECT_EQ(bench_->chip->truth().stage, Stage::user);
  use(certificate_part());
  bench_->pass(9s);
  EXPECT_TRUE(alive()) << "between packets it waits longer";
  bench_->pass(11s);
  EXPECT_FALSE(alive());
}

TEST_F(Service, PlantedFaults) {
  Stm32h5Options options = certificate_part();
  options.fault_challenge_bytes = 37;
  options.fault_challenge_major = 2;
  use(options);
  const auto challenge = request(*bench_, 2);
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->data.size(), 11U);
  EXPECT_EQ(challenge->data[0], 2U);

  options = certificate_part();
  options.fault_data_count = -1;
  use(options);
  EXPECT_EQ(request(*bench_, 1).value_or(Packet{}).data.size(), 47U);

  options = certificate_part();
  options.fault_silent_after = 5;
  use(options);
  EXPECT_FALSE(request(*bench_, 1));

  options = certificate_part();
  options.fault_reset_after = 5;
  use(options);
  const std::uint32_t resets = bench_->chip->truth().resets;
  EXPECT_FALSE(request(*bench_, 1));
  EXPECT_EQ(bench_->chip->truth().resets, resets + 1);

  options = password_part();
  options.fault_final_status = 4;
  Bench bench(options);
  bench.start();
  EXPECT_EQ(authenticate_password(bench, password_text()), 4);
  bench.pass(5s);
  EXPECT_EQ(bench.chip->truth().state, ProductState::closed);
}

TEST_F(Service, LockingMayBarFurtherSessionsUntilPowerOff) {
  Stm32h5Options options = certificate_part();
  options.lock_until_power_cycle = true;
  use(options);
  EXPECT_EQ(status(6), kSuccess);
  EXPECT_FALSE(open_session(*bench_));
  bench_->power(false);
  bench_->pass(100ms);
  bench_->start();
  EXPECT_TRUE(open_session(*bench_));
}

}  // namespace
}  // namespace rigor::lab::test
