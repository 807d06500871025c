// The framework's own libusb backend, with real libusb in between, and `rigor` itself, which does not know that its
// probes are virtual.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

#include "tests/clients/exec_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LibusbTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door(); !why.empty()) GTEST_SKIP() << why;
  }
  [[nodiscard]] Finished rigor_on(const std::vector<LabProbe>& probes, const std::vector<std::string>& words) const {
    std::vector<std::string> command = {RIGOR_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    return run_on(scratch_.write("rig.yaml", rig_of(probes)), command);
  }
  Scratch scratch_;
};

// Every test of inside.cpp on boards that are as new: they unplug probes.
class LibusbInside : public LibusbTest, public ::testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Backend, LibusbInside,
                         ::testing::Values("IdentifiesEveryProbe", "BlocksOfManyPiecesArriveWhole",
                                           "AShortReplyEndsATransferOfManyPieces", "AReadOfNothingIsCancelledInTime",
                                           "AReplyThatIsTooLongIsAnError", "OthersMayOpenAProbeButNotClaimIt",
                                           "AResetForgetsWhatWasLeftUnread",
                                           "AStalledProbeIsHeardAgainWhenItsEndpointIsCleared",
                                           "AnUnpluggedProbeIsLostAndNoLongerListed", "ProbesAreUsedAtTheSameTime",
                                           "HostsMayDieBeforeTheirDevices"),
                         [](const auto& each) { return each.param; });

TEST_P(LibusbInside, Passes) {
  std::vector<LabProbe> probes;
  for (const char* faults : {"", "{stall-command: 3}", "{unplug-at-command: 3}", ""})
    probes.push_back({"v2-1", "57FF7206726557574213000" + std::to_string(probes.size()), faults});
  const Finished done = run_on(scratch_.write("rig.yaml", rig_of(probes)),
                               {inside_program(INSIDE_PROGRAM), std::string("--gtest_filter=Inside.") + GetParam()});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("[  PASSED  ] 1 test."), Not(HasSubstr("Sanitizer")))) << done.out;
}

TEST_F(LibusbTest, RigorFindsAndIdentifiesThirtyProbesInThreeSeconds) {
  const auto probes = many_probes(30);
  const auto began = std::chrono::steady_clock::now();
  const Finished done = rigor_on(probes, {"list", "probes"});
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 31);
  for (std::size_t i = 0; i < probes.size(); ++i) EXPECT_THAT(done.out, HasSubstr(probes[i].serial));
  EXPECT_THAT(done.out, AllOf(HasSubstr("V2J47S7"), HasSubstr("V2J37M26"), HasSubstr("V3J15M6"), Not(HasSubstr("?"))));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(took, std::chrono::seconds(3));
#endif
  RecordProperty("milliseconds", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
}

TEST_F(LibusbTest, RigorNamesWhatIsWrongWithAProbe) {
  const Finished done = rigor_on({{"v2", {}, "{unplug-at-command: 1}"}, {"clone-broken", {}, {}}}, {"list", "probes"});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr("PROBE_LOST"), HasSubstr("PROBE_TIMEOUT")));
}

// The same words through `rigor lab`.
TEST_F(LibusbTest, RigorStartsTheLabItself) {
  const std::string rig = scratch_.write("rig.yaml", rig_of(many_probes(2))).string();
  ProgramSetting setting;
  setting.environment = plain_environment();
  setting.environment["ASAN_OPTIONS"] = "verify_asan_link_order=0";
  const Finished done =
      run_program({RIGOR_PROGRAM, "lab", "exec", rig, "--", RIGOR_PROGRAM, "list", "probes"}, setting);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3) << done.out;
  EXPECT_EQ(run_program({RIGOR_PROGRAM, "lab", "exec", rig, "--", "/bin/sh", "-c", "exit 9"}, setting).exit_code, 9);
  const Finished help = run_program({RIGOR_PROGRAM, "lab", "--help"}, setting);
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("rigor-lab"), HasSubstr("exec"), HasSubstr("serve")));
}

}  // namespace
}  // namespace rigor::test
