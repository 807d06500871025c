// hotplug.cpp under `rigor-lab exec --control`: real libusb and libudev, no kernel.
#include <gmock/gmock.h>

#include "tests/clients/exec_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class HotplugTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door(); !why.empty()) GTEST_SKIP() << why;
  }
};

INSTANTIATE_TEST_SUITE_P(Exec, HotplugTest,
                         ::testing::Values("APulledCableEndsAReadThatWaits", "APulledCableEndsATransferOfMuchData",
                                           "AProbeThatComesBackIsNoticedAndWorks"),
                         [](const auto& each) { return each.param; });

TEST_P(HotplugTest, Passes) {
  const Scratch scratch;
  const std::string control = scratch.path() / "control";
  ProgramSetting setting;
  setting.environment = plain_environment();
  setting.environment["RIGOR_LAB"] = keeper_program();
  setting.environment["RIGOR_LAB_CONTROL"] = control;
  setting.environment["ASAN_OPTIONS"] = "verify_asan_link_order=0";
  const Finished done =
      run_program({keeper_program(), "exec", "--control", control, RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml", "--",
                   inside_program(HOTPLUG_PROGRAM), std::string("--gtest_filter=Hotplug.") + GetParam()},
                  setting);
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_THAT(done.out + done.err, AllOf(HasSubstr("[  PASSED  ] 1 test."), Not(HasSubstr("Sanitizer"))));
  EXPECT_FALSE(std::filesystem::exists(control)) << "the socket goes with the lab";
}

}  // namespace
}  // namespace rigor::test
