// `program: {only-changed: true}`: what an update erases and writes, and what it leaves.
#include <gmock/gmock.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::HasSubstr;

// What the last step but `behind` has to say.
std::string evidence(const TestRecord& record, std::size_t behind = 0) {
  return ::testing::PrintToString(record.steps.at(record.steps.size() - 1 - behind).evidence);
}

const std::string kWritten = "- power: cycle\n- identify:\n- erase: all\n- program: {pattern: 32KiB}\n";

TEST(Update, LeavesWhatIsThereAlready) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kWritten + "- program: {pattern: 32KiB, only-changed: true}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_THAT(evidence(record), HasSubstr(" 0 of 32768 bytes"));
}

// 8 KB sectors: the second is blank, the last was never written.
TEST(Update, ErasesAndWritesTheSectorsThatDiffer) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kWritten +
                                    "- erase: {offset: 8KiB, size: 8KiB}\n"
                                    "- program: {pattern: 40KiB, only-changed: true}\n- verify: {pattern: 40KiB}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_THAT(evidence(record, 1), HasSubstr(" 16384 of 40960 bytes"));
}

TEST(Update, WritesOverSomethingElse) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kWritten +
                                    "- program: {pattern: 16KiB, offset: 8KiB, only-changed: true}\n"
                                    "- verify: {pattern: 16KiB, offset: 8KiB}\n- verify: {pattern: 8KiB}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_THAT(evidence(record, 2), HasSubstr(" 16384 of 16384 bytes"));
}

TEST(Update, WithoutItFlashThatIsNotErasedIsNotWritten) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kWritten + "- program: {pattern: 16KiB, offset: 8KiB, only-changed: false}\n" +
                                    "- verify: {pattern: 16KiB, offset: 8KiB}\n");
  EXPECT_NE(record.verdict, Verdict::pass) << describe(record);
}

TEST(Update, RefusesWhatIsProtectedBeforeItErases) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kWritten +
                                    "- options: {set: {WRPSGn1: 0xFE}}\n"
                                    "- program: {pattern: 16KiB, offset: 8KiB, only-changed: true}\n");
  EXPECT_NE(record.verdict, Verdict::pass);
  EXPECT_EQ(record.reason, "WRITE_PROTECTED") << describe(record);
}

}  // namespace
}  // namespace rigor
