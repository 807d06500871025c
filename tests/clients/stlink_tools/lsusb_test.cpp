// lsusb from usbutils, unmodified: descriptors as a stranger reads them.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/clients/exec_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LsusbTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door("lsusb"); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(LsusbTest, ListsTheProbesAndNothingElse) {
  const Finished done = run_on(kF407Rig, {program_path("lsusb")});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3);
  for (const char* line :
       {"Bus 001 Device 002: ID 0483:3748", "Bus 001 Device 003: ID 0483:374b", "Bus 001 Device 004: ID 0483:374e"})
    EXPECT_THAT(done.out, HasSubstr(line));
}

TEST_F(LsusbTest, ReadsEveryDescriptor) {
  struct Case {
    const char* product;
    const char* name;
    const char* serial;
    unsigned interfaces;
    const char* packet;
  };
  for (const Case& each : {Case{"3748", "STM32 STLink", "57FF72067265575742132067", 1, "0x0040  1x 64 bytes"},
                           Case{"374b", "STM32 STLink", "066DFF535550755187191037", 4, "0x0040  1x 64 bytes"},
                           Case{"374e", "STLINK-V3", "003F002B3532511531333430", 4, "0x0200  1x 512 bytes"}}) {
    SCOPED_TRACE(each.product);
    const Finished done = run_on(kF407Rig, {program_path("lsusb"), "-v", "-d", std::string("0483:") + each.product});
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.out, AllOf(HasSubstr("iManufacturer           1 STMicroelectronics"),
                                HasSubstr(std::string("iProduct                2 ") + each.name),
                                HasSubstr(std::string("iSerial                 3 ") + each.serial),
                                HasSubstr("bNumInterfaces          " + std::to_string(each.interfaces)),
                                HasSubstr(std::string("wMaxPacketSize     ") + each.packet),
                                HasSubstr("Device Status:     0x0000")));
    // What it says about descriptors that do not add up.
    EXPECT_THAT(done.out, AllOf(Not(HasSubstr("Warning")), Not(HasSubstr("junk")), Not(HasSubstr("INVALID")),
                                Not(HasSubstr("can't"))));
  }
}

}  // namespace
}  // namespace rigor::test
