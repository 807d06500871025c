// OpenOCD, unmodified, programs and debugs the lab's F407 through `st-link backend tcp`.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/clients/firmware.hpp"
#include "tests/clients/openocd/openocd.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class OpenOcdTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_program("openocd"); !why.empty()) GTEST_SKIP() << why;
    rig_ = std::make_unique<KeptRig>(kF407Rig);
    ASSERT_TRUE(rig_->ready()) << rig_->stop().err;
    image_ = scratch_.write("firmware.bin", counting_firmware(64U << 10)).string();
    small_ = scratch_.write("small.bin", counting_firmware(16U << 10)).string();
  }
  [[nodiscard]] OpenOcd openocd(Way way = Way::dap, const std::string& serial = kV2) const {
    return {rig_->port(), way, serial, {}};
  }
  // Sixteen kilobytes are one sector; whole images take seconds.
  [[nodiscard]] std::string program() const { return "program " + small_ + " 0x08000000 verify reset"; }

  Scratch scratch_;
  std::unique_ptr<KeptRig> rig_;
  std::string image_;
  std::string small_;
};

struct Setting {
  const char* name;
  Way way;
  const char* serial;
  const char* version;
};

class OpenOcdEveryWay : public OpenOcdTest, public ::testing::WithParamInterface<Setting> {};

INSTANTIATE_TEST_SUITE_P(
    Probes, OpenOcdEveryWay,
    ::testing::Values(Setting{"DapV2", Way::dap, kV2, "STLINK V2J47S7 (API v2) VID:PID 0483:3748"},
                      Setting{"DapV21", Way::dap, kV2_1, "STLINK V2J37M26 (API v2) VID:PID 0483:374B"},
                      Setting{"DapV3", Way::dap, kV3, "STLINK V3J15M6 (API v3) VID:PID 0483:374E"},
                      Setting{"HlaV2", Way::hla, kV2, "STLINK V2J47S7 (API v2) VID:PID 0483:3748"},
                      Setting{"HlaV21", Way::hla, kV2_1, "STLINK V2J37M26 (API v2) VID:PID 0483:374B"},
                      Setting{"HlaV3", Way::hla, kV3, "STLINK V3J15M6 (API v3) VID:PID 0483:374E"}),
    [](const auto& each) { return each.param.name; });

TEST_P(OpenOcdEveryWay, FindsTheCoreAndReachesItsMemory) {
  const Setting& setting = GetParam();
  const Finished done = openocd(setting.way, setting.serial)
                            .run({"init", "reset halt", "mdw 0xE0042000", "mdh 0x1FFF7A22", "mww 0x20000000 0x12345678",
                                  "mwb 0x20000001 0xEE", "mdw 0x20000000", "mww 0x10000010 0xCAFEF00D 64",
                                  "mdw 0x1000010C", "reg r7 0x600DCAFE", "reg r7", "flash info 0"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr(setting.version), HasSubstr("Target voltage: 3.3"),
                              HasSubstr("Cortex-M4 r0p1 processor detected"),
                              HasSubstr("target has 6 breakpoints, 4 watchpoints")));
  EXPECT_THAT(done.out, AllOf(HasSubstr("0xe0042000: 10076413"), HasSubstr("0x1fff7a22: 0400"),
                              HasSubstr("0x20000000: 1234ee78"), HasSubstr("0x1000010c: cafef00d"),
                              HasSubstr("r7 (/32): 0x600dcafe"), HasSubstr("flash size = 1024 KiB")));
}

TEST_F(OpenOcdTest, ReadsTheRomTable) {
  const Finished done = openocd().run({"init", "dap info"});
  EXPECT_THAT(done.out, AllOf(HasSubstr("SWD DPIDR 0x2ba01477"), HasSubstr("AP ID register 0x24770011"),
                              HasSubstr("Designer is 0x020, STMicroelectronics"), HasSubstr("Part is 0x413"),
                              HasSubstr("Cortex-M4 SCS"), HasSubstr("Cortex-M3 FPB"), HasSubstr("Cortex-M4 ETM"),
                              HasSubstr("End of ROM table")));
}

// With OpenOCD's own flash loader and checksum code, executed by the chip.
TEST_P(OpenOcdEveryWay, ProgramsVerifiesAndRunsSixtyFourKilobytes) {
  const Setting& setting = GetParam();
  const OpenOcd tool = openocd(setting.way, setting.serial);
  const Finished done =
      tool.run({"program " + image_ + " 0x08000000 verify reset", "sleep 20", "halt", "mdw 0x20000000", "reg pc"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("** Programming Finished **"), HasSubstr("** Verified OK **"),
                              HasSubstr("** Resetting Target **"), HasSubstr("0x20000000: c0de1234"),
                              HasSubstr("pc (/32): 0x0800010")));
  EXPECT_THAT(done.out, Not(HasSubstr("falling back"))) << "the loader did not run";

  const std::string back = (scratch_.path() / "back.bin").string();
  const Finished dumped = tool.run({"init", "halt", "dump_image " + back + " 0x08000000 0x10000"});
  EXPECT_THAT(dumped.out, HasSubstr("dumped 65536 bytes"));
  std::ifstream file(back, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), counting_firmware(64U << 10));
}

TEST_F(OpenOcdTest, AVerifyOfOtherContentFails) {
  std::string other = counting_firmware(16U << 10);
  other[0x1234] = static_cast<char>(other[0x1234] ^ 1);
  const std::string file = scratch_.write("other.bin", other).string();
  const Finished done = openocd().run({program(), "verify_image " + file + " 0x08000000"});
  EXPECT_THAT(done.out, AllOf(HasSubstr("** Verified OK **"), HasSubstr("diff 0 address 0x08001234")));
  EXPECT_NE(done.exit_code, 0);
}

TEST_F(OpenOcdTest, StopsAtHardwareBreakpointsAndSteps) {
  const Finished done =
      openocd().run({program(), "reset halt", "reg pc", "bp 0x0800010a 2 hw", "resume", "wait_halt 1000", "reg pc",
                     "step", "reg pc", "rbp 0x0800010a", "resume", "sleep 20", "halt", "mdw 0x20000000"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("pc (/32): 0x08000100"), HasSubstr("pc (/32): 0x0800010a"),
                              HasSubstr("pc (/32): 0x0800010c"), HasSubstr("0x20000000: c0de1234")));
}

TEST_P(OpenOcdEveryWay, ConnectsUnderReset) {
  const Setting& setting = GetParam();
  const Finished done =
      openocd(setting.way, setting.serial)
          .run({"reset_config srst_only srst_nogate connect_assert_srst", "init", "reset halt", "reg pc"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, HasSubstr("Cortex-M4 r0p1 processor detected"));
}

TEST_F(OpenOcdTest, WritesOptionBytes) {
  const Finished done = openocd().run({"init", "reset halt", "flash probe 0", "flash protect 0 2 2 on", "sleep 10",
                                       "mdw 0x40023C14", "flash protect 0 2 2 off", "mdw 0x40023C14"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("0x40023c14: 0ffbaaed"), HasSubstr("0x40023c14: 0fffaaed")));
}

TEST_F(OpenOcdTest, AProbeThatIsNotThereIsNotFound) {
  const Finished done = openocd(Way::dap, "NOSUCHSERIAL").run({"init"});
  EXPECT_NE(done.exit_code, 0);
  EXPECT_FALSE(done.timed_out);
}

TEST_F(OpenOcdTest, SeveralProgramsAtOnceOnOneProbeAndOnSeveral) {
  struct Part {
    Way way;
    const char* serial;
    std::vector<std::string> commands;
    const char* expected;
  };
  const std::vector<Part> parts = {
      {Way::dap, kV2_1, {program()}, "** Verified OK **"},
      {Way::dap, kV3, {program()}, "** Verified OK **"},
      {Way::dap, kV2, {"init", "mww 0x20001000 0x11111111", "sleep 200", "mdw 0x20001000"}, "0x20001000: 11111111"},
      {Way::dap, kV2, {"init", "mww 0x20002000 0x22222222", "sleep 200", "mdw 0x20002000"}, "0x20002000: 22222222"},
  };
  std::vector<Finished> done(parts.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < parts.size(); ++i)
      threads.emplace_back([&, i] { done[i] = openocd(parts[i].way, parts[i].serial).run(parts[i].commands); });
  }
  for (std::size_t i = 0; i < parts.size(); ++i)
    EXPECT_THAT(done[i].out, HasSubstr(parts[i].expected))
        << i << " ended with " << done[i].exit_code << ", signal " << done[i].signal;
}

}  // namespace
}  // namespace rigor::test
