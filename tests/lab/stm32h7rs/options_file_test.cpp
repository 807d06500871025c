// The chip files, boards, the `model:` section and a bench's overrides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures/virtual/stm32h7rs/option_keys.hpp"
#include "framework/bench/board_description.hpp"
#include "framework/bench/search_path.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

YamlNode chip_file(const std::string& name) {
  Faults faults;
  YamlNode node = load_yaml(RIGOR_SOURCE_DIR "/boards/chips/" + name + ".yaml", faults);
  EXPECT_TRUE(faults.empty()) << faults.describe();
  return node;
}

YamlNode yaml(std::string_view text) {
  Faults faults;
  YamlNode node = parse_yaml(text, "lab.yaml", faults);
  EXPECT_TRUE(faults.empty()) << faults.describe();
  return node;
}

TEST(H7OptionsFile, TheChipFilesGiveTheirSilicon) {
  for (const auto& [name, crypto] : {std::pair{"stm32h7s7", true}, {"stm32h7r7", false}}) {
    Faults faults;
    const auto options = read_stm32h7rs_options(chip_file(name), {}, faults);
    ASSERT_TRUE(options) << faults.describe();
    EXPECT_EQ(options->name, name);
    EXPECT_EQ(options->crypto, crypto);
    EXPECT_EQ(options->device_id, 0x485U);
    EXPECT_EQ(options->flash_size, 64U << 10);
    EXPECT_EQ(options->function_table, 0x1FF1FD4CU);
    EXPECT_EQ(options->product_permissions, 0x4007U);
  }
}

TEST(H7OptionsFile, TheBoardsAreDescriptionsOfThisFamily) {
  const SearchPath path{{RIGOR_SOURCE_DIR}};
  for (const char* board : {"stm32h7s78-dk", "nucleo-h7s3l8"}) {
    Faults faults;
    const auto found = load_board(RIGOR_SOURCE_DIR "/boards/" + std::string(board) + ".yaml", path, faults);
    ASSERT_TRUE(found) << faults.describe();
    EXPECT_EQ(found->flash_size, 64U << 10);
    EXPECT_EQ(found->chip_name, "stm32h7s7");
  }
  Faults faults;
  EXPECT_TRUE(load_chip(RIGOR_SOURCE_DIR "/boards/chips/stm32h7r7.yaml", faults)) << faults.describe();
}

TEST(H7OptionsFile, ABenchOverridesTheModel) {
  Faults faults;
  const auto options = read_stm32h7rs_options(chip_file("stm32h7s7"), yaml(R"(
uid: 1 2 3
state: closed
da-record: password
da-credential: e816e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a
da-encrypted: off
ack-mapping: b
rss-answer-after: 840ms
crc: crc32-reflected
flash-content: [{offset: 0x8000, bytes: 3db8f396}]
option-wrpsr: 0
)"),
                                              faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->uid[2], 3U);
  EXPECT_EQ(options->state, VirtualState::closed);
  EXPECT_EQ(options->da_record, PlantedRecord::password);
  EXPECT_EQ(options->da_encrypted, false);
  EXPECT_EQ(options->ack_mapping, AckMapping::b);
  EXPECT_EQ(options->rss_answer_after, 840ms);
  EXPECT_EQ(options->crc, ServiceCrc::crc32_reflected);
  EXPECT_EQ(options->flash_content.at(0).offset, 0x8000U);
  EXPECT_EQ(options->option_words[static_cast<std::size_t>(h7rs::OptionWord::wrpsr)], 0U);
}

TEST(H7OptionsFile, ADieLiesBetweenTheChipFileAndTheBench) {
  Faults faults;
  const auto options = read_stm32h7rs_options(
      chip_file("stm32h7s7"),
      {yaml("{ack-mapping: b, bootloader-version: 0xE1, vendor-word: 2}"), yaml("{die: some-die, vendor-word: 3}")},
      faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->ack_mapping, AckMapping::b);
  EXPECT_EQ(options->bootloader_version, 0xE1U) << "which the chip file has another one of";
  EXPECT_EQ(options->vendor_word, 3U);
  EXPECT_FALSE(read_stm32h7rs_options(chip_file("stm32h7s7"), {yaml("{die: x}"), {}}, faults));
  EXPECT_THAT(faults.describe(), HasSubstr("unknown key 'die'"));
}

TEST(H7OptionsFile, MistakesAreNamed) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c :
       {Case{"anser-word: 1", "did you mean 'answer-word'"}, Case{"state: tz-closed", "tz-closed"},
        Case{"tzen: on", "unknown key 'tzen'"}, Case{"uid: 1 2", "three"},
        Case{"da-record: certificate", "da-credential"}, Case{"service-entry: 0x08000001", "system flash"},
        Case{"core-hertz: 0", "core-hertz"}, Case{"flash-content: [{offset: 0x10000, bytes: 00}]", "does not fit"}}) {
    Faults faults;
    EXPECT_FALSE(read_stm32h7rs_options(chip_file("stm32h7s7"), yaml(c.text), faults)) << c.text;
    ASSERT_EQ(faults.size(), 1U) << c.text << '\n' << faults.describe();
    EXPECT_THAT(faults.describe(), HasSubstr(c.message));
  }
  Faults faults;
  EXPECT_FALSE(read_stm32h7rs_options(yaml("{chip: odd, family: stm32h7rs, flash: {size: 128KiB}}"), {}, faults));
  EXPECT_THAT(faults.describe(), HasSubstr("the flash is 131072 bytes"));
}

TEST(H7OptionsFile, KeysAreUnique) {
  std::vector<std::string_view> names;
  for (const h7rs::OptionKey& key : h7rs::option_keys()) names.push_back(key.name);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace rigor::lab
