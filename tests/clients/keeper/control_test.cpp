// `rigor-lab tell`: the hands of a person in a lab whose doors are open.
#include <gmock/gmock.h>

#include "tests/clients/kept_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ControlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_keeper(); !why.empty()) GTEST_SKIP() << why;
  }
  static Finished keeper(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), keeper_program());
    ProgramSetting setting;
    setting.environment = plain_environment();
    return run_program(arguments, setting);
  }
};

TEST_F(ControlTest, UnplugsAndPlugsAndTellsWhatIs) {
  const KeptRig rig(kF407Rig);
  ASSERT_TRUE(rig.ready());
  struct Case {
    std::vector<std::string> words;
    int code;
    const char* out;
    const char* err;
  };
  for (
      const Case& each : {
          Case{{"list"}, 0, "f407 plugged 0\nf407-v2-1 plugged 0\nf407-v3 plugged 0\n", ""},
          Case{{"unplug", "f407-v3"}, 0, "", ""},
          Case{{"list"}, 0, "f407 plugged 0\nf407-v2-1 plugged 0\nf407-v3 unplugged 0\n", ""},
          Case{{"unplug", "f407-v3"}, 2, "", "error: f407-v3 is unplugged already\n"},
          Case{{"plug", "f407-v3"}, 0, "", ""},
          Case{{"plug", "f407-v3"}, 2, "", "error: f407-v3 is plugged already\n"},
          Case{{"plug", "f408"}, 2, "", "error: no bench 'f408'; there are: f407, f407-v2-1, f407-v3\n"},
          Case{{"plug"},
               2,
               "",
               "error: 'plug' is nothing to tell; expected list, unplug BENCH, plug BENCH, pins, record, relays or "
               "power-cycle\n"},
          Case{
              {"list", "f407"},
              2,
              "",
              "error: 'list f407' is nothing to tell; expected list, unplug BENCH, plug BENCH, pins, record, relays or "
              "power-cycle\n"},
          Case{
              {"pull", "f407"},
              2,
              "",
              "error: 'pull f407' is nothing to tell; expected list, unplug BENCH, plug BENCH, pins, record, relays or "
              "power-cycle\n"},
          Case{{std::string(300, 'x')}, 3, "", "went away"},
          Case{{"list"}, 0, "f407 plugged 0\nf407-v2-1 plugged 0\nf407-v3 plugged 0\n", ""},
      }) {
    SCOPED_TRACE(::testing::PrintToString(each.words));
    const Finished done = rig.tell(each.words);
    EXPECT_EQ(done.exit_code, each.code);
    EXPECT_EQ(done.out, each.out);
    EXPECT_THAT(done.err, *each.err == 0 ? IsEmpty() : ::testing::Matcher<std::string>(HasSubstr(each.err)));
  }
}

TEST_F(ControlTest, SaysThatNobodyListens) {
  const Finished done = keeper({"tell", "/nonexistent/socket", "list"});
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_THAT(done.err, HasSubstr("cannot reach a keeper at /nonexistent/socket"));
}

TEST_F(ControlTest, TakesNoPlaceThatIsTaken) {
  const Scratch scratch;
  const std::string file = scratch.write("file", "kept").string();
  const Finished done = keeper({"serve", kF407Rig, "--stlink-server", "127.0.0.1:0", "--control", file});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("is there already and is no socket"));
  EXPECT_EQ(std::filesystem::file_size(file), 4U);
}

// Attaching for real is ci/kernel's.
TEST_F(ControlTest, NamesTheKernelModuleThatIsMissing) {
  if (std::filesystem::exists("/sys/devices/platform/vhci_hcd.0")) GTEST_SKIP() << "the module is loaded here";
  const Finished done = keeper({"serve", kF407Rig, "--vhci"});
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_THAT(done.err, HasSubstr("modprobe vhci-hcd"));
  EXPECT_THAT(done.out, IsEmpty());
}

}  // namespace
}  // namespace rigor::test
