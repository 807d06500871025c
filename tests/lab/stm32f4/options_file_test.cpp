// The chip file and `lab: chip:` of an F4: what is read, and every mistake with its place.
#include <gmock/gmock.h>

#include "fixtures/virtual/stm32f4/options.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

YamlNode yaml(std::string_view text) {
  Faults faults;
  YamlNode node = parse_yaml(text, "lab.yaml", faults);
  EXPECT_TRUE(faults.empty()) << faults.describe();
  return node;
}

TEST(F4OptionsFile, TheFileOfTheRepositoryIsTheDefault) {
  Faults faults;
  const YamlNode file = load_yaml(RIGOR_SOURCE_DIR "/boards/chips/stm32f407.yaml", faults);
  const auto options = read_stm32f4_options(file, {}, faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->name, "stm32f407");
  EXPECT_EQ(options->flash_size, 1U << 20);
  EXPECT_EQ(options->sram_size, 128U << 10);
  EXPECT_EQ(options->ccm_size, 64U << 10);
}

// Each is the other way round than the default, or it would prove nothing.
TEST(F4OptionsFile, TheHostileRigTurnsEveryOpenQuestion) {
  Faults faults;
  const YamlNode rig = load_yaml(RIGOR_SOURCE_DIR "/rigs/virtual-f4-hostile.yaml", faults);
  for (const YamlNode& bench : rig.at("benches").items()) {
    const auto found = read_stm32f4_options(yaml("{}"), bench.at("lab").at("chip"), faults);
    ASSERT_TRUE(found) << faults.describe();
    const Stm32f4Options usual;
    EXPECT_EQ(found->interrupted_options, OptionWrite::all_ones) << "which is no question (stm32f4.md 4)";
    EXPECT_NE(found->erase_mebibyte, usual.erase_mebibyte);
    for (const bool Stm32f4Options::* question :
         {&Stm32f4Options::bare_start_erases, &Stm32f4Options::spare_key_faults, &Stm32f4Options::stale_flags_refuse,
          &Stm32f4Options::read_while_write, &Stm32f4Options::pcrop_reads_zero, &Stm32f4Options::options_at_once,
          &Stm32f4Options::lowering_needs_power, &Stm32f4Options::regression_erases_protected,
          &Stm32f4Options::regression_erases_pcrop, &Stm32f4Options::level2_identity,
          &Stm32f4Options::odd_otp_lock_locks, &Stm32f4Options::backup_write_faults})
      EXPECT_NE((*found).*question, usual.*question);
  }
}

TEST(F4OptionsFile, SectionsOfTheSiliconAreRead) {
  Faults faults;
  const auto options = read_stm32f4_options(
      yaml("{identity: {package: 0x1FFF0000}, flash: {size: 256KiB, banks: 2, sectors: [{count: 2, size: 64KiB}]},"
           " sram: [{name: a, size: 16KiB}, {name: b, size: 16KiB}, {name: backup, size: 4KiB}],"
           " otp: {base: 0x1000, size: 64, block: 16, locks: 0x2000},"
           " options: {base: 0x3000, second-base: 0x4000, pcrop: on}}"),
      yaml("{flash-size-word: 0xFFFF, interrupted-options: stays, vpp: on}"), faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->package_address, 0x1FFF0000U);
  EXPECT_EQ(options->banks, 2U);
  ASSERT_EQ(options->sectors.size(), 1U);
  EXPECT_EQ(options->sectors[0].count, 2U);
  EXPECT_EQ(options->sectors[0].size, 64U << 10);
  EXPECT_EQ(options->sram_size, 32U << 10);
  EXPECT_EQ(options->ccm_size, 0U);
  EXPECT_EQ(options->backup_sram_size, 4096U);
  EXPECT_EQ(options->otp_base, 0x1000U);
  EXPECT_EQ(options->otp_size, 64U);
  EXPECT_EQ(options->otp_block, 16U);
  EXPECT_EQ(options->otp_locks, 0x2000U);
  EXPECT_EQ(options->option_base, 0x3000U);
  EXPECT_EQ(options->second_option_base, 0x4000U);
  EXPECT_TRUE(options->pcrop);
  EXPECT_EQ(options->flash_size_word, 0xFFFFU);
  EXPECT_EQ(options->interrupted_options, OptionWrite::stays);
  EXPECT_TRUE(options->vpp);
}

TEST(F4OptionsFile, ABenchOverridesItsUnit) {
  Faults faults;
  const auto options = read_stm32f4_options(
      yaml("{chip: x, model: {revision: 0x1001, erase-16k: [1ms, 2ms, 3ms], erase-mebibyte: 5ms}}"),
      yaml("{uid: 00000001 00000002 00000003, revision: 0x2003, flash-content: [{offset: 16, bytes: 0102}]}"), faults);
  ASSERT_TRUE(options) << faults.describe();
  EXPECT_EQ(options->revision, 0x2003U);
  EXPECT_THAT(options->uid, ::testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(options->erase_16k, ::testing::ElementsAre(1ms, 2ms, 3ms, 3ms));
  EXPECT_THAT(options->erase_mebibyte, ::testing::Each(5ms));
  ASSERT_EQ(options->flash_content.size(), 1U);
  EXPECT_EQ(options->flash_content[0].offset, 16U);
}

TEST(F4OptionsFile, MistakesAreFaults) {
  struct Case {
    const char* file;
    std::string overrides;
    const char* message;
  };
  for (const Case& each : {
           Case{"{}", "{revisoin: 1}", "unknown key 'revisoin'"},
           Case{"{}", "{uid: 1 2}", "'uid' has 2 words"},
           Case{"{}", "{erase-16k: [1ms, 2ms]}", "has 2 times"},
           Case{"{flash: {size: 3KiB}}", "{}", "the flash is 3072 bytes"},
           Case{"{flash: {size: 2MiB}}", "{}", "expected whole sectors"},
           Case{"{flash: {size: 1MiB, banks: 3}}", "{}", "in one or two banks"},
           Case{"{flash: {size: 32KiB, sectors: [{count: 1, size: 32KiB}]}}", "{}", "16, 64 and 128 KiB"},
           Case{"{flash: {size: 16KiB, sectors: [{count: 0, size: 16KiB}]}}", "{}", "expected whole sectors"},
           Case{"{otp: {block: 0}}", "{}", "not a number of blocks"},
           Case{"{otp: {size: 100, block: 32}}", "{}", "not a number of blocks"},
           Case{"{otp: {size: 32, block: 32}}", "{otp-content: \"" + std::string(68, '0') + "\"}", "does not fit"},
           Case{"{}", "{option-write: perhaps}", "perhaps"},
           Case{"{}", "{backup-fill: 256}", "backup-fill"},
           Case{"{sram: [{name: sram, size: 1KiB}]}", "{}", "pages"},
           Case{"{}", "{flash-content: [{offset: 0xFFFFF, bytes: 0102}]}", "does not fit"},
           Case{"{}", "{core-hertz: 1}", "core-hertz"},
       }) {
    Faults faults;
    EXPECT_FALSE(read_stm32f4_options(yaml(each.file), yaml(each.overrides), faults)) << each.message;
    EXPECT_THAT(faults.describe(), HasSubstr(each.message));
  }
}

}  // namespace
}  // namespace rigor::lab
