// What a verb says about flash, slots and external loaders, on parts that are well and on parts that are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kAttached = "- power: cycle\n- identify:\n";

LabRigSpec with_chip(const std::string& options) {
  LabRigSpec spec;
  spec.lab = "{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732" + options + "}}";
  return spec;
}

TEST(March, AFlashThatHoldsEveryPatternPassesAndIsErased) {
  LabRig rig(LabRigSpec{});
  const TestRecord record =
      rig.run(kAttached + "- march: {offset: 64KiB, size: 16KiB}\n- check-blank: {offset: 64KiB, size: 16KiB}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

TEST(March, AWornCellIsNamed) {
  LabRig rig(with_chip(", flash-worn-at: 0x10234"));
  const TestRecord record = rig.run(kAttached + "- march: {offset: 64KiB, size: 8KiB}\n");
  EXPECT_EQ(record.reason, "MARCH_FAILED") << describe(record);
  EXPECT_THAT(record.steps.back().evidence, Contains(HasSubstr("0x08010230"))) << describe(record);
  const TestRecord beside = rig.run(kAttached + "- march: {offset: 72KiB, size: 8KiB}\n");
  EXPECT_EQ(beside.verdict, Verdict::pass) << describe(beside);
}

TEST(March, ProtectedFlashIsRefusedBeforeItIsTouched) {
  LabRig rig(with_chip(", option-wrp1: 0xFFFFFFFE, flash-fill: pattern"));
  const TestRecord record = rig.run(kAttached + "- march: {offset: 0, size: 8KiB}\n");
  EXPECT_EQ(record.reason, "WRITE_PROTECTED") << describe(record);
}

// Images with a header as MCUboot's and bodies that tell the two artefacts apart.
class CheckSlots : public ::testing::Test {
 protected:
  static Bytes image(std::uint8_t body) {
    Bytes bytes(0x600, body);
    const Bytes header = {0x3D, 0xB8, 0xF3, 0x96, 0, 0, 0, 0, 0x00, 0x04, 0, 0, 0x00, 0x02, 0, 0};
    std::ranges::copy(header, bytes.begin());
    std::ranges::fill(bytes.begin() + 16, bytes.begin() + 0x400, std::uint8_t{0});
    return bytes;
  }
  std::string file(LabRig& rig, const std::string& name, const Bytes& bytes) {
    const auto path = rig.directory() / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }
  TestRecord check(LabRig& rig, const std::string& written, const std::string& at, const std::string& expect) {
    const std::string clear = file(rig, "clear.bin", image(0x11));
    const std::string encrypted = file(rig, "encrypted.bin", image(0x77));
    const std::string program =
        written.empty() ? "" : "- program: {image: " + (rig.directory() / written).string() + ", offset: " + at + "}\n";
    return rig.run(kAttached + program + "- check-slots: {image: nonsecure, clear: " + clear +
                   ", encrypted: " + encrypted + (expect.empty() ? "" : ", expect: " + expect) + "}\n");
  }
  static LabRigSpec with_layout() {
    LabRigSpec spec;
    spec.extra = "    layout: oemirot-h523-256k\n";
    return spec;
  }
};

TEST_F(CheckSlots, EachPlaceHasItsVerdict) {
  struct Case {
    const char* written;
    const char* at;
    const char* verdict;
  };
  for (const Case& each : {Case{"clear.bin", "0x1C000", "good"}, Case{"encrypted.bin", "0x2E000", "not-installed"},
                           Case{"clear.bin", "0x2E000", "wrong-address"}, Case{"", "", "not-programmed"}}) {
    LabRig rig(with_layout());
    const TestRecord record = check(rig, each.written, each.at, each.verdict);
    EXPECT_EQ(record.verdict, Verdict::pass) << each.verdict << "\n" << describe(record);
  }
}

TEST_F(CheckSlots, GoodIsWhatPassesUnlessSaidOtherwise) {
  LabRig rig(with_layout());
  const TestRecord record = check(rig, "clear.bin", "0x2E000", "");
  EXPECT_EQ(record.reason, "EXPECTATION_FAILED") << describe(record);
  EXPECT_THAT(record.message, HasSubstr("wrong-address"));
}

TEST_F(CheckSlots, WithoutALayoutNothingIsRead) {
  LabRig rig(LabRigSpec{});
  EXPECT_EQ(check(rig, "", "", "").reason, "CAPABILITY_MISSING");
}

TEST(ExplainLoaderFailure, WhatTheBoardKnowsSupportsOrExcludesACause) {
  LabRigSpec spec;
  spec.board = "stm32h7s78-dk";
  spec.probe = "v3ec";
  const std::string ask = "- explain-loader-failure: {address: 0x70000000, size: 64KiB, sector-size: 64KiB}\n";
  LabRig rig(spec);
  const TestRecord record = rig.run(kAttached + "- self-test: [nrst]\n" + ask);
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_THAT(record.steps.back().evidence, Contains(HasSubstr("slow-pads is likely: XSPI2_HSLV is 0")));
  EXPECT_THAT(record.steps.back().evidence, Contains(HasSubstr("memory-in-use is excluded")));
  const TestRecord inside = rig.run(kAttached + "- explain-loader-failure: {address: 0x08000000, size: 1KiB}\n");
  EXPECT_EQ(inside.reason, "ADDRESS_INVALID") << describe(inside);
}

}  // namespace
}  // namespace rigor
