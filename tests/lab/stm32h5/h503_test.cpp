// The H503: a password in OTP, which can be given once in its life (debug-authentication.md 14.6, 13; stm32h5.md 5).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using enum ProductState;
constexpr std::uint32_t kMask = 0x08FFF020;

class H503 : public testing::Test {
 protected:
  void use(const Stm32h5Options& options) {
    bench_ = std::make_unique<Bench>(options);
    bench_->start();
  }
  std::uint32_t program(std::uint32_t address, ByteView bytes) {
    if ((bench_->peek(kCr) & 1) != 0) bench_->unlock_flash();
    bench_->poke(kCr, kPg);
    for (std::uint32_t at = 0; at < bytes.size(); at += 2) {
      (void)bench_->write(Ap::core, address + at, load_le16(bytes, at), kPlain, 2);
      bench_->wait_flash();
    }
    return bench_->flash_status() & kErrors;
  }
  void provision() {
    EXPECT_EQ(program(kOtp, password_hash()), 0U);
    EXPECT_EQ(bench_->request_option(0x94, 1) & kRefused, 0U);
  }
  // The integrity word of discovery, its permissions and its crypto system.
  struct Discovery {
    std::uint32_t integrity = 0, permissions = 0, soc_class = 0;
    std::uint8_t crypto = 0;
  };
  Discovery discover() {
    Discovery found;
    if (!open_session(*bench_)) return found;
    const auto answer = request(*bench_, 1);
    if (!answer) return found;
    for (std::size_t at = 0; at + 2 <= answer->data.size();) {
      const std::uint32_t type = answer->data[at] >> 16, words = (answer->data[at + 1] + 3) / 4;
      if (at + 2 + words > answer->data.size() || words == 0) break;
      const std::uint32_t value = answer->data[at + 2];
      if (type == 0x8000) found.integrity = value;
      if (type == 0x0007) found.permissions = value;
      if (type == 0x0003) found.soc_class = value;
      if (type == 0x0102) found.crypto = static_cast<std::uint8_t>(value);
      at += 2 + words;
    }
    return found;
  }
  std::unique_ptr<Bench> bench_;
};

TEST_F(H503, TheWholeLife) {
  Stm32h5Options options = part("stm32h503");
  options.flash_fill = FlashFill::pattern;
  use(options);
  provision();
  EXPECT_EQ(bench_->request_state(provisioning) & kRefused, 0U);
  const Discovery found = discover();
  EXPECT_EQ(found.integrity, 0xEAEAEAEAU);
  EXPECT_EQ(found.permissions, kFullRegression);
  EXPECT_EQ(found.soc_class, 0x474U);
  EXPECT_EQ(found.crypto, 0x80U);
  bench_->restart();
  bench_->request_state(closed);
  bench_->restart();
  EXPECT_EQ(bench_->chip->truth().state, closed);
  EXPECT_FALSE(bench_->read(Ap::core, 0x20000000));

  Bytes wrong = password_text();
  wrong[0] ^= 1;
  EXPECT_EQ(authenticate_password(*bench_, wrong), 1);
  ASSERT_EQ(authenticate_password(*bench_, password_text()), 0);
  bench_->pass(5s);
  bench_->connect();
  EXPECT_EQ(bench_->chip->truth().state, open);
  EXPECT_EQ(bench_->chip->truth().regressions, 1U);
  EXPECT_TRUE(std::ranges::all_of(bench_->chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; }));
  // The password is for ever: neither the regression nor anybody else takes it away.
  EXPECT_TRUE(bench_->chip->truth().record_usable);
  EXPECT_EQ(bench_->peek(kFlashRegisters + 0x90), 1U);
  EXPECT_EQ(bench_->read(Ap::core, kOtp, kPlain, 2), load_le16(password_hash(), 0));
  EXPECT_NE(program(kOtp, password_hash()), 0U) << "the block is locked";
  EXPECT_EQ(bench_->request_option(0x94, 0) & kRefused, kRefused);
}

TEST_F(H503, WhatCountsAsProvisioned) {
  struct Case {
    const char* what;
    std::uint32_t bytes;  // of the hash that are written
    bool twice, locked, needs_lock, provisioned;
  };
  for (const Case& c :
       {Case{"nothing", 0, false, false, false, false}, Case{"all of it", 32, false, false, false, true},
        Case{"all but one half-word", 30, false, true, false, false},
        Case{"a half-word written twice", 32, true, true, false, false},
        Case{"unlocked where the lock counts", 32, false, false, true, false},
        Case{"locked where the lock counts", 32, false, true, true, true}}) {
    Stm32h5Options options = part("stm32h503");
    options.otp_password_needs_lock = c.needs_lock;
    use(options);
    program(kOtp, ByteView(password_hash()).first(c.bytes));
    if (c.twice) program(kOtp, ByteView(password_hash()).first(2));
    if (c.locked) bench_->request_option(0x94, 1);
    bench_->request_state(provisioning);
    EXPECT_EQ(discover().integrity, c.provisioned ? 0xEAEAEAEAU : 0xF5F5F5F5U) << c.what;
    EXPECT_EQ(authenticate_password(*bench_, password_text()), c.provisioned ? 0 : 1) << c.what;
    EXPECT_EQ(bench_->chip->truth().record_valid, c.provisioned) << c.what;
  }
}

TEST_F(H503, AUnitThatIsClosedWithoutAPasswordIsLost) {
  use(part("stm32h503"));
  bench_->request_state(provisioning);
  bench_->request_state(closed);
  EXPECT_TRUE(open_session(*bench_)) << "it answers";
  EXPECT_EQ(authenticate_password(*bench_, password_text()), 1) << "and never opens";
}

TEST_F(H503, TheMaskWordCountsOnlyIfThePartIsSo) {
  for (const bool counts : {false, true})
    for (const std::uint32_t mask : {0x00000000U, 0x00004000U}) {
      Stm32h5Options options = part("stm32h503");
      options.otp_mask_counts = counts;
      use(options);
      Bytes word(4);
      store_le32(word, 0, mask);
      EXPECT_EQ(program(kMask, word), 0U);
      provision();
      bench_->request_state(provisioning);
      EXPECT_EQ(discover().permissions, counts ? mask & kFullRegression : kFullRegression);
    }
}

TEST_F(H503, TakesNoCertificate) {
  Stm32h5Options options = part("stm32h503");
  options.da_record = PlantedRecord::password;
  options.da_credential = password_hash();
  options.state = closed;
  use(options);
  EXPECT_EQ(authenticate(*bench_), 1);
  EXPECT_EQ(authenticate_password(*bench_, password_text()), 0) << "planted as ST's script leaves it";
  EXPECT_EQ(bench_->chip->truth().option_words[word_index(OptionWord::otpblr)], 1U);
}

// There is no provisioning service: its table is not there, and a call ends nowhere (stm32h5.md 6).
TEST_F(H503, HasNoProvisioningService) {
  Stm32h5Options options = part("stm32h503");
  options.state = provisioning;
  use(options);
  EXPECT_NE(bench_->read(Ap::core, 0x0BF9FB68), options.provisioning_entry);
  ASSERT_TRUE(bench_->halt());
  bench_->set_core_register(15, options.provisioning_entry);
  bench_->resume();
  EXPECT_FALSE(bench_->wait_halted(100ms));
  EXPECT_FALSE(bench_->chip->truth().record_valid);
}

}  // namespace
}  // namespace rigor::lab::test
