// The hostile dies answer every open question of their family the other way round.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "fixtures/virtual/chip_factory.hpp"
#include "fixtures/virtual/die_shelf.hpp"
#include "framework/bench/board_description.hpp"
#include "tests/lab/wiring/open_questions.hpp"

namespace rigor::lab {
namespace {

struct Hostile {
  const char* family;
  const char* board;
  std::vector<std::string> headers;          // with the options
  std::map<std::string, std::string> usual;  // questions that it leaves as they are, and why
};

void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.family; }

const std::map<std::string, std::string> kOfAuthentication = {
    {"magic-word", "there is no second word that a host could try"},
    {"plain-word", "no other word was ever seen; `rigor calibrate` learns it"},
    {"crc-word-order", "a service has one checksum: `crc` is the one that is turned"},
};

std::vector<Hostile> hostile_dies() {
  auto of_h5 = kOfAuthentication;
  of_h5["spoilt-options-keep-state"] = "nothing brings back a part whose state is spoilt";
  of_h5["option-result"] = "options that do not stick are a broken part";
  auto of_h7 = of_h5;
  of_h7["reset-status-address"] = "it is the chip file's";
  return {{"stm32f4", "nucleo-f446re", {"stm32f4/options.hpp"}, {}},
          {"stm32h5", "weact-h523", {"stm32h5/options.hpp", "authentication/options.hpp"}, of_h5},
          {"stm32h7rs", "nucleo-h7s3l8", {"stm32h7rs/options.hpp", "authentication/options.hpp"}, of_h7}};
}

std::string flow(const YamlNode& value) {
  if (!value.is_list()) return value.scalar();
  std::string text;
  for (const YamlNode& item : value.items()) text += (text.empty() ? "" : ", ") + item.scalar();
  return "[" + text + "]";
}

class HostileDie : public ::testing::TestWithParam<Hostile> {
 protected:
  HostileDie() {
    const std::filesystem::path root = RIGOR_SOURCE_DIR;
    const auto die = load_die(root / kDieFolder / ("hostile-" + std::string(GetParam().family) + ".yaml"), faults_);
    const auto board = load_board(root / "boards" / (std::string(GetParam().board) + ".yaml"), {{root}}, faults_);
    EXPECT_TRUE(die && board) << faults_.describe();
    if (!die || !board) return;
    EXPECT_EQ(die->family, GetParam().family);
    board_ = *board;
    model_ = die->model;
  }
  // Whether the die's value of that key makes another chip than the defaults and the chip file do.
  bool turns(const std::string& key) {
    const YamlNode one = parse_yaml(key + ": " + flow(model_.at(key)), "one.yaml", faults_);
    const auto usual = read_chip_options(board_, {}, faults_);
    const auto turned = read_chip_options(board_, {one, {}}, faults_);
    EXPECT_TRUE(usual && turned) << key << '\n' << faults_.describe();
    return usual && turned && *usual != *turned;
  }
  Faults faults_;
  BoardDescription board_;
  YamlNode model_;
};

TEST_P(HostileDie, TurnsEveryOpenQuestion) {
  std::size_t questions = 0;
  for (const std::string& header : GetParam().headers) {
    for (const std::string& key : test::open_questions(header)) {
      ++questions;
      const bool usual = GetParam().usual.contains(key);
      EXPECT_EQ(static_cast<bool>(model_.at(key)), !usual) << key;
    }
  }
  EXPECT_GE(questions, 15U) << "the marks of the header are read";
}

TEST_P(HostileDie, HasNoKeyThatChangesNothing) {
  for (const std::string& key : model_.keys()) EXPECT_TRUE(turns(key)) << key;
}

TEST_P(HostileDie, LeavesOnlyQuestionsThatThereAre) {
  std::vector<std::string> questions;
  for (const std::string& header : GetParam().headers)
    for (const std::string& key : test::open_questions(header)) questions.push_back(key);
  for (const auto& [key, why] : GetParam().usual) EXPECT_THAT(questions, ::testing::Contains(key)) << why;
}

INSTANTIATE_TEST_SUITE_P(Dies, HostileDie, ::testing::ValuesIn(hostile_dies()),
                         [](const auto& test) { return std::string(test.param.family); });

}  // namespace
}  // namespace rigor::lab
