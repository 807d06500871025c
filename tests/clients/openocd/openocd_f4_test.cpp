// OpenOCD's stm32f2x driver, unmodified, on a board of each STM32F4 die: flash of one and two banks, options, OTP, and
// read protection through the loss of power that it asks for.
#include <gmock/gmock.h>

#include "tests/clients/firmware.hpp"
#include "tests/clients/openocd/openocd.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Serials of rigs/virtual-f4.yaml's probes.
constexpr const char* kF407 = "57FF72067265575742130407";
constexpr const char* kF429 = "57FF72067265575742130429";
constexpr const char* kF446 = "57FF72067265575742130446";
constexpr const char* kF411 = "57FF72067265575742130411";
constexpr const char* kF401 = "57FF72067265575742130401";
constexpr const char* kF401xe = "57FF72067265575742130402";
constexpr const char* kF412 = "57FF72067265575742130412";
constexpr const char* kF413 = "57FF72067265575742130413";
constexpr const char* kF469 = "57FF72067265575742130469";

class OpenOcdF4 : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_program("openocd"); !why.empty()) GTEST_SKIP() << why;
    rig_ = std::make_unique<KeptRig>(RIGOR_SOURCE_DIR "/rigs/virtual-f4.yaml");
    ASSERT_TRUE(rig_->ready()) << rig_->stop().err;
    small_ = scratch_.write("small.bin", counting_firmware(16U << 10)).string();
  }
  // Connects, halts, and does it.
  [[nodiscard]] Finished run(const char* serial, std::vector<std::string> commands) const {
    commands.insert(commands.begin(), {"init", "reset halt", "flash probe 0"});
    return OpenOcd{rig_->port(), Way::dap, serial, {}}.run(commands);
  }

  [[nodiscard]] bool cycle_power() const { return rig_->tell({"power-cycle"}).exit_code == 0; }

  Scratch scratch_;
  std::unique_ptr<KeptRig> rig_;
  std::string small_;
};

struct Part {
  const char* name;
  const char* serial;
  const char* idcode;
  const char* flash;
};

class OpenOcdF4Part : public OpenOcdF4, public ::testing::WithParamInterface<Part> {};

INSTANTIATE_TEST_SUITE_P(Parts, OpenOcdF4Part,
                         ::testing::Values(Part{"F407", kF407, "0x10076413", "flash size = 512 KiB"},
                                           Part{"F429", kF429, "0x10076419", "flash size = 2048 KiB"},
                                           Part{"F446", kF446, "0x10006421", "flash size = 512 KiB"},
                                           Part{"F411", kF411, "0x10006431", "flash size = 512 KiB"},
                                           Part{"F401", kF401, "0x10006423", "flash size = 256 KiB"},
                                           Part{"F401xE", kF401xe, "6433", "flash size = 512 KiB"},
                                           Part{"F412", kF412, "6441", "flash size = 1024 KiB"},
                                           Part{"F413", kF413, "6463", "flash size = 1536 KiB"},
                                           Part{"F469", kF469, "6434", "flash size = 2048 KiB"}),
                         [](const auto& each) { return each.param.name; });

TEST_P(OpenOcdF4Part, IsProgrammedAndVerifiedAndRuns) {
  const Finished done = run(GetParam().serial, {"program " + small_ + " 0x08000000 verify reset", "sleep 20", "halt",
                                                "mdw 0x20000000", "stm32f2x options_read 0"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr(GetParam().idcode), HasSubstr(GetParam().flash), HasSubstr("** Verified OK **"),
                              HasSubstr("0x20000000: c0de1234")));
  EXPECT_THAT(done.out, Not(HasSubstr("falling back"))) << "the loader did not run";
}

TEST_F(OpenOcdF4, ErasesAndProgramsASectorOfTheSecondBank) {
  const Finished done =
      run(kF429, {"flash write_image erase " + small_ + " 0x08104000", "verify_image " + small_ + " 0x08104000",
                  "flash fillw 0x08120000 0x12345678 4", "mdw 0x08120000", "flash erase_sector 0 17 17",
                  "mdw 0x08104000", "mdw 0x08120000", "mdw 0x08004000", "flash protect 0 13 13 on", "reset halt",
                  "mdw 0x40023C18", "flash info 0"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out,
              AllOf(HasSubstr("Dual Bank 2048 kiB STM32F42x/43x/469/479 found"), HasSubstr("verified 16384 bytes"),
                    HasSubstr("0x08104000: 20020000"), HasSubstr("0x08120000: 12345678"),
                    HasSubstr("0x08004000: ffffffff"), HasSubstr("0x40023c18: 0ffd0000")));
}

TEST_F(OpenOcdF4, WritesOptionsAndReadsThemBack) {
  const Finished done = run(kF407, {"stm32f2x options_read 0", "stm32f2x options_write 0 0xE4", "reset halt",
                                    "stm32f2x options_read 0", "mdw 0x40023C14", "mdw 0x1FFFC000"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out,
              AllOf(HasSubstr("user_options 0xEC"), HasSubstr("write options complete"), HasSubstr("user_options 0xE4"),
                    HasSubstr("0x40023c14: 0fffaae5"), HasSubstr("0x1fffc000: 5518aae7")));
  const Finished second = run(kF429, {"stm32f2x options_read 0"});
  EXPECT_THAT(second.out, HasSubstr("user_options 0x0EC")) << "with the four bits of a part with OPTCR1";
}

TEST_F(OpenOcdF4, AProtectedSectorIsNotErasedUntilItIsFree) {
  const Finished held = run(kF446, {"flash write_image erase " + small_ + " 0x08008000", "flash protect 0 2 2 on",
                                    "reset halt", "flash erase_sector 0 2 2"});
  EXPECT_NE(held.exit_code, 0);
  EXPECT_THAT(held.out, HasSubstr("stm32x device protected"));
  const Finished kept = run(kF446, {"mdw 0x08008000"});
  EXPECT_THAT(kept.out, HasSubstr("0x08008000: 20020000"));
  const Finished freed =
      run(kF446, {"flash protect 0 2 2 off", "reset halt", "flash erase_sector 0 2 2", "mdw 0x08008000"});
  EXPECT_EQ(freed.exit_code, 0) << freed.out;
  EXPECT_THAT(freed.out, HasSubstr("0x08008000: ffffffff"));
}

TEST_F(OpenOcdF4, TheLastTwoSectorsOfAnF413ShareAProtectionBit) {
  const Finished held = run(kF413, {"flash write_image erase " + small_ + " 0x08160000", "flash protect 0 14 14 on",
                                    "reset halt", "mdw 0x40023C14", "flash erase_sector 0 15 15"});
  EXPECT_NE(held.exit_code, 0);
  EXPECT_THAT(held.out, AllOf(HasSubstr("0x40023c14: 3fffaaed"), HasSubstr("stm32x device protected")));
  const Finished freed = run(kF413, {"mdw 0x08160000", "flash protect 0 14 14 off", "reset halt",
                                     "flash erase_sector 0 15 15", "mdw 0x08160000"});
  EXPECT_EQ(freed.exit_code, 0) << freed.out;
  EXPECT_THAT(freed.out, AllOf(HasSubstr("0x08160000: 20020000"), HasSubstr("0x08160000: ffffffff")));
}

TEST_F(OpenOcdF4, ProgramsOtpOnlyWhenItWasEnabledAndNeverErasesIt) {
  const std::string secret = scratch_.write("otp.bin", std::string("rigorOTP")).string();
  const Finished refused = run(kF411, {"flash probe 1", "flash write_bank 1 " + secret + " 0"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.out, HasSubstr("disabled for write commands"));
  const Finished done =
      run(kF411, {"flash probe 1", "stm32f2x otp 1 show", "stm32f2x otp 1 enable", "stm32f2x otp 1 show",
                  "flash write_bank 1 " + secret + " 0", "mdw 0x1FFF7800 2", "stm32f2x otp 1 disable"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("is disabled for write commands"), HasSubstr("is enabled for write commands"),
                              HasSubstr("0x1fff7800: 6f676972 50544f72")));
  const Finished erased = run(kF411, {"flash probe 1", "stm32f2x otp 1 enable", "flash erase_sector 1 0 0"});
  EXPECT_NE(erased.exit_code, 0);
  EXPECT_TRUE(cycle_power());
  const Finished later = run(kF411, {"mdw 0x1FFF7800 2"});
  EXPECT_THAT(later.out, HasSubstr("0x1fff7800: 6f676972 50544f72"));
}

// OpenOCD 0.12 has no way to lock a block: its `flash protect` runs past the lock bytes until something faults, and
// writes none. A block that was locked by hand it knows for what it is.
TEST_F(OpenOcdF4, SeesALockedBlockOfOtpAndIsRefusedThere) {
  const std::string secret = scratch_.write("otp.bin", std::string("rigorOTP")).string();
  const Finished tried = run(kF446, {"flash probe 1", "stm32f2x otp 1 enable", "flash protect 1 3 3 on"});
  EXPECT_NE(tried.exit_code, 0);
  EXPECT_FALSE(tried.timed_out);
  const Finished locked =
      run(kF446, {"mdw 0x1FFF7A00 4", "mww 0x40023C04 0x45670123", "mww 0x40023C04 0xCDEF89AB", "mww 0x40023C10 1",
                  "mwb 0x1FFF7A03 0", "mdw 0x1FFF7A00", "flash probe 1", "flash info 1"});
  EXPECT_EQ(locked.exit_code, 0) << locked.out;
  EXPECT_THAT(locked.out,
              AllOf(HasSubstr("0x1fff7a00: ffffffff ffffffff ffffffff ffffffff"), HasSubstr("0x1fff7a00: 00ffffff"),
                    HasSubstr("#  2: 0x00000040 (0x20 0kB) not protected"),
                    HasSubstr("#  3: 0x00000060 (0x20 0kB) protected")));
  const Finished refused =
      run(kF446, {"flash probe 1", "stm32f2x otp 1 enable", "flash write_bank 1 " + secret + " 96"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.out, HasSubstr("flash memory write protected"));
}

// Locked by one OpenOCD, in force after the loss of power, refused to the next one, and erased by its unlock.
TEST_F(OpenOcdF4, LockAndUnlockGoThroughPower) {
  const Finished locked = run(kF411, {"flash write_image erase " + small_ + " 0x08000000", "stm32f2x lock 0"});
  EXPECT_EQ(locked.exit_code, 0) << locked.out;
  const Finished before = run(kF411, {"mdw 0x08000000"});
  EXPECT_THAT(before.out, HasSubstr("0x08000000: 20020000")) << "not in force while a debugger is attached";
  ASSERT_TRUE(cycle_power());

  const OpenOcd tool{rig_->port(), Way::dap, kF411, {}};
  const Finished closed = tool.run({"init", "halt", "mdw 0x20000000", "mdw 0x40023C14", "mdw 0x08000000"});
  EXPECT_NE(closed.exit_code, 0) << closed.out;
  EXPECT_THAT(closed.out,
              AllOf(HasSubstr("0x20000000: "), HasSubstr("0x40023c14: 0fff"), Not(HasSubstr("0x08000000: "))));

  const Finished opened = tool.run({"init", "halt", "flash probe 0", "stm32f2x unlock 0"});
  EXPECT_EQ(opened.exit_code, 0) << opened.out;
  EXPECT_THAT(opened.out, HasSubstr("unlocked"));
  ASSERT_TRUE(cycle_power());
  const Finished erased = run(kF411, {"mdw 0x08000000", "mdw 0x40023C14"});
  EXPECT_EQ(erased.exit_code, 0) << erased.out;
  EXPECT_THAT(erased.out, AllOf(HasSubstr("0x08000000: ffffffff"), HasSubstr("0x40023c14: 0fffaaed")));
}

}  // namespace
}  // namespace rigor::test
