// What each die of the family has: identity, memories, registers and the bits of its option words (stm32h5.md 1, 2, 4).
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

struct OptionBits {
  std::uint32_t offset;  // of CUR
  std::uint32_t bits;
  std::uint32_t delivered;
};

struct Part {
  const char* name;
  std::uint32_t device_id, flash, sram, bootloader_address, sfsp_address;
  bool trust_zone;
  std::vector<OptionBits> options;
};

// stm32h5.md 4.1 and 4.4; the words of bank 2 are those of bank 1.
std::vector<Part> parts() {
  const auto with_trust_zone = [](std::uint32_t wrp, std::uint32_t sector) {
    const std::uint32_t area = sector << 16 | sector;
    return std::vector<OptionBits>{{0x50, 0xBFF3FFDF, 0x2D30EDD8},
                                   {0x60, 0x00FFFFFF, 0},
                                   {0x68, 0x00FFFFFF, 0},
                                   {0x70, 0xFF00017C, 0xC300017C},
                                   {0x80, 0xFFFFFFFF, 0x080000C3},
                                   {0x88, 0xFFFFFFFF, 0x0C0000C3},
                                   {0x90, 0xFFFFFFFF, 0},
                                   {0xE0, area, sector << 16},
                                   {0xE8, wrp, wrp},
                                   {0xF0, 0x8007, 0},
                                   {0xF8, area, sector},
                                   {0x1E0, area, sector << 16},
                                   {0x1E8, wrp, wrp},
                                   {0x1F0, 0x8007, 0},
                                   {0x1F8, area, sector}};
  };
  const std::vector<OptionBits> h503 = {{0x50, 0x8033FFFF, 0x0030EDF8},
                                        {0x60, 0, 0},
                                        {0x68, 0, 0},
                                        {0x70, 0x00000658, 0x00000658},
                                        {0x80, 0xFFFFFFFF, 0x080000C3},
                                        {0x88, 0, 0},
                                        {0x90, 0xFFFFFFFF, 0},
                                        {0xE0, 0, 0},
                                        {0xE8, 0xFF, 0xFF},
                                        {0xF0, 0, 0},
                                        {0xF8, 0x00070007, 7},
                                        {0x1E0, 0, 0},
                                        {0x1E8, 0xFF, 0xFF},
                                        {0x1F0, 0, 0},
                                        {0x1F8, 0x00070007, 7}};
  const auto h52 = with_trust_zone(0xFF, 31), h56 = with_trust_zone(0xFFFFFFFF, 127);
  return {{"stm32h503", 0x474, 128U << 10, 32U << 10, 0x0BF8FFFE, 0x0BF860CC, false, h503},
          {"stm32h523", 0x478, 512U << 10, 272U << 10, 0x0BF9FAFE, 0x0BF960CC, true, h52},
          {"stm32h533", 0x478, 512U << 10, 272U << 10, 0x0BF9FAFE, 0x0BF960CC, true, h52},
          {"stm32h562", 0x484, 2U << 20, 640U << 10, 0x0BF9FAFE, 0x0BF960CC, true, h56},
          {"stm32h563", 0x484, 2U << 20, 640U << 10, 0x0BF9FAFE, 0x0BF960CC, true, h56},
          {"stm32h573", 0x484, 2U << 20, 640U << 10, 0x0BF9FAFE, 0x0BF960CC, true, h56}};
}

TEST(Part, IdentityAndMemories) {
  for (const Part& expected : parts()) {
    const Stm32h5Options options = part(expected.name);
    Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(Ap::system, 0xE0044000).value_or(0) & 0xFFF, expected.device_id) << expected.name;
    EXPECT_EQ(bench.peek(0x08FFF80C) & 0xFFFF, expected.flash >> 10) << expected.name;
    EXPECT_EQ(bench.peek(expected.sfsp_address), options.sfsp_version) << expected.name;
    EXPECT_EQ(bench.read(Ap::core, expected.bootloader_address, kPlain, 1), options.bootloader_version);
    EXPECT_TRUE(bench.read(Ap::core, kFlash + expected.flash - 4)) << expected.name;
    EXPECT_FALSE(bench.read(Ap::core, kFlash + expected.flash)) << expected.name;
    EXPECT_TRUE(bench.write(Ap::core, 0x20000000 + expected.sram - 4, 1)) << expected.name;
    EXPECT_FALSE(bench.write(Ap::core, 0x20000000 + expected.sram, 1)) << expected.name;
    EXPECT_EQ(bench.read(Ap::core, 0x0BFD0000).has_value(), expected.trust_zone) << "the keys area";
    EXPECT_EQ(bench.peek(0xE000EFB8), expected.trust_zone ? 0xFFU : 0x0FU) << "DAUTHSTATUS";
  }
}

TEST(Part, OptionWordsHaveTheirBits) {
  for (const Part& expected : parts()) {
    Bench bench(part(expected.name));
    bench.start();
    bench.unlock_options();
    for (const OptionBits& word : expected.options) {
      EXPECT_EQ(bench.peek(kFlashRegisters + word.offset), word.delivered)
          << expected.name << std::hex << " " << word.offset;
      bench.poke(kFlashRegisters + word.offset + 4, 0xFFFFFFFF);
      EXPECT_EQ(bench.peek(kFlashRegisters + word.offset + 4), word.bits)
          << expected.name << std::hex << " " << word.offset;
    }
  }
}

// Every register that the H503 lacks reads zero and takes nothing (stm32h5.md 3.1).
TEST(Part, AnH503HasNoSecureRegisters) {
  Bench bench(part("stm32h503"));
  bench.start();
  std::vector<std::uint32_t> absent = {0x08, 0x10, 0x14, 0x24, 0x2C, 0x34, 0x40, 0x44};
  for (std::uint32_t word = 0; word < 16; word += 4) absent.insert(absent.end(), {0xA0 + word, 0x1A0 + word});
  for (const std::uint32_t offset : absent) {
    bench.poke(kFlashRegisters + offset, 0xFFFFFFFF);
    EXPECT_EQ(bench.peek(kFlashRegisters + offset), 0U) << std::hex << offset;
  }
  bench.poke(kFlashRegisters + 0xC0, 0xFFFFFFFF);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0xC0), 0xFFU) << "a privilege bit for each of its eight sectors";
  bench.poke(kFlashRegisters + 0x48, 0xFFFFFFFF);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x48), 0x00070007U) << "HDPEXTR";
}

TEST(Part, AnH503MayAnswerAtSecureAliases) {
  struct Case {
    AliasReply reply;
    std::optional<std::uint32_t> flash;
  };
  for (const Case& c : {Case{AliasReply::same, 0x11111111}, Case{AliasReply::zero, 0}, Case{AliasReply::fault, {}}}) {
    Stm32h5Options options = part("stm32h503");
    options.alias_without_trustzone = c.reply;
    options.flash_content = {{0, Bytes(16, 0x11)}};
    Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(Ap::core, kSecureFlash), c.flash);
    EXPECT_EQ(bench.read(Ap::core, kFlash, kSecure), 0x11111111U) << "there is no secure transfer to refuse";
    // The clock gate in front of DBGMCU, as ST's data base addresses it on this part (stm32h5.md 1).
    bench.poke(0x54020C9C, 1U << 11);
    EXPECT_EQ(bench.peek(0x44024000) & 0xFFF, c.reply == AliasReply::same ? 0x474U : 0U);
    bench.poke(0x44020C9C, 1U << 11);
    EXPECT_EQ(bench.peek(0x44024000) & 0xFFF, 0x474U);
  }
}

// One bit of WRPxR covers one sector on the H503 and four elsewhere; an erase of the next sector goes through.
TEST(Part, WriteProtectionGranularity) {
  struct Case {
    const char* name;
    std::uint32_t sectors_per_bit;
  };
  for (const Case& c : {Case{"stm32h503", 1}, Case{"stm32h523", 4}, Case{"stm32h563", 4}}) {
    Stm32h5Options options = part(c.name);
    const std::uint32_t bit = 1;
    options.option_words[word_index(OptionWord::wrp1)] = 0xFFFFFFFF & ~(1U << bit);
    Bench bench(options);
    bench.start();
    bench.unlock_flash();
    for (std::uint32_t sector = 0; sector < 8; ++sector) {
      bench.poke(kFlashRegisters + 0x28, 4U | sector << 6 | 32U);
      bench.wait_flash();
      EXPECT_EQ((bench.flash_status() & kWrpErr) != 0, sector / c.sectors_per_bit == bit) << c.name << sector;
      bench.poke(kFlashRegisters + 0x30, 0x00FF0000);
    }
  }
}

TEST(Part, HidingAndWatermarksReachTheLastSector) {
  for (const auto& [name, last] : {std::pair{"stm32h523", 31U}, {"stm32h563", 127U}}) {
    Stm32h5Options options = part(name);
    options.tzen = true;
    options.flash_fill = FlashFill::pattern;
    options.option_words[word_index(OptionWord::secwm1)] = last | last << 16;
    options.option_words[word_index(OptionWord::secwm2)] = last;  // none
    Bench bench(options);
    bench.start();
    const std::uint32_t at = last * 0x2000;
    EXPECT_EQ(bench.peek(kFlash + at), 0U) << name;
    EXPECT_NE(bench.peek(kSecureFlash + at, kSecure), 0U) << name;
    EXPECT_NE(bench.peek(kFlash + at - 4), 0U) << name;
    EXPECT_NE(bench.peek(kFlash + at + 0x2000), 0U) << "the first sector of bank 2 of " << name;
  }
}

TEST(Part, BothBanksEraseAndSwap) {
  for (const char* name : {"stm32h503", "stm32h523", "stm32h563"}) {
    Stm32h5Options options = part(name);
    options.flash_fill = FlashFill::zeros;
    Bench bench(options);
    bench.start();
    bench.unlock_flash();
    bench.poke(kFlashRegisters + 0x28, 8U | 32U | 1U << 31);  // BER, bank 2
    bench.wait_flash();
    EXPECT_EQ(bench.peek(kFlash), 0U) << name;
    EXPECT_EQ(bench.peek(kFlash + options.flash_size / 2), 0xFFFFFFFFU) << name;
    EXPECT_EQ(bench.request_option(0x54, bench.peek(kFlashRegisters + 0x50) | 1U << 31) & kRefused, 0U);
    bench.restart();
    EXPECT_EQ(bench.peek(kFlash), 0xFFFFFFFFU) << name;
    EXPECT_EQ(bench.peek(kFlashRegisters + 0x1C) >> 31, 1U) << name;
  }
}

TEST(Part, WhatNoDieIsIsRefused) {
  for (const auto& [text, message] :
       {std::pair{"{chip: odd, family: stm32h5, identity: {device-id: 0x475}}", "no die 0x00000475"},
        {"{chip: odd, family: stm32h5, identity: {device-id: 0x474}, flash: {size: 256KiB}}", "at most 128KiB"}}) {
    Faults faults;
    const YamlNode file = parse_yaml(text, "chip.yaml", faults);
    EXPECT_FALSE(read_stm32h5_options(file, {}, faults));
    EXPECT_NE(faults.describe().find(message), std::string::npos) << faults.describe();
  }
}

}  // namespace
}  // namespace rigor::lab::test
