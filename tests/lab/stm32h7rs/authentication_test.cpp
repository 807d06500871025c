// Debug authentication and regression of this family (debug-authentication.md 6 to 12, stm32h7rs.md 8, lifecycle.md 2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;
using h7rs::Stage;
using testing::ElementsAre;

// Root and leaf of the synthetic keys, and a token for `permissions`; the statuses of the answers.
std::vector<std::uint16_t> ask(H7Bench& bench, std::uint32_t permissions, std::uint32_t leaf = 0x4007) {
  CertificateFields root{.soc_class = 0x485, .permissions = 0x5007};
  CertificateFields end{.role = 3, .soc_class = 0x485, .permissions = leaf};
  return offer(bench, root, end, permissions);
}

TEST(H7Authentication, DiscoveryOfAClosedPartIsTheRecordedOne) {
  H7Bench bench(certificate_part());
  bench.start();
  ASSERT_TRUE(open_session(bench));
  const auto packet = request(bench, 1);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->status, 0);
  EXPECT_THAT(discovered(*packet, 0x0003), ElementsAre(0x485));
  EXPECT_THAT(discovered(*packet, 0x0004), ElementsAre(0x00450059, 0x30335112, 0x38323634, 0));
  EXPECT_THAT(discovered(*packet, 0x0007), ElementsAre(0x4007, 0, 0, 0x80000000));
  EXPECT_THAT(discovered(*packet, 0x0008), ElementsAre(0x3072));
  EXPECT_THAT(discovered(*packet, 0x000A), ElementsAre(1));
  EXPECT_THAT(discovered(*packet, 0x0102), ElementsAre(1));
  EXPECT_THAT(discovered(*packet, 0x8000), ElementsAre(0xEAEAEAEA));
  EXPECT_THAT(discovered(*packet, 0x8001), ElementsAre(0xA));
  EXPECT_THAT(discovered(*packet, 0x8003), ElementsAre(0));
}

TEST(H7Authentication, DiscoveryByRecord) {
  struct Case {
    Stm32h7rsOptions options;
    std::uint32_t method, integrity, mask, high;
  };
  Stm32h7rsOptions bare;
  bare.state = VirtualState::provisioning;
  Stm32h7rsOptions damaged = certificate_part();
  damaged.da_record_damaged = true;
  Stm32h7rsOptions narrow = certificate_part();
  narrow.forced_download = false;
  narrow.da_permissions = 0x4000;
  for (const Case& c : {Case{password_part(), 0x80, 0xEAEAEAEA, 0x4000, 0}, Case{bare, 1, 0xF5F5F5F5, 0x4007, 1U << 31},
                        Case{damaged, 1, 0xF5F5F5F5, 0x4007, 1U << 31}, Case{narrow, 1, 0xEAEAEAEA, 0x4000, 0}}) {
    H7Bench bench(c.options);
    bench.start();
    ASSERT_TRUE(open_session(bench));
    const auto packet = request(bench, 1);
    ASSERT_TRUE(packet);
    EXPECT_THAT(discovered(*packet, 0x0102), ElementsAre(c.method));
    EXPECT_THAT(discovered(*packet, 0x8000), ElementsAre(c.integrity));
    EXPECT_THAT(discovered(*packet, 0x0007), ElementsAre(c.mask, 0, 0, c.high));
  }
}

// A part whose DBG_AUTH is not what its record says, or that has neither.
struct DebugAuth {
  const char* name;
  VirtualState state;
  PlantedRecord record;
  std::uint32_t code;  // DBG_AUTH
  bool by_option;      // the answers below, when the option decides
  std::uint32_t option_method, option_integrity;
  bool by_record;  // and when the record does
  std::uint32_t record_method, record_integrity;
};

void PrintTo(const DebugAuth& part, std::ostream* out) { *out << part.name; }

class H7DebugAuth : public ::testing::TestWithParam<DebugAuth> {
 protected:
  static Stm32h7rsOptions part(bool option_decides) {
    const DebugAuth& c = GetParam();
    Stm32h7rsOptions options = c.record == PlantedRecord::password ? password_part(c.state) : certificate_part(c.state);
    options.da_record = c.record;
    options.option_words[static_cast<std::size_t>(OptionWord::rotsr)] = 0x6A00006A | c.code << 8;
    options.debug_auth_option_decides = option_decides;
    return options;
  }
  static void expect(const Stm32h7rsOptions& options, bool answers, std::uint32_t method, std::uint32_t integrity) {
    H7Bench bench(options);
    bench.start();
    ASSERT_EQ(open_session(bench).has_value(), answers);
    if (!answers) return;
    const auto packet = request(bench, 1);
    ASSERT_TRUE(packet);
    EXPECT_THAT(discovered(*packet, 0x0102), ElementsAre(method));
    EXPECT_THAT(discovered(*packet, 0x8000), ElementsAre(integrity));
  }
};

constexpr auto kInClosed = VirtualState::closed, kInProvisioning = VirtualState::provisioning;
constexpr auto kBare = PlantedRecord::none, kWithPassword = PlantedRecord::password,
               kWithCertificate = PlantedRecord::certificate;

INSTANTIATE_TEST_SUITE_P(
    Parts, H7DebugAuth,
    ::testing::Values(DebugAuth{"as_provisioned", kInClosed, kWithCertificate, 0x51, true, 1, kGood, true, 1, kGood},
                      DebugAuth{"locked", kInClosed, kWithCertificate, 0xB4, false, 0, 0, true, 1, kGood},
                      DebugAuth{"locked_in_provisioning", kInProvisioning, kBare, 0xB4, false, 0, 0, true, 1, kBad},
                      DebugAuth{"none", kInClosed, kWithCertificate, 0xFF, false, 0, 0, true, 1, kGood},
                      DebugAuth{"delegated", kInClosed, kWithPassword, 0x6F, false, 0, 0, true, 0x80, kGood},
                      DebugAuth{"another_method", kInClosed, kWithPassword, 0x51, true, 1, kGood, true, 0x80, kGood},
                      DebugAuth{"nothing", kInClosed, kBare, 0xFF, false, 0, 0, false, 0, 0},
                      DebugAuth{"nothing_in_provisioning", kInProvisioning, kBare, 0xFF, true, 1, kBad, true, 1, kBad}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(H7DebugAuth, IsDecidedByTheOption) {
  expect(part(true), GetParam().by_option, GetParam().option_method, GetParam().option_integrity);
}

TEST_P(H7DebugAuth, OrByTheRecord) {
  expect(part(false), GetParam().by_record, GetParam().record_method, GetParam().record_integrity);
}

TEST_P(H7DebugAuth, WithoutAMethodAClosedPartMayTellWhoItIs) {
  Stm32h7rsOptions options = part(true);
  options.da_without_method_in_closed = true;
  const bool no_method = GetParam().code == 0xFF || GetParam().code == 0x6F;
  const bool answers = GetParam().by_option || no_method;
  expect(options, answers, no_method ? 1 : GetParam().option_method, no_method ? kBad : GetParam().option_integrity);
}

TEST_P(H7DebugAuth, WithoutAMethodAPartInProvisioningMayBeSilent) {
  Stm32h7rsOptions options = part(true);
  options.da_without_method_in_provisioning = false;
  const bool silent = GetParam().state == kInProvisioning;
  expect(options, GetParam().by_option && !silent, GetParam().option_method, GetParam().option_integrity);
}

TEST(H7Authentication, TheMailboxIsLookedAtAfterNrstAlone) {
  H7Bench bench(certificate_part());
  bench.start();
  EXPECT_TRUE(bench.write(Ap::system, 0xE00E1100, kMagic));
  EXPECT_FALSE(get_word(bench, 1s)) << "nobody moved NRST";
  bench.restart();
  EXPECT_EQ(get_word(bench), 0x44414F4BU);
}

TEST(H7Authentication, TheMailboxMayBeLookedAtForAWhile) {
  for (const bool waits : {false, true}) {
    Stm32h7rsOptions options = certificate_part();
    options.rss_looks_for = waits ? 100ms : 0ms;
    H7Bench bench(options);
    bench.start();
    bench.hold_reset();
    bench.release_reset();
    bench.pass(100ms);
    EXPECT_TRUE(bench.write(Ap::system, 0xE00E1100, kMagic));
    EXPECT_EQ(get_word(bench).has_value(), waits);
  }
}

struct Regressed {
  const char* name;
  bool wrp, hide, users;
};

TEST(H7Regression, EndStateByOption) {
  for (const Regressed& c : {Regressed{"kept", false, false, false}, Regressed{"wrp", true, false, false},
                             Regressed{"hide", false, true, false}, Regressed{"users", false, false, true}}) {
    Stm32h7rsOptions options = certificate_part();
    options.regression_restores_wrp = c.wrp;
    options.regression_restores_hdp = c.hide;
    options.regression_restores_user_options = c.users;
    options.flash_fill = FlashFill::pattern;
    const auto word = [&](OptionWord which) -> auto& { return options.option_words[static_cast<std::size_t>(which)]; };
    word(OptionWord::wrpsr) = 0;
    word(OptionWord::hdpsr) = 0x000F0000;
    word(OptionWord::otplsr) = 0x0003;
    word(OptionWord::obw1sr) = 0x300000D0;
    word(OptionWord::epochsr) = 7;
    H7Bench bench(options);
    bench.start();
    EXPECT_THAT(ask(bench, 0x4000), ElementsAre(2, 2, 0)) << c.name;
    bench.pass(2s);
    const Stm32h7rsTruth truth = bench.chip->truth();
    EXPECT_EQ(truth.regressions, 1U);
    EXPECT_EQ(truth.state, VirtualState::open);
    EXPECT_TRUE(truth.nvstate_open);
    EXPECT_FALSE(truth.record_valid);
    EXPECT_EQ(truth.keys, 0U);
    const auto after = [&](OptionWord which) { return truth.option_words[static_cast<std::size_t>(which)]; };
    EXPECT_EQ(after(OptionWord::wrpsr), c.wrp ? 0xFFU : 0U) << c.name;
    EXPECT_EQ(after(OptionWord::hdpsr), c.hide ? 1U : 0x000F0000U) << c.name;
    EXPECT_EQ(after(OptionWord::obw1sr) == 0x300000D0, !c.users) << c.name;
    EXPECT_EQ(after(OptionWord::rotsr) & 0xFFFF, 0xFF6AU) << "not provisioned, no method";
    EXPECT_EQ(after(OptionWord::otplsr), 3U);
    EXPECT_EQ(after(OptionWord::epochsr), 7U);
    bench.connect();
    EXPECT_EQ(bench.peek(kFlash), 0xFFFFFFFFU);
    EXPECT_EQ(bench.erase(8), c.wrp ? kEop : kWrpErr) << "the trap of the kept protection";
    EXPECT_FALSE(open_session(bench)) << "OPEN does not answer";
  }
}

TEST(H7Regression, ByPasswordAndOnlyByTheRightOne) {
  for (const bool right : {false, true}) {
    H7Bench bench(password_part());
    bench.start();
    EXPECT_EQ(authenticate_password(bench, right ? password_text() : Bytes(16, 'x')), right ? 0 : 1);
    bench.pass(2s);
    EXPECT_EQ(bench.chip->truth().state, right ? VirtualState::open : VirtualState::closed);
  }
}

TEST(H7Regression, FromProvisioningAsWell) {
  H7Bench bench(certificate_part(VirtualState::provisioning));
  bench.start();
  EXPECT_THAT(ask(bench, 0x4000), ElementsAre(2, 2, 0));
  bench.pass(2s);
  EXPECT_EQ(bench.chip->truth().state, VirtualState::open);
}

TEST(H7Regression, PowerLostInTheMiddleIsMadeUpForAtTheNextBoot) {
  Stm32h7rsOptions options = certificate_part();
  options.flash_fill = FlashFill::zeros;
  H7Bench bench(options);
  bench.start();
  EXPECT_THAT(ask(bench, 0x4000), ElementsAre(2, 2, 0));
  bench.pass(5ms);
  EXPECT_EQ(bench.chip->truth().stage, Stage::regressing);
  bench.power(false);
  EXPECT_EQ(bench.chip->truth().state, VirtualState::closed);
  bench.power(true);
  bench.pass(2s);
  EXPECT_EQ(bench.chip->truth().state, VirtualState::open);
  EXPECT_EQ(bench.chip->flash()[0], 0xFF);
}

TEST(H7Regression, AccessPortOneSettles) {
  for (const bool drops : {false, true}) {
    Stm32h7rsOptions options = certificate_part();
    options.regression_settle = 1s;
    options.regression_drops_swd = drops;
    H7Bench bench(options);
    bench.start();
    EXPECT_THAT(ask(bench, 0x4000), ElementsAre(2, 2, 0));
    bench.pass(300ms);
    EXPECT_EQ(bench.connect(), !drops);
    EXPECT_FALSE(bench.read(Ap::core, 0x24000000));
    bench.pass(1s);
    bench.connect();
    EXPECT_TRUE(bench.read(Ap::core, 0x24000000));
  }
}

TEST(H7Authentication, WhatEachBitGrants) {
  struct Case {
    std::uint32_t permissions;
    Stage stage;
    bool core_port, hidden;
  };
  for (const Case& c :
       {Case{0x1, Stage::user, true, false}, Case{0x2, Stage::user, true, true}, Case{0x4, Stage::user, true, true}}) {
    Stm32h7rsOptions options = certificate_part();
    options.flash_fill = FlashFill::pattern;
    options.option_words[static_cast<std::size_t>(OptionWord::hdpsr)] = 0x000F0000;
    H7Bench bench(options);
    bench.start();
    EXPECT_THAT(ask(bench, c.permissions), ElementsAre(2, 2, 0)) << c.permissions;
    bench.pass(100ms);
    EXPECT_EQ(bench.chip->truth().stage, c.stage) << c.permissions;
    EXPECT_TRUE(bench.chip->truth().debug_reopened) << c.permissions;
    EXPECT_EQ(bench.read(Ap::core, 0x24000000).has_value(), c.core_port) << c.permissions;
    EXPECT_EQ(bench.peek(kFlash + 4) == 0, c.hidden) << c.permissions;
    EXPECT_EQ(bench.call(kGetState, {}), 0x72U) << "a debugger that was let in may ask";
    EXPECT_EQ(bench.call(kSetState, {0x5C, 0, 0, 0}), kBad) << "and change nothing";
    bench.restart();
    EXPECT_FALSE(bench.read(Ap::core, 0x24000000)) << "a reset closes it";
  }
}

TEST(H7Authentication, ForcedDownloadStartsTheBootloader) {
  for (const bool offered : {true, false}) {
    Stm32h7rsOptions options = certificate_part();
    options.forced_download = offered;
    H7Bench bench(options, recorded_challenge());
    bench.start();
    EXPECT_EQ(authenticate(bench, "h7rs_forced_download", "chains/h7rs_leaf_chain.b64"), offered ? 0 : 1);
    bench.pass(100ms);
    EXPECT_EQ(bench.chip->truth().stage, offered ? Stage::bootloader : Stage::user);
    EXPECT_EQ(bench.chip->truth().regressions, 0U);
  }
}

TEST(H7Authentication, TheSyntheticChainOpensLevelOneAndOneWithoutItsBitDoesNot) {
  for (const bool own : {true, false}) {
    H7Bench bench(certificate_part(), recorded_challenge());
    bench.start();
    EXPECT_EQ(authenticate(bench, "h7rs_level1",
                           own ? "chains/h7rs_leaf_chain.b64" : "chains/h5_restricted_leaf_chain.b64") == 0,
              own);
    bench.pass(100ms);
    EXPECT_EQ(bench.chip->truth().debug_reopened, own);
  }
}

TEST(H7Authentication, RefusalsLeaveThePartClosed) {
  struct Case {
    const char* name;
    Stm32h7rsOptions options;
    std::uint32_t permissions, leaf;
  };
  Stm32h7rsOptions stranger = certificate_part(), damaged = certificate_part(), plain = certificate_part(),
                   narrow = certificate_part();
  stranger.da_credential = password_hash();
  damaged.da_record_damaged = true;
  plain.da_encrypted = false;
  narrow.da_permissions = 0x0001;
  for (const Case& c : {Case{"another root key", stranger, 0x4000, 0x4007}, Case{"damaged", damaged, 0x4000, 0x4007},
                        Case{"wrong flag", plain, 0x4000, 0x4007}, Case{"record's mask", narrow, 0x4000, 0x4007},
                        Case{"leaf's mask", certificate_part(), 0x4000, 0x0007},
                        Case{"bit 12 exists on no part", certificate_part(), 0x1000, 0x5007}}) {
    H7Bench bench(c.options);
    bench.start();
    const auto statuses = ask(bench, c.permissions, c.leaf);
    ASSERT_FALSE(statuses.empty()) << c.name;
    EXPECT_EQ(statuses.back(), 1) << c.name;
    bench.pass(2s);
    EXPECT_EQ(bench.chip->truth().state, VirtualState::closed) << c.name;
    EXPECT_EQ(bench.chip->truth().regressions, 0U) << c.name;
  }
}

TEST(H7Authentication, CommandSixClosesWhatWasReopened) {
  H7Bench bench(certificate_part());
  bench.start();
  EXPECT_TRUE(bench.write(Ap::system, 0xE00E1004, 1U << 16)) << "DCRT keeps rights over a reset";
  EXPECT_THAT(ask(bench, 1), ElementsAre(2, 2, 0));
  bench.restart();
  EXPECT_TRUE(bench.chip->truth().debug_reopened);
  ASSERT_TRUE(open_session(bench));
  EXPECT_EQ(request(bench, 6)->status, 0);
  EXPECT_FALSE(bench.chip->truth().debug_reopened);
}

}  // namespace
}  // namespace rigor::lab::test
