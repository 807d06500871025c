// OpenOCD, unmodified, over libusb: it opens every probe to find the one with its serial number.
#include <gmock/gmock.h>

#include "tests/clients/firmware.hpp"
#include "tests/clients/openocd/openocd.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct UsbSetting {
  const char* name;
  Way way;
  const char* serial;
  const char* version;
};

class OpenOcdUsb : public ::testing::TestWithParam<UsbSetting> {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door("openocd"); !why.empty()) GTEST_SKIP() << why;
    image_ = scratch_.write("firmware.bin", counting_firmware(64U << 10)).string();
  }
  static OpenOcd openocd() { return {0, GetParam().way, GetParam().serial, kF407Rig}; }

  Scratch scratch_;
  std::string image_;
};

INSTANTIATE_TEST_SUITE_P(
    Probes, OpenOcdUsb,
    ::testing::Values(UsbSetting{"DapV2", Way::dap, kV2, "STLINK V2J47S7 (API v2) VID:PID 0483:3748"},
                      UsbSetting{"DapV21", Way::dap, kV2_1, "STLINK V2J37M26 (API v2) VID:PID 0483:374B"},
                      UsbSetting{"DapV3", Way::dap, kV3, "STLINK V3J15M6 (API v3) VID:PID 0483:374E"},
                      UsbSetting{"HlaV2", Way::hla, kV2, "STLINK V2J47S7 (API v2) VID:PID 0483:3748"},
                      UsbSetting{"HlaV21", Way::hla, kV2_1, "STLINK V2J37M26 (API v2) VID:PID 0483:374B"},
                      UsbSetting{"HlaV3", Way::hla, kV3, "STLINK V3J15M6 (API v3) VID:PID 0483:374E"}),
    [](const auto& each) { return each.param.name; });

TEST_P(OpenOcdUsb, ProgramsVerifiesAndRunsSixtyFourKilobytes) {
  const Finished done =
      openocd().run({"program " + image_ + " 0x08000000 verify reset", "sleep 20", "halt", "mdw 0x20000000", "reg pc"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr(GetParam().version), HasSubstr("Target voltage: 3.3"),
                              HasSubstr("Cortex-M4 r0p1 processor detected"), HasSubstr("** Programming Finished **"),
                              HasSubstr("** Verified OK **"), HasSubstr("** Resetting Target **"),
                              HasSubstr("0x20000000: c0de1234"), HasSubstr("pc (/32): 0x0800010")));
  EXPECT_THAT(done.out, Not(HasSubstr("falling back"))) << "the loader did not run";
}

class OpenOcdsUsb : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door("openocd"); !why.empty()) GTEST_SKIP() << why;
  }
};

// `dap` is of stlink-dap.cfg alone.
TEST_F(OpenOcdsUsb, ReadTheRomTable) {
  for (const char* serial : {kV2, kV2_1, kV3}) {
    SCOPED_TRACE(serial);
    const Finished done = OpenOcd{0, Way::dap, serial, kF407Rig}.run({"init", "dap info"});
    EXPECT_EQ(done.exit_code, 0) << done.out;
    EXPECT_THAT(done.out, AllOf(HasSubstr("SWD DPIDR 0x2ba01477"), HasSubstr("AP ID register 0x24770011"),
                                HasSubstr("Part is 0x413"), HasSubstr("Cortex-M4 SCS"), HasSubstr("End of ROM table")));
  }
}

// Each in a process of its own, all on the same bus.
TEST_F(OpenOcdsUsb, UseTheirProbesAtTheSameTime) {
  std::string script;
  for (const char* serial : {kV2, kV2_1, kV3})
    script += program_path("openocd") +
              " -f interface/stlink-dap.cfg -c 'gdb_port disabled; tcl_port disabled; telnet_port disabled'"
              " -c 'adapter serial " +
              serial + "' -c 'transport select dapdirect_swd' -c 'source [find target/stm32f4x.cfg]'" +
              " -c init -c 'reset halt' -c 'mdw 0x1FFF7A10' -c exit & pids=\"$pids $!\"\n";
  script += "code=0; for pid in $pids; do wait $pid || code=1; done; exit $code";
  const Finished done = run_on(kF407Rig, {"/bin/sh", "-c", script});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  for (const char* unique : {"0032001a", "0032001b", "0032001c"})
    EXPECT_THAT(done.out, HasSubstr(std::string("0x1fff7a10: ") + unique));
}

}  // namespace
}  // namespace rigor::test
