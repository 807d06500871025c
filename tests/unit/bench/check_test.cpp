#include "framework/bench/check.hpp"

#include <gmock/gmock.h>

#include "tests/unit/bench/files.hpp"

namespace rigor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CheckTest : public FilesTest {
 protected:
  static std::string described(const CheckReport& report) {
    std::string text;
    for (const Fault& fault : report.faults) text += describe_fault(fault) + "\n";
    return text;
  }
};

TEST_F(CheckTest, five_faults_of_one_rig_show_all_five_places) {
  write("rig.yaml",
        "rig: rack\n"
        "suits: [close-and-regress]\n"
        "benches:\n"
        "  - name: one\n"
        "    board: weact-h253\n"
        "    probe: {lab: v2-clone}\n"
        "    wiring: {nrst: lin, power: relay}\n"
        "    lines:\n"
        "      power: {lab: relay, settle: 15, safe: off}\n"
        "    allow: [irreversible:opt]\n");
  EXPECT_EQ(described(check_file("rig.yaml", search_)),
            "rig.yaml:2:1: error: unknown key 'suits', did you mean 'suites'?\n"
            "suits: [close-and-regress]\n"
            "^\n"
            "rig.yaml:5:12: error: there is no board 'weact-h253', did you mean 'weact-h523'?\n"
            "    board: weact-h253\n"
            "           ^\n"
            "rig.yaml:7:20: error: 'nrst' is 'lin', did you mean 'line'?\n"
            "    wiring: {nrst: lin, power: relay}\n"
            "                   ^\n"
            "rig.yaml:9:35: error: 'settle': '15' has no unit, write 15ms, 15us or 15s\n"
            "      power: {lab: relay, settle: 15, safe: off}\n"
            "                                  ^\n"
            "rig.yaml:10:13: error: item 1 of 'allow' is 'irreversible:opt', did you mean 'irreversible:otp'?\n"
            "    allow: [irreversible:opt]\n"
            "            ^\n");
}

TEST_F(CheckTest, everything_that_is_shipped_is_right) {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"rigs", "boards", "boards/chips"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(RIGOR_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  }
  const CheckReport report = check_files(files, search_);
  EXPECT_EQ(described(report), "");
  EXPECT_GE(report.files.size(), 5U);
}

TEST_F(CheckTest, files_that_are_referred_to_are_checked_along_and_once) {
  write("boards/chips/odd.yaml", "chip: odd\nfamily: stm32h9\n");
  write("boards/odd.yaml", "board: odd\nchip: odd\nflash: 1KiB\ncolour: red\n");
  const std::string bench = "    board: odd\n    probe: {lab: x}\n    wiring: {nrst: none}\n";
  write("rig.yaml", "rig: r\nbenches:\n  - name: a\n" + bench + "  - name: b\n" + bench);
  const std::filesystem::path paths[] = {"rig.yaml", "./boards/odd.yaml"};
  const CheckReport report = check_files(paths, search_);
  EXPECT_THAT(report.files, ElementsAre("rig.yaml", "boards/odd.yaml", "boards/chips/odd.yaml"));
  std::string text;
  for (const Fault& fault : report.faults) text += format_fault(fault) + "\n";
  EXPECT_EQ(text,
            "boards/odd.yaml:4:1: error: unknown key 'colour', one of: board, about, chip, flash, swd-khz, "
            "flash-parallelism, low-voltage-supplies\n"
            "boards/chips/odd.yaml:1:1: error: the file has no 'flash', add 'flash: ...'\n"
            "boards/chips/odd.yaml:1:1: error: the file has no 'identity', add 'identity: ...'\n"
            "boards/chips/odd.yaml:1:1: error: the file has no 'debug', add 'debug: ...'\n"
            "boards/chips/odd.yaml:2:9: error: 'family' is 'stm32h9', did you mean 'stm32h5'?\n");
}

TEST_F(CheckTest, files_of_no_known_kind_say_which_kinds_there_are) {
  write("a.yaml", "bord: x\n");
  write("b.yaml", "hello: x\n");
  write("c.yaml", "- x\n");
  const std::filesystem::path paths[] = {"a.yaml", "b.yaml", "c.yaml", "none.yaml"};
  const CheckReport report = check_files(paths, search_, {{{"suite", {}}}, {}});
  ASSERT_EQ(report.faults.size(), 4U);
  EXPECT_EQ(format_fault(report.faults[0]),
            "a.yaml:1:1: error: no description begins with 'bord', did you mean 'board'?");
  EXPECT_EQ(format_fault(report.faults[1]),
            "b.yaml:1:1: error: no description begins with 'hello', one of: rig, board, chip, layout, calibration, "
            "suite, schedule");
  EXPECT_EQ(format_fault(report.faults[2]),
            "c.yaml:1:1: error: the file is a list, one of: rig, board, chip, layout, calibration, suite, schedule");
  EXPECT_EQ(report.faults[3].line, 0U);
  EXPECT_EQ(report.faults[3].file, "none.yaml");
}

TEST_F(CheckTest, a_rig_is_shown_to_higher_rooms_once_and_as_far_as_it_was_read) {
  std::vector<std::size_t> benches;
  HigherKinds higher;
  higher.rig = [&](const RigDescription& rig, Faults& faults) {
    benches.push_back(rig.benches.size());
    faults.add(rig.benches[0].lab.place(), "not good");
    return std::vector<std::filesystem::path>{"beside.yaml", "./beside.yaml"};
  };
  write("rig.yaml",
        "rig: r\nbenches:\n  - name: a\n    board: no-such\n    probe: {lab: x}\n    wiring: {nrst: none}\n"
        "    lab: {}\n    colour: red\n");
  const std::filesystem::path paths[] = {"rig.yaml", "./rig.yaml", std::filesystem::absolute("rig.yaml")};
  const CheckReport report = check_files(paths, search_, higher);
  EXPECT_THAT(benches, ElementsAre(1U));
  EXPECT_THAT(report.files, ElementsAre("rig.yaml", "beside.yaml"));
  ASSERT_EQ(report.faults.size(), 3U) << described(report);
  EXPECT_EQ(report.faults[0].message, "there is no board 'no-such'");
  EXPECT_EQ(report.faults[1].message, "not good");
  EXPECT_EQ(report.faults[2].message, "unknown key 'colour'");
}

TEST_F(CheckTest, higher_kinds_are_checked_by_their_own_rooms) {
  std::vector<std::string> checked;
  HigherKinds higher;
  higher.checks["suite"] = [&](const std::filesystem::path& path, const SearchPath&, Faults& faults) {
    checked.push_back(path.string());
    faults.add({path.string(), 1, 1, "suite: s"}, "not good");
  };
  higher.compiled_suites = {"compiled"};
  write("suites/s.yaml", "suite: s\n");
  write("rig.yaml",
        "rig: r\nsuites: [s, compiled, t]\nbenches:\n  - name: a\n    board: weact-h523\n    probe: {lab: x}\n"
        "    wiring: {nrst: none}\n");
  const std::filesystem::path paths[] = {"rig.yaml", "suites/s.yaml"};
  const CheckReport report = check_files(paths, SearchPath{{RIGOR_SOURCE_DIR}}, higher);
  EXPECT_THAT(checked, ElementsAre("suites/s.yaml"));
  ASSERT_EQ(report.faults.size(), 2U) << described(report);
  EXPECT_EQ(report.faults[0].message, "not good");
  EXPECT_EQ(report.faults[1].message, "there is no suite 't'");
  EXPECT_EQ(report.faults[1].line, 2U);
}

}  // namespace
}  // namespace rigor
