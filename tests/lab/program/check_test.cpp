// `rigor check` on whole files.
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

constexpr const char* kFaultyRig = R"(rig: planted
benches:
  - name: one
    bord: weact-h523
    board: weact-h523
    probe: {usb: 1-2}
    wiring: {nrst: line, power: relay}
    lines:
      power: {chip: relays, line: K1, settle: 15, safe: off}
      nrst: {chip: relays, line: K1, safe: released}
  - name: two
    board: weact-h523
    probe: {lab: v2-clone}
    wiring: {nrst: probe, power: relay}
    lines:
      power: {lab: relay}
    lab:
      wires: [swd, pwr]
      chip: {uid: 1 2 3, stat: closed}
)";

class Check : public ProgramTest {};

TEST_F(Check, FiveFaultsOfOneRigShowAllFivePlaces) {
  write("rig.yaml", kFaultyRig);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"check", "rig.yaml"}, {"check", "rig.yaml", "./rig.yaml", directory() / "rig.yaml"}}) {
    const Finished finished = rigor(command);
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_EQ(finished.err, R"(rig.yaml:4:5: error: unknown key 'bord', did you mean 'board'?
    bord: weact-h523
    ^
rig.yaml:9:47: error: 'settle': '15' has no unit, write 15ms, 15us or 15s
      power: {chip: relays, line: K1, settle: 15, safe: off}
                                              ^
rig.yaml:10:34: error: line 'K1' of chip 'relays' is used twice, bench 'one' has it already, in line 9
      nrst: {chip: relays, line: K1, safe: released}
                                 ^
rig.yaml:18:20: error: item 2 of 'wires' is 'pwr', one of: swd, nrst-probe, nrst-line, power, boot0
      wires: [swd, pwr]
                   ^
rig.yaml:19:26: error: unknown key 'stat', did you mean 'state'?
      chip: {uid: 1 2 3, stat: closed}
                         ^
)");
    EXPECT_EQ(finished.out, "3 files checked, 5 faults\n");
  }
}

TEST_F(Check, TheSamePlacesAsJson) {
  write("rig.yaml", kFaultyRig);
  auto document = json({"check", "rig.yaml"}, 2);
  EXPECT_EQ(document["files"], 3);
  std::vector<std::pair<int, int>> places;
  for (const auto& fault : document["faults"]) {
    EXPECT_EQ(fault["file"], "rig.yaml");
    EXPECT_FALSE(fault["message"].get<std::string>().empty());
    EXPECT_FALSE(fault["hint"].get<std::string>().empty());
    places.emplace_back(fault["line"], fault["column"]);
  }
  EXPECT_EQ(places, (std::vector<std::pair<int, int>>{{4, 5}, {9, 47}, {10, 34}, {18, 20}, {19, 26}}));
}

TEST_F(Check, ARunOfThatRigSaysTheSameAndTouchesNothing) {
  write("rig.yaml", kFaultyRig);
  const Finished finished = rigor({"run", "close-and-regress", "--rig", "rig.yaml"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_EQ(finished.err, rigor({"check", "rig.yaml"}).err);
  EXPECT_EQ(json({"run", "close-and-regress", "--rig", "rig.yaml"}, 2)["error"]["causes"].size(), 5U);
  EXPECT_EQ(files(), std::vector<std::string>{"rig.yaml"});
}

TEST_F(Check, AFaultOfAChipFileIsToldOnceForAllItsBenches) {
  std::filesystem::create_directories(directory() / "boards/chips");
  std::filesystem::copy_file(RIGOR_SOURCE_DIR "/boards/weact-h523.yaml", directory() / "boards/weact-h523.yaml");
  write("boards/chips/stm32h523.yaml",
        read(RIGOR_SOURCE_DIR "/boards/chips/stm32h523.yaml") + "  anser-word: 1\n");  // ends in its `model:`
  write("rig.yaml", read(kVirtualRig));
  std::filesystem::create_directories(directory() / "credentials");
  std::filesystem::copy(kDemo, directory() / "credentials/demo");
  auto document = json({"check", "rig.yaml"}, 2);
  ASSERT_EQ(document["faults"].size(), 1U) << document;
  EXPECT_EQ(document["faults"][0]["file"], "boards/chips/stm32h523.yaml");
  EXPECT_EQ(document["faults"][0]["message"], "unknown key 'anser-word'");
}

TEST_F(Check, ADieIsCheckedByItselfAndAlongWithARig) {
  std::filesystem::create_directories(directory() / "boards/chips/dies");
  write("boards/chips/dies/mine.yaml", "die: mine\nfamily: stm32h5\nmodel:\n  anser-word: 1\n");
  std::string text = small_rig("{wires: [swd, nrst-line, power], chip: {die: mine}}");
  write("rig.yaml", text);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"check", "boards/chips/dies/mine.yaml"},
                                                  {"check", "rig.yaml"},
                                                  {"check", "rig.yaml", "boards/chips/dies/mine.yaml"}}) {
    auto document = json(command, 2);
    ASSERT_EQ(document["faults"].size(), 1U) << document;
    EXPECT_EQ(document["faults"][0]["file"], "boards/chips/dies/mine.yaml");
    EXPECT_EQ(document["faults"][0]["line"], 4);
    EXPECT_EQ(document["files"], command[1] == "rig.yaml" ? 4 : 1) << "with board, chip and die";
  }
}

TEST_F(Check, EverythingThatIsShippedIsRight) {
  std::vector<std::string> arguments = {"check"};
  for (const char* folder :
       {"rigs", "rigs/bricking", "boards", "boards/chips", "boards/chips/dies", "suites", "suites/bricking"})
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(RIGOR_SOURCE_DIR) / folder))
      if (entry.path().extension() == ".yaml") arguments.push_back(entry.path());
  auto document = json(arguments, 0);
  EXPECT_EQ(document["faults"], nlohmann::json::array());
  EXPECT_GE(document["files"], 9);
}

}  // namespace
}  // namespace rigor::test
