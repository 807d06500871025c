// Every error flag of the flash controller and what raises it (stm32f4.md 3).
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

struct ErrorCase {
  const char* what;
  std::uint32_t control, address, size, flags;
};

// Sector 1 is write-protected, OTP block 3 is locked.
Stm32f4Options protected_part() {
  Stm32f4Options options;
  options.option_word = 0x0FFDAAED;
  options.otp_content = Bytes(528, 0xFF);
  options.otp_content[512 + 3] = 0;
  return options;
}

TEST(F4Errors, EachHasItsFlagAndNothingIsWritten) {
  for (const ErrorCase& each : {
           ErrorCase{"PG is 0", kX32, kFlash, 4, kPgsErr},
           ErrorCase{"PG is 0, OTP", kX32, kOtp, 4, kPgsErr},
           ErrorCase{"PG is 0, bootloader", kX32, 0x1FFF0000, 4, kPgsErr},
           ErrorCase{"PSIZE x8, a half-word", kPg | kX8, kFlash, 2, kPgpErr},
           ErrorCase{"PSIZE x8, a word", kPg | kX8, kFlash, 4, kPgpErr},
           ErrorCase{"PSIZE x16, a byte", kPg | kX16, kFlash, 1, kPgpErr},
           ErrorCase{"PSIZE x16, a word", kPg | kX16, kFlash, 4, kPgpErr},
           ErrorCase{"PSIZE x32, a byte", kPg | kX32, kFlash, 1, kPgpErr},
           ErrorCase{"PSIZE x32, a half-word", kPg | kX32, kFlash, 2, kPgpErr},
           ErrorCase{"PSIZE x64, a byte", kPg | kX64, kFlash, 1, kPgpErr},
           ErrorCase{"PSIZE x16, a word of OTP", kPg | kX16, kOtp, 4, kPgpErr},
           ErrorCase{"a protected sector", kPg | kX32, kFlash + 0x4000, 4, kWrpErr},
           ErrorCase{"its last byte", kPg | kX8, kFlash + 0x7FFF, 1, kWrpErr},
           ErrorCase{"through the alias at 0", kPg | kX32, 0x4000, 4, kWrpErr},
           ErrorCase{"a locked block of OTP", kPg | kX32, kOtp + 96, 4, kWrpErr},
           ErrorCase{"the bootloader", kPg | kX32, 0x1FFF0000, 4, kWrpErr},
           ErrorCase{"the unique id", kPg | kX32, 0x1FFF7A10, 4, kWrpErr},
           ErrorCase{"the option sector", kPg | kX32, 0x1FFFC000, 4, kWrpErr},
           ErrorCase{"with ERRIE", kPg | kX32 | kErrIe, kFlash + 0x4000, 4, kWrpErr | kOpErr},
           ErrorCase{"a sequence error with ERRIE", kX32 | kErrIe, kFlash, 4, kPgsErr | kOpErr},
           ErrorCase{"erase of a protected sector", erase_sector(1), 0, 0, kWrpErr},
           ErrorCase{"with ERRIE", erase_sector(1) | kErrIe, 0, 0, kWrpErr | kOpErr},
           ErrorCase{"erase of a sector that is not there", erase_sector(12), 0, 0, kWrpErr},
           ErrorCase{"mass erase with a protected sector", kMer | kX32 | kStrt, 0, 0, kWrpErr},
           ErrorCase{"with SER as well", kMer | kSer | kX32 | kStrt, 0, 0, kWrpErr},
           ErrorCase{"STRT alone", kX32 | kStrt, 0, 0, 0},
       }) {
    SCOPED_TRACE(each.what);
    F4Bench bench(protected_part());
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, each.control));
    if (each.address != 0) {
      ASSERT_TRUE(bench.write(each.address, 0, each.size));
    }
    bench.pass(1ms);
    EXPECT_EQ(bench.peek(kSr), each.flags);
    EXPECT_EQ(bench.peek(kCr) & kStrt, 0U);
    EXPECT_EQ(bench.chip->truth().programmed_units, 0U);
    EXPECT_EQ(bench.chip->truth().erased_sectors, 0U);
    ASSERT_TRUE(bench.write(kSr, each.flags));
    EXPECT_EQ(bench.peek(kSr), 0U) << "cleared by writing ones";
    if (each.flags == 0) continue;
    ASSERT_TRUE(bench.write(kSr, 0));
    EXPECT_EQ(bench.program(kFlash, 0x12345678), 0U) << "the next one is carried out";
    EXPECT_EQ(bench.peek(kFlash), 0x12345678U);
  }
}

TEST(F4Errors, MatchingWidthsAreAccepted) {
  for (const auto& [control, size] : {std::pair{kX8, 1U}, std::pair{kX16, 2U}, std::pair{kX32, 4U}}) {
    F4Bench bench;
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, kPg | kEopIe | control));
    ASSERT_TRUE(bench.write(kFlash + 32, 0, size));
    bench.pass(1ms);
    EXPECT_EQ(bench.peek(kSr), kEop);
    EXPECT_EQ(bench.peek(kFlash + 32), size == 4 ? 0U : 0xFFFFFFFFU << (8 * size));
  }
}

// A double word is two words; one that begins with the last word of a row would reach into the next.
TEST(F4Errors, ADoubleWordStaysInItsRowOf128Bits) {
  Stm32f4Options options;
  options.vpp = true;
  for (std::uint32_t at = 0; at < 16; at += 4) {
    SCOPED_TRACE(at);
    F4Bench bench(options);
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, kPg | kX64));
    ASSERT_TRUE(bench.write(kFlash + at, 0x11111111));
    bench.pass(1ms);
    EXPECT_EQ(bench.peek(kFlash + at), 0xFFFFFFFFU) << "waits for its second half";
    ASSERT_TRUE(bench.write(kFlash + at + 4, 0x22222222));
    bench.pass(1ms);
    const bool crosses = at == 12;
    EXPECT_EQ(bench.peek(kSr), crosses ? kPgaErr : 0U);
    EXPECT_EQ(bench.peek(kFlash + at), crosses ? 0xFFFFFFFFU : 0x11111111U);
    EXPECT_EQ(bench.peek(kFlash + at + 4), crosses ? 0xFFFFFFFFU : 0x22222222U);
  }
}

TEST(F4Errors, ReadingAPcropSectorRaisesRderr) {
  for (const bool zero : {false, true}) {
    Stm32f4Options options = part("stm32f411");
    options.option_word = 0x8002AAED;  // SPRMOD, sector 1
    options.pcrop_reads_zero = zero;
    options.flash_content = {{0x4000, Bytes(4, 0x5A)}};
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(kFlash), 0xFFFFFFFFU) << "a sector without";
    EXPECT_EQ(bench.peek(kSr), 0U);
    EXPECT_EQ(bench.read(kFlash + 0x4000), zero ? std::optional(0U) : std::nullopt);
    EXPECT_EQ(bench.peek(kSr), kRdErr);
    ASSERT_TRUE(bench.write(kSr, kRdErr));
    bench.unlock_flash();
    EXPECT_EQ(bench.program(kFlash + 0x4000, 0), kWrpErr);
    ASSERT_TRUE(bench.write(kSr, kWrpErr));
    ASSERT_TRUE(bench.write(kCr, erase_sector(1)));
    EXPECT_EQ(bench.peek(kSr), kWrpErr);
    ASSERT_TRUE(bench.write(kSr, kWrpErr));
    EXPECT_EQ(bench.program(kFlash, 0), 0U) << "with SPRMOD a zero bit protects from nothing";
  }
}

TEST(F4Errors, TheFirstFamilyHasNoPcrop) {
  Stm32f4Options options;
  options.option_word = 0x8FFFAAED;
  F4Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFFAAEDU);
  EXPECT_EQ(bench.read(kFlash), 0xFFFFFFFFU);
}

TEST(F4Errors, ASupplyTooLowForTheWidthLeavesCellsHalfWay) {
  struct Weak {
    double volts;
    std::uint32_t size;
    bool good;
  };
  for (const Weak& each : {Weak{3.3, 4, true}, Weak{2.7, 4, true}, Weak{2.6, 4, false}, Weak{2.6, 2, true},
                           Weak{2.0, 2, false}, Weak{2.0, 1, true}, Weak{1.8, 1, true}}) {
    F4Bench bench;
    bench.chip->supply(each.volts);
    bench.chip->nrst(true);
    bench.pass(10ms);
    ASSERT_TRUE(bench.connect());
    bench.unlock_flash();
    std::uint32_t left = 0;
    for (std::uint32_t at = 0; at < 64; at += each.size) EXPECT_EQ(bench.program(kFlash + at, 0, each.size), 0U);
    for (std::uint32_t at = 0; at < 64; at += 4) left |= bench.peek(kFlash + at);
    EXPECT_EQ(left == 0, each.good) << each.volts << " V, " << each.size << " bytes";
  }
}

TEST(F4Errors, OpenQuestionsOfTheControllerAreOptions) {
  Stm32f4Options options = written({});
  options.bare_start_erases = options.stale_flags_refuse = true;
  options.spare_key_faults = false;
  F4Bench bench(options);
  bench.start();
  bench.unlock_flash();
  bench.unlock_flash();  // no harm
  EXPECT_EQ(bench.peek(kCr), 0U);
  ASSERT_TRUE(bench.write(kCr, 3U << 3 | kX32 | kStrt));
  (void)bench.busy_time();
  EXPECT_EQ(bench.chip->flash()[0xC000], 0xFF) << "sector 3 is gone";
  ASSERT_TRUE(bench.write(kCr, kX32));
  ASSERT_TRUE(bench.write(kFlash + 0xC000, 0));
  EXPECT_EQ(bench.program(kFlash + 0xC000, 0), kPgsErr) << "the flag was left set";
  ASSERT_TRUE(bench.write(kSr, kPgsErr));
  EXPECT_EQ(bench.program(kFlash + 0xC000, 0), 0U);
  EXPECT_EQ(bench.peek(kFlash + 0xC000), 0U);
}

}  // namespace
}  // namespace rigor::lab::test
