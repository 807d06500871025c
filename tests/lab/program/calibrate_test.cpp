// `rigor survey` and `rigor calibrate`: what a board answers, and what it teaches.
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

const std::string kLab = "{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732";

std::string with(const std::string& keys, const std::string& chip = "", const std::string& board = "weact-h523") {
  std::string rig = small_rig(kLab + chip + "}}", board);
  const std::string allow = "    allow: [uncalibrated:set-state]\n";
  rig.replace(rig.find(allow), allow.size(), keys);
  return rig;
}

class Survey : public ProgramTest {
 protected:
  nlohmann::json row(const nlohmann::json& survey, const std::string& subject) {
    for (const auto& each : survey["rows"])
      if (each["subject"] == subject) return each;
    return {};
  }
};

TEST_F(Survey, ABoardThatIsAsDescribedPasses) {
  write("rig.yaml", with(""));
  const auto survey = json({"survey", "--rig", "rig.yaml", "--bench", "bench"}, 0);
  EXPECT_EQ(survey["differing"], 0);
  EXPECT_EQ(row(survey, "device id")["agrees"], true);
  EXPECT_EQ(row(survey, "product state")["seen"], "open");
  EXPECT_EQ(row(survey, "option TZEN")["seen"], "0xc3");
  EXPECT_THAT(row(survey, "provisioning.tables 0x0bf9fb68")["seen"].get<std::string>(), HasSubstr("entry point"));
  EXPECT_THAT(row(survey, "authentication.answers")["seen"].get<std::string>(), HasSubstr("calibrate"));
}

TEST_F(Survey, WhatDiffersIsSaidAndFails) {
  write("rig.yaml", with("", ", sfsp-version: 0x2D302E00"));
  const Finished survey = rigor({"survey", "--rig", "rig.yaml", "--bench", "bench"});
  EXPECT_EQ(survey.exit_code, 1);
  EXPECT_THAT(survey.out, HasSubstr("DIFFERS"));
}

TEST_F(Survey, NothingIsWritten) {
  write("rig.yaml", with(""));
  rigor({"survey", "--rig", "rig.yaml", "--bench", "bench"});
  EXPECT_THAT(files(), ::testing::ElementsAre("rig.yaml"));
}

TEST_F(Survey, ABoardThatDoesNotAnswerIsNoSurvey) {
  write("rig.yaml", small_rig("{wires: [nrst-line, power]}"));
  const auto survey = json({"survey", "--rig", "rig.yaml", "--bench", "bench"}, 1);
  EXPECT_EQ(survey["reason"], "SWD_NO_ANSWER");
}

class Calibrate : public ProgramTest {
 protected:
  nlohmann::json calibrate(int exit_code, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"calibrate", "--rig", "rig.yaml", "--bench", "bench"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json(arguments, exit_code);
  }
  nlohmann::json close_and_regress() {
    return rigor_json({"run", "close-and-regress", "--rig", "rig.yaml", "--filter", "*password*"});
  }
  nlohmann::json rigor_json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    return nlohmann::json::parse(rigor(arguments).out);
  }
};

TEST_F(Calibrate, OnlyABoardThatMayBeLostIsTaken) {
  write("rig.yaml", with("    allow: [uncalibrated:set-state]\n"));
  EXPECT_THAT(rigor({"calibrate", "--rig", "rig.yaml", "--bench", "bench"}).err, HasSubstr("sacrificial: on"));
  calibrate(4);
  EXPECT_THAT(files(), ::testing::ElementsAre("rig.yaml"));
}

TEST_F(Calibrate, ARecordTakesThePlaceOfTheConsentToUnconfirmedFacts) {
  write("rig.yaml", with("    sacrificial: on\n"));
  EXPECT_EQ(close_and_regress()["tests"][0]["reason"], "CONSENT_MISSING");

  const auto learnt = calibrate(0);
  EXPECT_THAT(learnt["left"], IsEmpty());
  EXPECT_THAT(learnt["learnt"], IsSupersetOf({"authentication.answers", "authentication.ack-mapping",
                                              "provisioning.tables", "provisioning.checksums", "authentication.magic",
                                              "provisioning.calls", "authentication.partial-regression"}));
  EXPECT_THAT(read("stm32h523-calibration.yaml"), HasSubstr("provisioning.tables: 0x0bf9f"));
  EXPECT_EQ(rigor({"check", "stm32h523-calibration.yaml"}).exit_code, 0);

  write("rig.yaml", with("    calibration: stm32h523-calibration.yaml\n"));
  EXPECT_EQ(close_and_regress()["tests"][0]["verdict"], "pass");
}

// A regression to TrustZone that takes the record loses the board; what it had shown before is written down.
TEST_F(Calibrate, ABoardThatIsLostLastHasTaughtWhatItCould) {
  write("rig.yaml", with("    sacrificial: on\n", ", tz-regression-erases-obk: on"));
  const auto learnt = calibrate(1);
  EXPECT_THAT(learnt["learnt"], Contains("provisioning.checksum-orders"));
  EXPECT_THAT(learnt["learnt"], Not(Contains("authentication.partial-regression")));
  EXPECT_THAT(read("stm32h523-calibration.yaml"), Not(HasSubstr("partial-regression")));
}

// What the chip file assumes is wrong here, and the record says what is right.
TEST_F(Calibrate, SiliconThatIsNotAsAssumedIsLearnt) {
  write("rig.yaml", with("    sacrificial: on\n",
                         ", provisioning-table: 0x0BF9FE68, crc: crc32-reflected, "
                         "answer-word: 0x53544441, ack-mapping: b"));
  calibrate(0, {"--out", "learnt.yaml"});
  const std::string record = read("learnt.yaml");
  for (const char* fact : {"provisioning.tables: 0x0bf9fe68", "provisioning.checksums: crc32-reflected",
                           "authentication.answers: 0x53544441", "authentication.ack-mapping: b"})
    EXPECT_THAT(record, HasSubstr(fact));
}

TEST_F(Calibrate, WhatAnotherSecurityFirmwareHasShownDoesNotCount) {
  write("rig.yaml", with("    sacrificial: on\n"));
  calibrate(0);
  write("rig.yaml", with("    calibration: stm32h523-calibration.yaml\n", ", sfsp-version: 0x02050000"));
  const auto run = close_and_regress();
  EXPECT_EQ(run["tests"][0]["reason"], "CONSENT_MISSING") << run;
}

TEST_F(Calibrate, ARecordIsNotOverwritten) {
  write("rig.yaml", with("    sacrificial: on\n"));
  write("stm32h523-calibration.yaml", "mine\n");
  calibrate(2);
  EXPECT_EQ(read("stm32h523-calibration.yaml"), "mine\n");
}

TEST_F(Calibrate, AFailureWritesNothingAndTheBoardIsBroughtBack) {
  write("rig.yaml", with("    sacrificial: on\n", ", answer-word: 0x12345678"));
  EXPECT_EQ(calibrate(1)["reason"], "DA_PROTOCOL");
  EXPECT_THAT(files(), Not(Contains("stm32h523-calibration.yaml")));
}

TEST_F(Calibrate, APasswordForEverNeedsItsConsents) {
  write("rig.yaml", with("    sacrificial: on\n    allow: [irreversible:provision]\n", "", "nucleo-h503rb"));
  EXPECT_EQ(calibrate(4)["reason"], "CONSENT_MISSING");
  EXPECT_THAT(calibrate(0, {"--allow", "irreversible:provision=1"})["left"], IsEmpty());
}

TEST_F(Calibrate, APartWithoutAssumptionsHasNothingToLearn) {
  write("rig.yaml", with("    sacrificial: on\n", "", "black-f407"));
  EXPECT_THAT(calibrate(0)["learnt"], IsEmpty());
}

TEST_F(Calibrate, ARecordMustFitTheBench) {
  write("rig.yaml", with("    sacrificial: on\n"));
  calibrate(0);
  write("other.yaml", with("    calibration: stm32h523-calibration.yaml\n", "", "nucleo-h533re"));
  EXPECT_THAT(rigor({"check", "other.yaml"}).err, HasSubstr("the calibration record is of stm32h523"));
  write("real.yaml",
        "rig: real\nbenches:\n  - name: bench\n    board: weact-h523\n    probe: {usb: 1-2}\n"
        "    wiring: {nrst: probe}\n    calibration: stm32h523-calibration.yaml\n");
  EXPECT_THAT(rigor({"check", "real.yaml"}).err, HasSubstr("learnt on a virtual board, the bench has a real one"));
}

}  // namespace
}  // namespace rigor::test
