// Dies of one's own: found beside the rig, laid between the chip file and the bench, and every mistake with its place.
#include "fixtures/virtual/die_shelf.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "fixtures/virtual/lab.hpp"

namespace rigor::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Die : public ::testing::Test {
 protected:
  Die() : directory_(::testing::TempDir() + "rigor-die-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory_ / kDieFolder);
  }
  ~Die() override { std::filesystem::remove_all(directory_); }

  void write(const std::filesystem::path& name, const std::string& text) { std::ofstream(directory_ / name) << text; }
  void write_die(const std::string& name, const std::string& text) {
    write(std::filesystem::path(kDieFolder) / (name + ".yaml"), text);
  }
  // What is wrong with a rig of one bench whose chip has those keys.
  std::string mistakes(const std::string& chip, const std::string& board = "weact-h523") {
    write("rig.yaml",
          "rig: r\nbenches:\n  - name: a\n    board: " + board +
              "\n    probe: {lab: v2}\n    wiring: {nrst: none}\n    lab:\n      wires: [swd]\n      chip: " + chip +
              "\n");
    Faults faults;
    const auto rig = load_rig(directory_ / "rig.yaml", SearchPath{{RIGOR_SOURCE_DIR}}, faults);
    EXPECT_TRUE(rig) << faults.describe();
    if (rig) files_ = check_lab_sections(*rig, faults);
    return faults.describe();
  }

  std::filesystem::path directory_;
  std::vector<std::filesystem::path> files_;
};

TEST_F(Die, IsFoundBesideTheRigAndTold) {
  write_die("rev-a", "die: rev-a\nabout: seen once\nfamily: stm32h5\nmodel: {revision: 0x1000, ap0-id: 1}\n");
  EXPECT_EQ(mistakes("{die: rev-a, uid: 1 2 3}"), "");
  EXPECT_THAT(files_, ElementsAre(directory_ / kDieFolder / "rev-a.yaml"));
  EXPECT_EQ(mistakes("{die: hostile-stm32h5}"), "") << "and the shipped ones by the search path";
  EXPECT_EQ(mistakes("{uid: 1 2 3}"), "");
  EXPECT_THAT(files_, ElementsAre());
}

TEST_F(Die, AnUnknownNameIsAFaultWithNearOnes) {
  EXPECT_THAT(mistakes("{die: hostile-stm32h6}"),
              HasSubstr("rig.yaml:9:19: error: there is no die 'hostile-stm32h6', did you mean 'hostile-stm32h5'?"));
  EXPECT_THAT(mistakes("{die: [a]}"), HasSubstr("rig.yaml:9:19: error: 'die' is a list"));
  EXPECT_THAT(mistakes("{dei: hostile-stm32h5}"), HasSubstr("unknown key 'dei', did you mean 'die'?"));
  EXPECT_THAT(mistakes("{dei: hostile-stm32f4}", "black-f407"), HasSubstr("unknown key 'dei', did you mean 'die'?"));
}

TEST_F(Die, OfAnotherFamilyIsAFault) {
  EXPECT_THAT(
      mistakes("{die: hostile-stm32f4}"),
      HasSubstr("rig.yaml:9:19: error: die 'hostile-stm32f4' is of family stm32f4, the bench's chip is of family "
                "stm32h5"));
  EXPECT_THAT(mistakes("{die: hostile-stm32h5}", "black-f407"), HasSubstr("is of family stm32h5"));
  EXPECT_EQ(mistakes("{die: hostile-stm32f4}", "black-f407"), "");
  EXPECT_EQ(mistakes("{die: hostile-stm32h7rs}", "nucleo-h7s3l8"), "");
}

TEST_F(Die, AMistakeInItIsToldInItsFile) {
  struct Case {
    const char* text;
    const char* told;
  };
  for (const Case& c : {
           Case{"die: x\nfamily: stm32h5\nmodel:\n  anser-word: 1\n",
                "x.yaml:4:3: error: unknown key 'anser-word', did you mean 'answer-word'?"},
           Case{"die: x\nfamily: stm32f4\nmodel:\n  backup-fill: 256\n", "x.yaml:4:16: error: 'backup-fill'"},
           Case{"die: x\nfamily: stm32h7rs\nmodel: {die: y}\n", "x.yaml:3:9: error: unknown key 'die'"},
           Case{"die: x\nfamily: stm32h5\nmodel: [a]\n", "x.yaml:3:8: error: 'model' is a list"},
           Case{"die: x\nfamily: stm32g0\nmodel: {}\n", "x.yaml:2:9: error: 'family' is 'stm32g0'"},
           Case{"die: x\nmodel: {uid: 1 2 3}\n", "the file has no 'family'"},
           Case{"die: x\nfamily: stm32h5\n", "the file has no 'model'"},
           Case{"die: x\nfamily: stm32h5\nmodel: {}\ncolour: red\n", "x.yaml:4:1: error: unknown key 'colour'"},
       }) {
    write_die("x", c.text);
    EXPECT_THAT(mistakes("{die: x}"), HasSubstr(c.told)) << c.text;
    Faults faults;
    check_die(directory_ / kDieFolder / "x.yaml", faults);
    EXPECT_THAT(faults.describe(), HasSubstr(c.told)) << c.text;
  }
}

}  // namespace
}  // namespace rigor::lab
