// The chip files of boards/chips, the `model:` section and a bench's overrides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures/virtual/stm32h5/option_keys.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

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

TEST(OptionsFile, TheChipFilesGiveTheirSilicon) {
  struct Case {
    const char* name;
    std::uint32_t device_id, flash, sram, sram3;
    bool crypto;
  };
  const std::uint32_t absent = Stm32h5Options{}.sram3_base;  // an H503 has no SRAM3 and nothing to provision from it
  for (const Case& c : {Case{"stm32h503", 0x474, 128U << 10, 32U << 10, absent, false},
                        Case{"stm32h523", 0x478, 512U << 10, 272U << 10, 0x20034000, false},
                        Case{"stm32h533", 0x478, 512U << 10, 272U << 10, 0x20034000, true},
                        Case{"stm32h562", 0x484, 2U << 20, 640U << 10, 0x20050000, false},
                        Case{"stm32h563", 0x484, 2U << 20, 640U << 10, 0x20050000, false},
                        Case{"stm32h573", 0x484, 2U << 20, 640U << 10, 0x20050000, true}}) {
    Faults faults;
    const auto options = read_stm32h5_options(chip_file(c.name), {}, faults);
    ASSERT_TRUE(options) << faults.describe();
    EXPECT_EQ(options->name, c.name);
    EXPECT_EQ(options->encrypts, c.crypto) << c.name;
    EXPECT_EQ(options->device_id, c.device_id) << c.name;
    EXPECT_EQ(options->flash_size, c.flash) << c.name;
    EXPECT_EQ(options->sram_size, c.sram) << c.name;
    EXPECT_EQ(options->sram3_base, c.sram3) << c.name;
    EXPECT_EQ(options->answer_word, 0x44414F4BU);
  }
}

TEST(OptionsFile, ABenchOverridesTheModel) {
  const YamlNode overrides = yaml(R"(
uid: 0032001A 3333510A 30363532
state: closed
tzen: on
da-record: certificate
da-credential: 535f40986493859d5d373d229ee4af383394e4c39acf41bec8f9d0d7e184e5b8
ack-mapping: b
rss-answer-after: 840ms
uid-readable-in: [open, provisioning]
crc: crc32-reflected
power-on-millivolts: 1700
flash-fill: zeros
flash-content:
  - {offset: 0x18000, bytes: 3db8f396}
option-wrp1: 0xF0
)");
  Faults faults;
  const auto options = read_stm32h5_options(chip_file("stm32h523"), overrides, faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->uid[1], 0x3333510AU);
  EXPECT_EQ(options->state, ProductState::closed);
  EXPECT_TRUE(options->tzen);
  EXPECT_EQ(options->da_credential.size(), 32U);
  EXPECT_EQ(options->ack_mapping, AckMapping::b);
  EXPECT_EQ(options->rss_answer_after, 840ms);
  EXPECT_TRUE(options->uid_readable_in.contains(ProductState::provisioning));
  EXPECT_EQ(options->crc, ProvisioningCrc::crc32_reflected);
  EXPECT_EQ(options->power_on_millivolts, 1700U);
  ASSERT_EQ(options->flash_content.size(), 1U);
  EXPECT_EQ(options->flash_content[0].offset, 0x18000U);
  EXPECT_EQ(options->option_words[static_cast<std::size_t>(OptionWord::wrp1)], 0xF0U);
}

TEST(OptionsFile, ADieLiesBetweenTheChipFileAndTheBench) {
  Faults faults;
  const auto options = read_stm32h5_options(
      chip_file("stm32h523"),
      {yaml("{ack-mapping: b, bootloader-version: 0xE1, vendor-word: 2}"), yaml("{die: some-die, vendor-word: 3}")},
      faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->ack_mapping, AckMapping::b);
  EXPECT_EQ(options->bootloader_version, 0xE1U) << "which the chip file has another one of";
  EXPECT_EQ(options->vendor_word, 3U);
  EXPECT_FALSE(read_stm32h5_options(chip_file("stm32h523"), {yaml("{die: x}"), {}}, faults));
  EXPECT_THAT(faults.describe(), HasSubstr("unknown key 'die'"));
}

TEST(OptionsFile, MistakesAreNamed) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c :
       {Case{"anser-word: 1", "did you mean 'answer-word'"}, Case{"state: shut", "shut"}, Case{"uid: 1 2", "three"},
        Case{"ack-mapping: c", "c"}, Case{"word-delay: 5", "word-delay"},
        Case{"power-on-millivolts: x", "power-on-millivolts"}, Case{"da-record: password", "da-credential"},
        Case{"flash-content: [{offset: 0x80000, bytes: 00}]", "does not fit"}, Case{"revision: -1", "revision"}}) {
    Faults faults;
    EXPECT_FALSE(read_stm32h5_options(chip_file("stm32h523"), yaml(c.text), faults)) << c.text;
    ASSERT_EQ(faults.size(), 1U) << c.text << '\n' << faults.describe();
    EXPECT_THAT(faults.describe(), HasSubstr(c.message));
    EXPECT_THAT(faults.describe(), StartsWith("lab.yaml:1:")) << c.text;
  }
}

TEST(OptionsFile, AnotherFamilyIsNotThisModel) {
  Faults faults;
  EXPECT_FALSE(read_stm32h5_options(yaml("{chip: stm32f407, family: stm32f4}"), {}, faults));
  EXPECT_THAT(faults.describe(), StartsWith("lab.yaml:1:27: error: the lab has no model of 'stm32f407'"));
}

TEST(OptionsFile, SiliconThatIsImpossibleIsToldInTheChipFile) {
  const YamlNode chip =
      yaml("{chip: odd, family: stm32h5, flash: {size: 3KiB}, sram: [{name: a, size: 1KiB, base: 1}]}");
  Faults faults;
  EXPECT_FALSE(read_stm32h5_options(chip, yaml("{state: open}"), faults));
  EXPECT_THAT(faults.describe(), StartsWith("lab.yaml:1:37: error: the flash is 3072 bytes"));
}

TEST(OptionsFile, WithoutAChipFileTheKeysAreLookedAtAllTheSame) {
  Faults faults;
  EXPECT_FALSE(read_stm32h5_options({}, yaml("{state: open}"), faults));
  EXPECT_TRUE(faults.empty()) << faults.describe();
  EXPECT_FALSE(read_stm32h5_options({}, yaml("{state: opne}"), faults));
  EXPECT_EQ(faults.size(), 1U) << faults.describe();
}

TEST(OptionsFile, KeysAreUnique) {
  std::vector<std::string_view> names;
  for (const h5::OptionKey& key : h5::option_keys()) names.push_back(key.name);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace rigor::lab
