// Memory by address, and flash whose sectors belong to two worlds.
#include <gtest/gtest.h>

#include <filesystem>

#include "framework/base/durable_file.hpp"
#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;

const std::string kPoweredUp = "- power: cycle\n- identify:\n";
const std::string kTrustedSectors =
    kPoweredUp +
    "- options: {set: {TZEN: on}}\n"
    "- options: {set: {SECWM1_STRT: 0, SECWM1_END: 1, SECWM2_STRT: 0x1F, SECWM2_END: 0}}\n";

LabRigSpec v3_on(const std::string& board) {
  LabRigSpec spec;
  spec.board = board;
  spec.probe = "v3ec";
  return spec;
}

struct Ram {
  std::string board;
  std::string address;
};

TEST(Memory, IsWrittenAndReadBackOnEveryFamily) {
  for (const Ram& ram : {Ram{"weact-h523", "0x20000100"}, Ram{"nucleo-h503rb", "0x20000100"},
                         Ram{"stm32h7s78-dk", "0x24000100"}, Ram{"black-f407", "0x20000100"}}) {
    LabRig rig(v3_on(ram.board));
    const TestRecord record =
        rig.run(kPoweredUp + "- write-memory: {address: " + ram.address + ", data: \"0011223344556677\"}\n" +
                "- read-memory: {address: " + ram.address + ", expect: \"0011223344556677\"}\n");
    EXPECT_EQ(record.verdict, Verdict::pass) << ram.board << '\n' << describe(record);
  }
}

TEST(Memory, IsPutIntoAFile) {
  LabRig rig(v3_on("black-f407"));
  const std::string file = (rig.directory() / "dump.bin").string();
  const TestRecord record = rig.run(
      kPoweredUp + "- program: {pattern: 1KiB}\n- read-memory: {address: 0x08000000, size: 1KiB, file: " + file +
      "}\n- verify: {image: " + file + "}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_EQ(std::filesystem::file_size(file), 1024U);
}

struct Unwritable {
  std::string board;
  std::string step;
  std::string reason;
};

TEST(Memory, WhatHasAVerbOfItsOwnIsNotWritten) {
  for (const Unwritable& row : {
           Unwritable{"weact-h523", "{address: 0x08000000, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"weact-h523", "{address: 0x0C000000, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"weact-h523", "{address: 0x08FFF000, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"weact-h523", "{address: 0x40022004, data: \"23016745\"}", "ADDRESS_INVALID"},
           Unwritable{"weact-h523", "{address: 0x50022054, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"weact-h523", "{address: 0x40021FFC, data: \"0000000000000000\"}", "CONSENT_MISSING"},
           Unwritable{"stm32h7s78-dk", "{address: 0x5200211C, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"black-f407", "{address: 0x1FFF7A00, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"black-f407", "{address: 0x40023C14, data: \"00000000\"}", "ADDRESS_INVALID"},
           Unwritable{"black-f407", "{address: 0x2001FFFC, data: \"0000000000000000\"}", "ADDRESS_INVALID"},
           Unwritable{"black-f407", "{address: 0x20000002, data: \"00000000\"}", "USAGE"},
           Unwritable{"black-f407", "{address: 0x20000000, data: \"0000\"}", "USAGE"},
           Unwritable{"black-f407", "{address: 0x20000000, data: xyz}", "USAGE"},
       }) {
    LabRig rig(v3_on(row.board));
    const TestRecord record = rig.run(kPoweredUp + "- write-memory: " + row.step + "\n");
    EXPECT_EQ(record.reason, row.reason) << row.board << ' ' << row.step << '\n' << describe(record);
  }
}

TEST(Memory, ThatIsNotAsExpectedFails) {
  LabRig rig(v3_on("black-f407"));
  const TestRecord record = rig.run(kPoweredUp + "- read-memory: {address: 0x08000000, expect: \"01020304\"}\n");
  EXPECT_EQ(record.reason, "EXPECTATION_FAILED") << describe(record);
}

// Two secure sectors in front of the non-secure rest.
TEST(TwoWorlds, AnImageGoesThroughBoth) {
  LabRig rig(v3_on("weact-h523"));
  const TestRecord record = rig.run(kTrustedSectors +
                                    "- erase: {offset: 0, size: 40KiB}\n- program: {pattern: 40KiB}\n"
                                    "- verify: {pattern: 40KiB}\n"
                                    "- program: {pattern: 40KiB, only-changed: on}\n"
                                    "- erase: {offset: 8KiB, size: 16KiB}\n"
                                    "- check-blank: {offset: 8KiB, size: 16KiB}\n"
                                    "- protections:\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

TEST(TwoWorlds, OutsideOpenTheNonSecureOneIsStillRead) {
  LabRig rig(v3_on("weact-h523"));
  const TestRecord record = rig.run(kTrustedSectors +
                                    "- self-test: [nrst]\n- program: {pattern: 8KiB, offset: 64KiB}\n"
                                    "- set-state: provisioning\n- verify: {pattern: 8KiB, offset: 64KiB}\n"
                                    "- check-blank: {offset: 0, size: 8KiB, fails: STATE_UNSUITABLE}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

TEST(TwoWorlds, AMarchGoesThroughBoth) {
  LabRig rig(v3_on("weact-h523"));
  const TestRecord record = rig.run(kTrustedSectors + "- march: {offset: 8KiB, size: 16KiB}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

struct Bank {
  std::string name;
  std::string board;
  std::string before;      // options
  std::uint32_t offset;    // a byte of the bank, from the start of the flash
  std::string protection;  // an option that protects a sector of it
};
void PrintTo(const Bank& bank, std::ostream* out) { *out << bank.name; }

class ErasedBank : public ::testing::TestWithParam<Bank> {};

TEST_P(ErasedBank, IsErasedAloneAndItsProtectionsAreTold) {
  const Bank& bank = GetParam();
  LabRig rig(v3_on(bank.board));
  const std::uint32_t other = bank.offset == 0 ? rig.rig().benches.front().board.flash_size / 2 : 0;
  const auto at = [](std::uint32_t offset, const std::string& verb) {
    return "- " + verb + ": {pattern: 8KiB, offset: " + std::to_string(offset) + "}\n";
  };
  const std::string range = "{offset: " + std::to_string(bank.offset) + ", size: 8KiB}\n";
  const std::string erase = std::string("- erase: ") + (bank.offset == 0 ? "bank1" : "bank2") + "\n";
  const TestRecord record = rig.run(kPoweredUp + bank.before + "- erase: all\n" + at(0, "program") +
                                    at(rig.rig().benches.front().board.flash_size / 2, "program") + erase +
                                    "- check-blank: " + range + at(other, "verify"));
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  const TestRecord refused = rig.run(kPoweredUp + "- options: {set: {" + bank.protection + "}}\n" + erase);
  EXPECT_EQ(refused.reason, "WRITE_PROTECTED") << describe(refused);
  const TestRecord cured = rig.run(kPoweredUp + "- " + refused.hint + "\n" + erase);
  EXPECT_EQ(cured.verdict, Verdict::pass) << "the hint, played as a step\n" << describe(cured);
}

const std::string kTrustOn = "- options: {set: {TZEN: on}}\n";
const std::string kMixedBanks = kTrustOn + "- options: {set: {SECWM1_END: 1, SECWM2_STRT: 0x1F, SECWM2_END: 0}}\n";
INSTANTIATE_TEST_SUITE_P(Banks, ErasedBank,
                         ::testing::Values(Bank{"H5First", "weact-h523", "", 0, "WRPSGn1: 0xFE"},
                                           Bank{"H5Second", "weact-h523", "", 128U << 10, "WRPSGn2: 0xFE"},
                                           Bank{"SecureH5First", "weact-h523", kTrustOn, 0, "WRPSGn1: 0xFE"},
                                           Bank{"SecureH5Second", "weact-h523", kTrustOn, 128U << 10, "WRPSGn2: 0xFE"},
                                           Bank{"MixedH5First", "weact-h523", kMixedBanks, 0, "WRPSGn1: 0xFE"},
                                           Bank{"MixedH5Second", "weact-h523", kMixedBanks, 128U << 10,
                                                "WRPSGn2: 0xFE"},
                                           Bank{"H503Second", "nucleo-h503rb", "", 64U << 10, "WRPSGn2: 0xFE"},
                                           Bank{"F429Second", "stm32f429-discovery", "", 1U << 20, "WRP12: 0"}),
                         [](const auto& test) { return test.param.name; });

TEST(OneBank, IsThePartAndASecondIsRefused) {
  LabRig rig(v3_on("stm32h7s78-dk"));
  const TestRecord record = rig.run(kPoweredUp + "- program: {pattern: 8KiB}\n- erase: bank1\n- check-blank: flash\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_EQ(rig.run("- power: on\n- erase: bank2\n").reason, "UNSUPPORTED");
  const TestRecord refused = rig.run("- power: on\n- options: {set: {WRPS3: 0}}\n- erase: bank1\n");
  EXPECT_EQ(refused.reason, "WRITE_PROTECTED") << describe(refused);
}

// Nobody reloads it: programming takes longer than its half second, so it has to stand still meanwhile.
TEST(Watchdog, ThatTheOptionBytesStartDoesNotCutProgrammingShort) {
  LabRigSpec spec = v3_on("weact-h523");
  spec.lab = "{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732, user-code-feeds-watchdog: off}}";
  LabRig rig(spec);
  const TestRecord record = rig.run(kPoweredUp +
                                    "- options: {set: {IWDG_SW: 0}}\n- reset: pin\n- attach:\n- erase: all\n"
                                    "- program: {pattern: 128KiB}\n- verify: {pattern: 128KiB}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

// A refusal of one option leaves them all as they were: they travel in one launch.
TEST(OptionsTogether, AreAllJudgedBeforeAnyIsWritten) {
  for (const std::string more : {"ZZZ: 1", "IO_VDD_HSLV: 1", "SECWM1_END: 0x1FF", "NSBOOT_LOCK: 0xB4"}) {
    LabRig rig(v3_on("weact-h523"));
    const std::string tested = kPoweredUp + "- self-test: [power]\n- program: {pattern: 1KiB}\n";
    const TestRecord refused = rig.run(tested + "- options: {set: {TZEN: on, " + more + "}}\n");
    EXPECT_NE(refused.verdict, Verdict::pass) << more;
    const TestRecord after = rig.run("- power: on\n- expect: {tzen: off}\n- verify: {pattern: 1KiB}\n");
    EXPECT_EQ(after.verdict, Verdict::pass) << more << '\n' << describe(after);
  }
  LabRig rig(v3_on("weact-h523"));
  const TestRecord together = rig.run(kPoweredUp +
                                      "- options: {set: {TZEN: on, SECWM1_END: 1, WRPSGn2: 0xFE}}\n"
                                      "- expect: {tzen: on, options: {SECWM1_END: 1, WRPSGn2: 0xFE}}\n");
  EXPECT_EQ(together.verdict, Verdict::pass) << describe(together);
}

}  // namespace
}  // namespace rigor
