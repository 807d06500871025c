// Ctrl-C in the middle of a long run.
#include <csignal>

#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;

class Interrupted : public ProgramTest, public ::testing::WithParamInterface<int> {};

TEST_P(Interrupted, ARunEndsSoonWithEverythingRecorded) {
  const auto begun = [this] { return std::filesystem::exists(directory() / "out/events.jsonl"); };
  setting.signal = {.number = GetParam(), .once = begun, .after = 300ms};
  const Finished finished = rigor({"run", "--rig", kVirtualRig, "--out", "out", "--repeat", "200", "--json"});
  EXPECT_LT(finished.after_signal, 5s);
  EXPECT_THAT(finished.err, ::testing::HasSubstr("interrupted"));
  EXPECT_THAT(finished.err, ::testing::HasSubstr("tests were not begun"));
  EXPECT_LT(finished.err.size(), 100'000U) << "nobody reads a line for each of them";
  auto run = nlohmann::json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(run.is_discarded()) << finished.out.substr(0, 1000);
  EXPECT_EQ(finished.exit_code, count_verdicts(run, "refused") > 0 ? 1 : 3) << "what was refused before it counts";
  EXPECT_EQ(run["tests"].size(), 1200U);
  EXPECT_GT(count_verdicts(run, "aborted"), 600);
  EXPECT_EQ(count_verdicts(run, "error") + count_verdicts(run, "fail") + count_verdicts(run, "timeout"), 0);
  EXPECT_EQ(run["tests"].back()["reason"], "ABORTED");
  setting.signal.reset();
  EXPECT_EQ(json({"report", "latest", "--out", "out"}, 0)["tests"].size(), 1200U);
  EXPECT_THAT(files("out"), ::testing::IsSupersetOf({"junit.xml", "report.html"}));
}

INSTANTIATE_TEST_SUITE_P(By, Interrupted, ::testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& test) { return std::string(::sigabbrev_np(test.param)); });

using UnderNohup = ProgramTest;

TEST_F(UnderNohup, ATerminalThatIsClosedDoesNotMatter) {
  setting.before = [] { std::ignore = std::signal(SIGHUP, SIG_IGN); };
  const auto begun = [this] { return std::filesystem::exists(directory() / "out/events.jsonl"); };
  setting.signal = {.number = SIGHUP, .once = begun};
  auto run = json({"run", "--rig", kVirtualRig, "--bench", "nucleo-h533", "--out", "out", "--repeat", "3"}, 0);
  EXPECT_EQ(count_verdicts(run, "pass"), 6);
}

}  // namespace
}  // namespace rigor::test
