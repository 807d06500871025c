// OTP and high-cycle data: half-words with a code of their own (stm32h5.md 2, 3.5, 5).
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kEccDetr = kFlashRegisters + 0x104, kEccDr = kFlashRegisters + 0x108;
constexpr std::uint32_t kBusy = 1, kDbne = 8;
constexpr std::uint32_t kData = 0x09000000, kDataBank2 = 0x0900C000;
constexpr std::uint32_t kTwoSectors = 1U << 15 | 1;  // EDATAxR: enabled, the last two sectors

struct Area {
  const char* name;
  std::uint32_t address;
  std::uint32_t detected;  // ECCDETR of its first half-word
};
// The last sector of bank 1 is at +0xA800 of the high-cycle data, whatever the number of sectors.
const Area kAreas[] = {{"OTP", kOtp, 1U << 31 | 1U << 24},
                       {"high-cycle data", kData + 0xA800, 1U << 31 | 1U << 21 | 0xA800 / 2}};

class HalfWords : public testing::Test {
 protected:
  void use(Stm32h5Options options) {
    options.option_words[word_index(OptionWord::edata1)] = kTwoSectors;
    bench_ = std::make_unique<Bench>(options);
    bench_->start();
    bench_->unlock_flash();
    bench_->poke(kCr, kPg);
  }
  std::uint32_t program(std::uint32_t address, std::uint32_t value, unsigned size = 2) {
    (void)bench_->write(Ap::core, address, value, kPlain, size);
    bench_->wait_flash();
    return bench_->flash_status() & (kEop | kErrors);
  }
  void clear() { bench_->poke(kCcr, 0x00FF0000); }
  std::unique_ptr<Bench> bench_;
};

TEST_F(HalfWords, AreWrittenOnce) {
  for (const Area& area : kAreas) {
    use(part("stm32h563"));
    (void)bench_->write(Ap::core, area.address, 0x1234, kPlain, 2);
    EXPECT_EQ(bench_->flash_status() & (kBusy | kDbne), kBusy | kDbne) << area.name;
    bench_->pass(32us);
    EXPECT_EQ(bench_->flash_status(), kEop) << area.name;
    EXPECT_EQ(bench_->read(Ap::core, area.address, kPlain, 2), 0x1234U) << area.name;
    EXPECT_EQ(bench_->read(Ap::core, area.address + 1, kPlain, 1), 0x12U) << area.name;
    EXPECT_EQ(bench_->peek(kEccDetr), 0U) << area.name;
  }
}

TEST_F(HalfWords, ASecondWriteIsReportedAndCorrupts) {
  struct Case {
    RewriteFlag option;
    std::uint32_t flag;
  };
  for (const Area& area : kAreas)
    for (const Case& c : {Case{RewriteFlag::none, 0}, Case{RewriteFlag::sequence, kPgsErr},
                          Case{RewriteFlag::inconsistency, kIncErr}, Case{RewriteFlag::write_protection, kWrpErr}}) {
      Stm32h5Options options = part("stm32h563");
      options.rewrite_flag = c.option;
      use(options);
      EXPECT_EQ(program(area.address, 0x1234), kEop) << area.name;
      EXPECT_EQ(program(area.address, 0x1234) & kErrors, c.flag) << area.name << ": the same value even";
      EXPECT_FALSE(bench_->read(Ap::core, area.address, kPlain, 2)) << area.name;
      EXPECT_EQ(bench_->peek(kEccDetr), area.detected) << area.name;
      EXPECT_EQ(bench_->peek(kEccDr), 0x1234U) << area.name << ": not a virgin one";
    }
}

TEST_F(HalfWords, VirginOnesHaveNoCode) {
  for (const bool faults : {false, true})
    for (const Area& area : kAreas) {
      Stm32h5Options options = part("stm32h563");
      options.virgin_otp_faults = options.virgin_high_cycle_faults = faults;
      use(options);
      EXPECT_EQ(bench_->read(Ap::core, area.address, kPlain, 2), faults ? std::nullopt : std::optional(0xFFFFU));
      EXPECT_EQ(bench_->peek(kEccDetr), area.detected) << area.name;
      EXPECT_EQ(bench_->peek(kEccDr), 0xFFFFU) << area.name;
      (void)bench_->read(Ap::core, area.address + 2, kPlain, 2);
      EXPECT_EQ(bench_->peek(kEccDetr), area.detected) << "the first address is kept";
      bench_->poke(kEccDetr, 1U << 31);
      EXPECT_EQ(bench_->peek(kEccDetr), 0U) << area.name;
      (void)bench_->read(Ap::core, area.address + 2, kPlain, 2);
      EXPECT_EQ(bench_->peek(kEccDetr), area.detected + 1) << area.name;
    }
}

TEST_F(HalfWords, TakeNothingElse) {
  for (const Area& area : kAreas) {
    use(part("stm32h563"));
    EXPECT_EQ(program(area.address, 1, 4), kStrbErr) << area.name;
    clear();
    EXPECT_EQ(program(area.address, 1, 1), kStrbErr) << area.name;
    clear();
    bench_->poke(kCr, 0);
    EXPECT_EQ(program(area.address, 1), kPgsErr) << area.name << ": without PG";
    clear();
    EXPECT_EQ(bench_->read(Ap::core, area.address, kPlain, 2), 0xFFFFU) << area.name;
  }
}

TEST_F(HalfWords, OtpBlocksAreLockedForEver) {
  for (const char* name : {"stm32h503", "stm32h523", "stm32h563"})
    for (const std::uint32_t block : {0U, 1U, 31U}) {
      use(part(name));
      EXPECT_EQ(bench_->request_option(0x94, 1U << block) & kRefused, 0U) << name;
      EXPECT_EQ(program(kOtp + 64 * block, 1) & kErrors, kWrpErr) << name << block;
      clear();
      EXPECT_EQ(program(kOtp + 64 * block + 62, 1) & kErrors, kWrpErr) << name << block;
      clear();
      EXPECT_EQ(program(kOtp + (64 * block + 64) % 2048, 1) & kErrors, 0U) << "the next block of " << name;
      EXPECT_EQ(bench_->request_option(0x94, 0) & kRefused, kRefused) << name;
      EXPECT_EQ(bench_->peek(kFlashRegisters + 0x90), 1U << block) << name;
    }
}

TEST_F(HalfWords, HighCycleDataLieInTheLastSectors) {
  use(part("stm32h523"));
  for (const auto& [address, there] : {std::pair{kData, false},
                                       {kData + 0x8FFE, false},
                                       {kData + 0x9000, true},
                                       {kData + 0xBFFE, true},
                                       {kDataBank2, false},
                                       {kDataBank2 + 0xA800, false}})
    EXPECT_EQ(bench_->read(Ap::core, address, kPlain, 2).has_value(), there) << std::hex << address;
  const std::uint32_t user = kFlash + 30 * 0x2000;  // the last but one sector of bank 1
  EXPECT_FALSE(bench_->read(Ap::core, user)) << "no user flash any more";
  EXPECT_TRUE(bench_->read(Ap::core, user - 4));
  EXPECT_FALSE(bench_->write(Ap::core, user, 1));
}

TEST_F(HalfWords, TheWrongRangeMayReadZeroInstead) {
  Stm32h5Options options = part("stm32h523");
  options.high_cycle_wrong_range = WrongRange::zero;
  use(options);
  EXPECT_EQ(bench_->read(Ap::core, kFlash + 31 * 0x2000), 0U);
  EXPECT_EQ(bench_->read(Ap::core, kData), 0U);
}

TEST_F(HalfWords, HighCycleDataAreErasedWithTheirSector) {
  use(part("stm32h523"));
  const std::uint32_t last = kData + 0xA800, before = kData + 0x9000;
  EXPECT_EQ(program(last, 7) & kErrors, 0U);
  EXPECT_EQ(program(before, 8) & kErrors, 0U);
  bench_->poke(kCr, kSer | 31U << 6 | kStrt);
  bench_->wait_flash();
  EXPECT_EQ(bench_->read(Ap::core, last, kPlain, 2), 0xFFFFU);
  EXPECT_EQ(bench_->read(Ap::core, before, kPlain, 2), 8U);
  bench_->poke(kCr, kPg);
  EXPECT_EQ(program(last, 9) & kErrors, 0U) << "and can be written again";
}

TEST_F(HalfWords, ASectorThatIsTurnedWithoutEraseHoldsRubbish) {
  Stm32h5Options options = part("stm32h523");
  options.flash_fill = FlashFill::zeros;
  Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.request_option(0xF4, 1U << 15) & kRefused, 0U);
  EXPECT_FALSE(bench.read(Ap::core, kData + 0xA800, kPlain, 2)) << "codes that fit nothing";
  bench.unlock_flash();
  bench.poke(kCr, kSer | 31U << 6 | kStrt);
  bench.wait_flash();
  EXPECT_EQ(bench.read(Ap::core, kData + 0xA800, kPlain, 2), 0xFFFFU);
}

TEST_F(HalfWords, ProtectionCoversHighCycleData) {
  Stm32h5Options options = part("stm32h523");
  options.option_words[word_index(OptionWord::wrp1)] = 0x7F;  // the last four sectors
  use(options);
  EXPECT_EQ(program(kData + 0xA800, 1) & kErrors, kWrpErr);
}

TEST_F(HalfWords, ASecureSectorHasItsDataAtTheSecureAlias) {
  Stm32h5Options options = part("stm32h523");
  options.tzen = true;
  options.option_words[word_index(OptionWord::secwm1)] = 31U << 16 | 31;  // the last sector
  use(options);
  EXPECT_EQ(program(kData + 0xA800, 1) & kErrors, kWrpErr) << "the non-secure side";
  bench_->unlock_flash(true);
  bench_->poke(kSecureFlashRegisters + 0x2C, kPg, kSecure);
  EXPECT_TRUE(bench_->write(Ap::core, 0x0D00A800, 0x55, kSecure, 2));
  bench_->wait_flash();
  EXPECT_EQ(bench_->read(Ap::core, 0x0D00A800, kSecure, 2), 0x55U);
  EXPECT_EQ(bench_->read(Ap::core, kData + 0xA800, kPlain, 2), 0U) << "and nothing is seen from outside";
}

TEST_F(HalfWords, AnH503HasNoHighCycleData) {
  use(part("stm32h503"));
  EXPECT_FALSE(bench_->read(Ap::core, kData, kPlain, 2));
  EXPECT_FALSE(bench_->read(Ap::core, kData + 0xA800, kPlain, 2));
  EXPECT_EQ(bench_->peek(kFlashRegisters + 0xF0), 0U);
}

}  // namespace
}  // namespace rigor::lab::test
