// Ctrl-C in the middle of a long run.
#include <csignal>

#include "tests/lab/program/program_test.hpp"

namespace rigor::testing {
namespace {

using namespace std::chrono_literals;

class Interrupted : public ProgramTest, public ::testing::WithParamInterface<int> {};

TEST_P(Interrupted, ARunEndsSoonWithEverythingRecorded) {
  setting.signal = {.after = 300ms, .number = GetParam()};
  const Finished finished = rigor({"run", "--rig", kVirtualRig, "--out", "out", "--repeat", "200", "--json"});
  EXPECT_EQ(finished.exit_code, 1) << "tests before it were refused\n" << finished.err;
  EXPECT_LT(finished.after_signal, 5s);
  EXPECT_THAT(finished.err, ::testing::HasSubstr("interrupted"));
  auto run = nlohmann::json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(run.is_discarded()) << finished.out.substr(0, 1000);
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

}  // namespace
}  // namespace rigor::testing
