// A bench that has its records stored by another program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kProvision =
    "- power: cycle\n- identify:\n- self-test: [nrst]\n- options: {set: {TZEN: off}}\n"
    "- set-state: provisioning\n- provision: password\n";

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

class ProvisioningToolTest : public ::testing::Test {
 protected:
  // `script`: what the tool does; $1 is the record.
  std::string script_file(const std::string& script) {
    std::string path = ::testing::TempDir() + "rigor-tool-XXXXXX";
    const int opened = ::mkstemp(path.data());
    EXPECT_GE(opened, 0);
    ::close(opened);
    std::ofstream(path) << script;
    made_.push_back(path);
    return path;
  }
  LabRigSpec with_tool(const std::string& script, const std::string& more = "") {
    LabRigSpec spec;
    spec.extra =
        "    provisioning-tool: {command: [sh, " + script_file(script) + ", '{obk}', '{serial}']" + more + "}\n";
    return spec;
  }
  ~ProvisioningToolTest() override {
    for (const std::string& path : made_) std::filesystem::remove(path);
  }
  std::vector<std::string> made_;
};

TEST_F(ProvisioningToolTest, GetsTheRecordAndTheProbeAndItsWordsAreEvidence) {
  const std::string copy = script_file("");
  LabRig rig(with_tool("cp \"$1\" " + copy + "\nstat -c 'mode %a' \"$1\"\necho \"file $1\"\necho \"serial $2\"\n"));
  const TestRecord record = rig.run(kProvision);
  EXPECT_EQ(record.reason, "REGRESSION_INCOMPLETE") << describe(record);  // this tool has only looked at the record
  const auto provisioned = std::ranges::find(record.steps, "provision", &StepRecord::verb);
  ASSERT_NE(provisioned, record.steps.end());
  EXPECT_EQ(provisioned->verdict, Verdict::pass);
  EXPECT_THAT(provisioned->evidence, Contains("sh: mode 600"));
  EXPECT_THAT(provisioned->evidence, Contains(HasSubstr("sh: serial ")));
  // An OBK file begins with destination, size and flag (debug-authentication.md 14.1).
  EXPECT_EQ(content(copy).size(), 12U + 96U);
  for (const std::string& line : provisioned->evidence) {
    if (line.starts_with("sh: file ")) {
      EXPECT_FALSE(std::filesystem::exists(line.substr(9))) << line;
    }
  }
}

TEST_F(ProvisioningToolTest, AToolThatOnlyClaimsToHaveDoneItIsFoundOut) {
  LabRig rig(with_tool("exit 0\n"));
  const TestRecord record = rig.run(kProvision + "- discover: {expect: {integrity: valid}}\n");
  EXPECT_EQ(record.reason, "EXPECTATION_FAILED") << describe(record);
  // Nothing can bring such a board back but a record: the recovery is told, not passed over.
  EXPECT_THAT(record.message, HasSubstr("outside OPEN")) << describe(record);
}

TEST_F(ProvisioningToolTest, AToolThatSaysNoHasItsLastWord) {
  LabRig rig(with_tool("echo first; echo 'Error: no device found' >&2; exit 3\n"));
  const TestRecord record = rig.run(kProvision);
  EXPECT_EQ(record.reason, "PROVISIONING_REFUSED") << describe(record);
  EXPECT_THAT(record.message, HasSubstr("ended with 3: Error: no device found"));
}

TEST_F(ProvisioningToolTest, AToolThatHangsIsEnded) {
  LabRig rig(with_tool("sleep 60\n", ", limit: 200ms"));
  const TestRecord record = rig.run(kProvision);
  EXPECT_EQ(record.reason, "TIME_LIMIT") << describe(record);
}

// With the bench's own tool the facts of our provisioning call are not in the way any more.
TEST_F(ProvisioningToolTest, OnlyTheOtherAssumedFactsStillNeedConsent) {
  LabRigSpec spec = with_tool("exit 0\n");
  spec.allow = "[]";
  LabRig rig(spec);
  const TestRecord record = rig.run(kProvision);
  EXPECT_EQ(record.reason, "CONSENT_MISSING") << describe(record);
  EXPECT_THAT(record.message, HasSubstr("authentication.answers"));
  EXPECT_THAT(record.message, ::testing::Not(HasSubstr("provisioning.tables")));
}

}  // namespace
}  // namespace rigor
