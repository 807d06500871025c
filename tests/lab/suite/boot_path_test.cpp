// BOOT0 proven by what the chip boots.
#include <gmock/gmock.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::Contains;
using ::testing::HasSubstr;

struct Board {
  std::string name;
  std::string probe;
};

LabRigSpec with_boot0(const Board& board, const std::string& wires) {
  LabRigSpec spec;
  spec.board = board.name;
  spec.probe = board.probe;
  spec.lines = "      boot0: {lab: gpio, safe: low}\n";
  spec.lab = "{wires: [" + wires + "]}";
  return spec;
}

TEST(BootPath, IsProvenOnEveryFamilyAndMissedWhereTheWireIs) {
  for (const Board& board :
       {Board{"weact-h523", "v2-clone"}, Board{"stm32h7s78-dk", "v3ec"}, Board{"stm32f4-discovery", "v2"}}) {
    LabRig wired(with_boot0(board, "swd, nrst-line, power, boot0"));
    const TestRecord proven = wired.run("- power: cycle\n- self-test: [boot0]\n- identify:\n");
    EXPECT_EQ(proven.verdict, Verdict::pass) << board.name << describe(proven);
    EXPECT_THAT(proven.steps[1].evidence, Contains(HasSubstr("with BOOT0 high the core was at"))) << board.name;
    LabRig broken(with_boot0(board, "swd, nrst-line, power"));
    const TestRecord missed = broken.run("- power: cycle\n- self-test: [boot0]\n");
    EXPECT_EQ(missed.reason, "LINE_FAILED") << board.name << describe(missed);
    EXPECT_THAT(missed.hint, HasSubstr("wired to BOOT0")) << board.name;
  }
}

TEST(BootPath, NeedsALine) {
  LabRig rig(LabRigSpec{});
  EXPECT_EQ(rig.run("- power: cycle\n- self-test: [boot0]\n").reason, "CAPABILITY_MISSING");
}

TEST(Line, MovesWhatHasNoVerbOfItsOwn) {
  struct Case {
    std::string parameters;
    std::string reason;
  };
  for (const auto& [parameters, reason] :
       {Case{"name: boot0, to: high", ""}, Case{"name: boot0, to: on", "USAGE"}, Case{"name: power, to: on", "USAGE"},
        Case{"name: fan, to: on", "USAGE"}, Case{"name: aux-fan, to: on", "CAPABILITY_MISSING"}}) {
    LabRig rig(with_boot0({"weact-h523", "v2-clone"}, "swd, nrst-line, power, boot0"));
    const TestRecord record = rig.run("- power: cycle\n- line: {" + parameters + "}\n");
    EXPECT_EQ(record.reason, reason) << parameters << describe(record);
    if (reason.empty()) {
      EXPECT_FALSE(rig.bench().boot0().high()) << "its safe state is low";
    }
  }
}

// What the probe reads while the supply is off and something feeds it back through a pin.
TEST(SelfTest, NamesWhatIsFedBack) {
  for (const bool fed : {true, false}) {
    LabRigSpec spec;
    spec.probe = "v2-1";
    spec.lab = "{wires: [swd, nrst-line, power], supply: {discharge: 20ms, backfeed-volts: " +
               std::string(fed ? "0.6" : "0.0") + "}}";
    LabRig rig(spec);
    const TestRecord record = rig.run("- power: cycle\n- self-test: [power]\n");
    EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
    EXPECT_EQ(std::ranges::any_of(record.steps.back().evidence,
                                  [](const std::string& sentence) { return sentence.contains("feeds it back"); }),
              fed);
  }
}

}  // namespace
}  // namespace rigor
