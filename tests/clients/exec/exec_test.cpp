// `rigor-lab exec` itself: what the program gets, how it ends, what is left of it.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/clients/exec_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ExecTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door(); !why.empty()) GTEST_SKIP() << why;
  }
  // By the program itself, so that nobody else's are seen.
  static Finished shell(const std::string& script, ProgramSetting setting = {}) {
    return run_on(kF407Rig, {"/bin/sh", "-c", script}, std::move(setting));
  }
};

TEST_F(ExecTest, EndsAsTheProgramEnds) {
  struct Case {
    const char* script;
    int code;
  };
  for (const Case& each : {Case{"exit 0", 0}, Case{"exit 77", 77}, Case{"kill -KILL $$", 128 + SIGKILL},
                           Case{"kill -TERM $$", 128 + SIGTERM}, Case{"kill -PIPE $$", 128 + SIGPIPE}})
    EXPECT_EQ(shell(each.script).exit_code, each.code) << each.script;
}

TEST_F(ExecTest, PassesSignalsOn) {
  struct Case {
    int signal;
    const char* name;
  };
  for (const Case& each : {Case{SIGTERM, "TERM"}, Case{SIGINT, "INT"}, Case{SIGHUP, "HUP"}, Case{SIGUSR1, "USR1"}}) {
    SCOPED_TRACE(each.name);
    const Scratch scratch;
    const std::filesystem::path ready = scratch.path() / "ready";
    ProgramSetting setting;
    setting.signal = ProgramSetting::Signal{each.signal, [&] { return std::filesystem::exists(ready); }, {}};
    setting.limit = std::chrono::seconds(60);
    const Finished done = shell("trap 'echo heard; exit 5' " + std::string(each.name) + "; touch " + ready.string() +
                                    "; while :; do sleep 0.05; done",
                                setting);
    EXPECT_EQ(done.exit_code, 5) << done.out;
    EXPECT_EQ(done.out, "heard\n");
  }
}

TEST_F(ExecTest, ShowsNoDeviceButTheProbes) {
  EXPECT_EQ(run_on(kF407Rig, {"/bin/ls", "/sys/bus/usb/devices"}).out, "1-1\n1-2\n1-3\n");
  EXPECT_EQ(run_on(kF407Rig, {"/bin/ls", "/dev/bus/usb/001"}).out, "002\n003\n004\n");
  EXPECT_EQ(run_on(kF407Rig, {"/bin/cat", "/sys/bus/usb/devices/1-2/idProduct"}).out, "374b\n");
}

TEST_F(ExecTest, LeavesNothingBehind) {
  const Finished done = shell("echo $UMOCKDEV_DIR; ls $UMOCKDEV_DIR >/dev/null");
  EXPECT_EQ(done.exit_code, 0) << done.out;
  ASSERT_THAT(done.out, AllOf(StartsWith("/tmp/rigor-lab-"), EndsWith("\n")));
  const std::string directory = done.out.substr(0, done.out.size() - 1);
  EXPECT_FALSE(std::filesystem::exists(directory)) << directory;
}

TEST_F(ExecTest, KeepsTheEnvironmentAndOtherPreloads) {
  ProgramSetting setting;
  setting.environment = {{"GREETING", "hello"}, {"LD_PRELOAD", "libm.so.6"}};
  const Finished done = shell("echo $GREETING $LD_PRELOAD", setting);
  EXPECT_THAT(done.out, AllOf(StartsWith("hello "), HasSubstr("libumockdev-preload"), EndsWith(":libm.so.6\n")));
}

TEST_F(ExecTest, OptionsOfTheProgramAreTheProgramsOwn) {
  EXPECT_EQ(run_on(kF407Rig, {"/bin/echo", "--seed", "--help", "--", "-x"}).out, "--seed --help -- -x\n");
}

TEST_F(ExecTest, SaysWhatIsWrong) {
  struct Case {
    const char* what;
    std::vector<std::string> arguments;
    const char* text;
  };
  for (const Case& each : {
           Case{"no program", {"exec", kF407Rig}, "PROGRAM"},
           Case{"no such program", {"exec", kF407Rig, "--", "/nonexistent/program"}, "cannot run /nonexistent/program"},
           Case{"no such rig", {"exec", "/nonexistent.yaml", "--", "/bin/true"}, "nonexistent"},
           Case{"no preload library",
                {"exec", "--preload", "/nonexistent.so", kF407Rig, "--", "/bin/true"},
                "install umockdev (Debian: apt install umockdev)"},
       }) {
    SCOPED_TRACE(each.what);
    std::vector<std::string> line = each.arguments;
    line.insert(line.begin(), keeper_program());
    ProgramSetting setting;
    setting.environment = plain_environment();
    const Finished done = run_program(line, setting);
    EXPECT_EQ(done.exit_code, 2) << done.err;
    EXPECT_THAT(done.err, HasSubstr(each.text));
  }
}

}  // namespace
}  // namespace rigor::test
