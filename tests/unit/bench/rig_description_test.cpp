#include "framework/bench/rig_description.hpp"

#include <gmock/gmock.h>

#include "tests/unit/bench/files.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr std::string_view kRealRig = R"(rig: rack-a
benches:
  - name: h523
    about: the first slot
    board: weact-h523
    probe: {usb: 1-2.3, expect: st-link-v2}
    wiring: {nrst: line, power: relay}
    lines:
      nrst: {chip: relays, line: NRST3, settle: 1ms, safe: released}
      power: {chip: relays, line: PWR3, active: low, settle: 15ms, min-off: 300ms, safe: on}
      boot0: {chip: relays, line: BOOT3, safe: low}
      aux-fan: {chip: relays, line: "7"}
    console: {port: /dev/ttyS9, baud: 9600}
    allow: [irreversible:otp]
)";

class RigTest : public FilesTest {
 protected:
  // The faults of a rig file, one line each.
  std::string faults_of(std::string_view rig) {
    write("rig.yaml", rig);
    Faults faults;
    const auto loaded = load_rig("rig.yaml", search_, faults);
    EXPECT_EQ(loaded.has_value(), faults.empty());
    std::string text;
    for (const Fault& fault : faults.sorted()) text += format_fault(fault) + "\n";
    return text;
  }
  // A bench line put into an otherwise good rig with one bench.
  std::string faults_with(std::string_view from, std::string_view to) {
    std::string rig(kRealRig);
    const std::size_t at = rig.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return faults_of(rig.replace(at, from.size(), to));
  }
};

TEST_F(RigTest, a_provisioning_tool_is_told_where_the_record_is_and_fits_the_part) {
  const auto with_tool = [&](const std::string& command) {
    return faults_with("    allow: [irreversible:otp]\n", "    provisioning-tool: {command: " + command + "}\n");
  };
  EXPECT_EQ(with_tool("[tool, -sdp, '{obk}']"), "");
  EXPECT_THAT(with_tool("[tool, -sdp]"), ::testing::HasSubstr("does not say where the record goes"));
  std::string h503(kRealRig);
  h503.replace(h503.find("weact-h523"), 10, "nucleo-h503rb");
  EXPECT_THAT(faults_of(h503 + "    provisioning-tool: {command: [tool, '{obk}']}\n"),
              ::testing::HasSubstr("takes no record that a tool could store"));
}

TEST_F(RigTest, the_virtual_rig_is_read_as_it_stands) {
  Faults faults;
  const auto path = std::filesystem::path(RIGOR_SOURCE_DIR) / "rigs/virtual.yaml";
  const auto rig = load_rig(path, search_, faults);
  ASSERT_TRUE(rig.has_value()) << faults.describe();
  EXPECT_EQ(rig->name, "virtual");
  EXPECT_THAT(rig->suites, ElementsAre("close-and-regress"));
  ASSERT_EQ(rig->credentials.size(), 2U);
  EXPECT_EQ(rig->credentials[0].kind, CredentialDescription::Kind::certificate);
  EXPECT_EQ(rig->credentials[0].chain, path.parent_path() / "credentials/demo/leaf_chain.b64");
  EXPECT_EQ(rig->credential("password")->kind, CredentialDescription::Kind::password);

  const BenchDescription* bench = rig->bench("weact-relay");
  ASSERT_NE(bench, nullptr);
  EXPECT_EQ(bench->board.name, "weact-h523");
  EXPECT_EQ(bench->board.flash_size, 256U * 1024);
  EXPECT_EQ(bench->board.swd_khz, 4000U);
  EXPECT_TRUE(bench->is_virtual());
  EXPECT_EQ(bench->probe.usb_path, "lab:weact-relay");
  EXPECT_EQ(bench->probe.lab_profile, "v2-clone");
  EXPECT_EQ(bench->wiring.nrst, WiringDescription::Nrst::line);
  const LineDescription* nrst = bench->line("nrst");
  ASSERT_NE(nrst, nullptr);
  EXPECT_EQ(nrst->name, (LineName{"lab", "weact-relay/nrst"}));
  EXPECT_EQ(nrst->active, Level::low);
  EXPECT_EQ(nrst->drive, Drive::open_drain);
  EXPECT_EQ(nrst->settle, 1ms);
  EXPECT_EQ(bench->line("power")->min_off, 300ms);
  EXPECT_EQ(bench->line("boot0"), nullptr);
  EXPECT_TRUE(bench->lab.at("chip").at("uid").is_text());
  EXPECT_THAT(bench->credentials, ElementsAre("certificate", "password"));
  EXPECT_THAT(capabilities(*rig, *bench), ElementsAre("certificate", "debug-authentication", "lab", "nrst", "nrst-line",
                                                      "one-time-memory", "password", "power", "trustzone"));
  EXPECT_EQ(rig->bench("nobody"), nullptr);
}

TEST_F(RigTest, chip_facts_come_from_the_chip_file) {
  Faults faults;
  const auto chip = load_chip(std::filesystem::path(RIGOR_SOURCE_DIR) / "boards/chips/stm32h533.yaml", faults);
  ASSERT_TRUE(chip.has_value()) << faults.describe();
  const ChipFacts& facts = chip->facts;
  EXPECT_EQ(facts.name, "stm32h533");
  EXPECT_EQ(facts.device_id, 0x478);
  EXPECT_EQ(facts.flash_size, 512U * 1024);
  EXPECT_EQ(facts.flash_sector_size, 8U * 1024);
  EXPECT_EQ(facts.rcc_secure_reset_status, 0x54020CF4U);
  EXPECT_EQ(facts.nonsecure_control, 0x4B000000U);
  EXPECT_EQ(facts.authentication.dbgmcu_base, 0xE0044000U);
  EXPECT_THAT(facts.authentication.answer_words, ElementsAre(0x44414F4B, 0x53544441));
  EXPECT_EQ(facts.authentication.open_limit, 5s);
  EXPECT_TRUE(facts.provisioning.encrypts);
  EXPECT_EQ(facts.provisioning.table_addresses.size(), 3U);
  EXPECT_THAT(facts.provisioning.checksums, ElementsAre("crc32", "crc32-reflected"));
  EXPECT_FALSE(facts.assumed.empty());
  ASSERT_EQ(chip->facts.sram.size(), 3U);
  EXPECT_EQ(chip->facts.sram[2].secure_base, 0x30034000U);
  EXPECT_TRUE(chip->source.at("model"));
}

TEST_F(RigTest, a_real_bench_names_real_things) {
  EXPECT_EQ(faults_of(kRealRig), "");
  Faults faults;
  const auto rig = load_rig("rig.yaml", search_, faults);
  ASSERT_TRUE(rig.has_value());
  const BenchDescription& bench = rig->benches.at(0);
  EXPECT_FALSE(bench.is_virtual());
  EXPECT_EQ(bench.probe.usb_path, "1-2.3");
  EXPECT_EQ(bench.probe.expect, "st-link-v2");
  EXPECT_EQ(bench.wiring.boot0, WiringDescription::Boot0::line);  // follows from the line
  EXPECT_EQ(bench.line("nrst")->drive, Drive::open_drain);        // the job's default
  EXPECT_EQ(bench.line("nrst")->active, Level::low);
  EXPECT_EQ(bench.line("nrst")->name, (LineName{"relays", "NRST3"}));
  EXPECT_EQ(bench.line("power")->active, Level::low);
  EXPECT_TRUE(bench.line("power")->safe_active);
  EXPECT_FALSE(bench.line("boot0")->safe_active);
  EXPECT_EQ(bench.line("aux-fan")->name.line, "7");
  EXPECT_EQ(bench.console->baud, 9600U);
  EXPECT_THAT(bench.allow, ElementsAre("irreversible:otp"));
  EXPECT_THAT(capabilities(*rig, bench), ElementsAre("boot0", "console", "debug-authentication", "nrst", "nrst-line",
                                                     "one-time-memory", "power", "trustzone"));
  for (const std::string& word : capabilities(*rig, bench)) EXPECT_THAT(capability_words(), ::testing::Contains(word));
}

struct Change {
  std::string from;
  std::string to;
  std::string faults;
};

TEST_F(RigTest, contradictions_within_a_bench_are_faults) {
  const Change cases[] = {
      {"nrst: line,", "nrst: probe,",
       "rig.yaml:7:20: error: wiring says 'nrst: probe', but a line 'nrst' is described, expected 'nrst: line', or "
       "remove the line\n"},
      {"      nrst: {chip: relays, line: NRST3, settle: 1ms, safe: released}\n", "",
       "rig.yaml:7:20: error: wiring says 'nrst: line', but no line 'nrst' is described, add 'nrst: ...' to 'lines'\n"},
      {"      power: {chip: relays, line: PWR3, active: low, settle: 15ms, min-off: 300ms, safe: on}\n", "",
       "rig.yaml:7:33: error: wiring says 'power: relay', but no line 'power' is described, add 'power: ...' to "
       "'lines'\n"},
      {"power: relay}", "power: always}",
       "rig.yaml:7:33: error: wiring says 'power: always', but a line 'power' is described, expected 'power: relay', "
       "or "
       "remove the line\n"},
      {"usb: 1-2.3", "usb: 1-2.", "rig.yaml:6:18: error: 'usb' is '1-2.', expected bus and ports such as 1-2.3\n"},
      {"usb: 1-2.3", "usb: 1-2.3, serial: x",
       "rig.yaml:6:12: error: 'probe' is selected in 2 ways, expected exactly one of: usb, serial, lab\n"},
      {"usb: 1-2.3, ", "",
       "rig.yaml:6:12: error: 'probe' is selected in 0 ways, expected exactly one of: usb, serial, lab\n"},
      {"usb: 1-2.3", "lab: v2-clone",
       "rig.yaml:9:7: error: line 'nrst' is real, but the probe is virtual, expected both to be of the same kind\n"
       "rig.yaml:10:7: error: line 'power' is real, but the probe is virtual, expected both to be of the same kind\n"
       "rig.yaml:11:7: error: line 'boot0' is real, but the probe is virtual, expected both to be of the same kind\n"
       "rig.yaml:12:7: error: line 'aux-fan' is real, but the probe is virtual, expected both to be of the same kind\n"
       "rig.yaml:13:5: error: the console and the probe are not of the same kind, expected 'lab: on'\n"},
      {"expect: st-link-v2", "expect: stlink-v2",
       "rig.yaml:6:33: error: 'expect' is 'stlink-v2', did you mean 'st-link-v2'?\n"},
      {"irreversible:otp", "irreversible:opt",
       "rig.yaml:14:13: error: item 1 of 'allow' is 'irreversible:opt', did you mean 'irreversible:otp'?\n"},
      {"safe: released", "safe: off", "rig.yaml:9:60: error: 'safe' is 'off', one of: released, held\n"},
      {"aux-fan:", "fan:",
       "rig.yaml:12:7: error: unknown line 'fan', one of: nrst, power, boot0, probe-nrst, probe-power, aux-NAME\n"},
      {"settle: 15ms", "settle: 15", "rig.yaml:10:62: error: 'settle': '15' has no unit, write 15ms, 15us or 15s\n"},
      {"board: weact-h523", "board: weact-h532",
       "rig.yaml:5:12: error: there is no board 'weact-h532', did you mean 'weact-h523'?\n"},
      {"name: h523", "nam: h523", "rig.yaml:3:5: error: unknown key 'nam', did you mean 'name'?\n"},
      {"baud: 9600", "baud: 12", "rig.yaml:13:39: error: 'baud': 12 is out of range, expected 300 to 4000000\n"},
  };
  for (const auto& [from, to, faults] : cases) EXPECT_EQ(faults_with(from, to), faults) << to;
}

TEST_F(RigTest, an_unknown_board_is_told_those_that_are_there) {
  const std::string faults = faults_with("board: weact-h523", "board: ../weact");
  EXPECT_THAT(faults, ::testing::StartsWith("rig.yaml:5:12: error: 'board' is '../weact', expected a name of a-z, 0-9, "
                                            "'-', '_' and '.'\n"
                                            "rig.yaml:5:12: error: there is no board '../weact', one of: "));
  EXPECT_THAT(faults, ::testing::HasSubstr(", stm32f4-discovery, "));
}

TEST_F(RigTest, two_benches_cannot_claim_one_thing) {
  const std::string second(kRealRig.substr(kRealRig.find("  - name")));
  EXPECT_EQ(
      faults_of(std::string(kRealRig) + second),
      "rig.yaml:15:11: error: bench name 'h523' is used twice, bench 'h523' has it already, in line 3\n"
      "rig.yaml:18:18: error: USB path '1-2.3' is used twice, bench 'h523' has it already, in line 6\n"
      "rig.yaml:21:34: error: line 'NRST3' of chip 'relays' is used twice, bench 'h523' has it already, in line 9\n"
      "rig.yaml:22:35: error: line 'PWR3' of chip 'relays' is used twice, bench 'h523' has it already, in line 10\n"
      "rig.yaml:23:35: error: line 'BOOT3' of chip 'relays' is used twice, bench 'h523' has it already, in line 11\n"
      "rig.yaml:24:37: error: line '7' of chip 'relays' is used twice, bench 'h523' has it already, in line 12\n"
      "rig.yaml:25:21: error: serial port '/dev/ttyS9' is used twice, bench 'h523' has it already, in line 13\n");
}

TEST_F(RigTest, credentials_must_be_files_and_choices_must_be_credentials) {
  write("key.pem", "k");
  const std::string head =
      "rig: r\ncredentials:\n  own: {chain: chain.b64, key: key.pem}\n  pass: {fil: x}\nbenches:\n";
  const std::string bench(kRealRig.substr(kRealRig.find("  - name")));
  EXPECT_EQ(faults_of(head + bench + "    credentials: [owm]\n"),
            "rig.yaml:3:16: error: there is no file chain.b64, expected a path relative to this file\n"
            "rig.yaml:4:9: error: 'pass' has no 'chain', add 'chain: ...'\n"
            "rig.yaml:4:9: error: 'pass' has no 'key', add 'key: ...'\n"
            "rig.yaml:4:10: error: unknown key 'fil', did you mean 'file'?\n"
            "rig.yaml:18:19: error: item 1 of 'credentials' is 'owm', did you mean 'own'?\n");
}

TEST_F(RigTest, a_board_cannot_have_more_flash_than_its_chip) {
  write("boards/big.yaml", "board: big\nchip: stm32h523\nflash: 1MiB\n");
  Faults faults;
  EXPECT_FALSE(load_board("boards/big.yaml", search_, faults));
  EXPECT_EQ(faults.describe(),
            "boards/big.yaml:3:8: error: 'flash' is 1MiB, stm32h523 has at most 512KiB\nflash: 1MiB\n       ^");
}

TEST_F(RigTest, assumed_facts_must_exist) {
  std::string chip = source_file("boards/chips/stm32h523.yaml");
  chip.replace(chip.find("- authentication.answers"), 24, "- authentication.anwsers");
  write("chip.yaml", chip);
  Faults faults;
  EXPECT_FALSE(load_chip("chip.yaml", faults));
  ASSERT_EQ(faults.size(), 1U) << faults.describe();
  EXPECT_EQ(faults.sorted()[0].message, "item 2 of 'assumed' is 'authentication.anwsers'");
  EXPECT_EQ(faults.sorted()[0].hint, "did you mean 'authentication.answers'?");
}

TEST_F(RigTest, what_an_stm32f4_may_program_at_once_is_the_boards_to_say) {
  struct Row {
    const char* chip;
    const char* words;
    unsigned bits;
    const char* fault;
  };
  for (const Row& row : {Row{"stm32f407", "", 32, ""}, Row{"stm32f407", "flash-parallelism: x8\n", 8, ""},
                         Row{"stm32f407", "flash-parallelism: x16\n", 16, ""},
                         Row{"stm32f407", "flash-parallelism: x64\n", 0, "'flash-parallelism' is 'x64'"},
                         Row{"stm32h523", "flash-parallelism: x8\n", 0, "has no meaning for this chip"}}) {
    write("mine.yaml", std::string("board: mine\nflash: 128KiB\nchip: ") + row.chip + "\n" + row.words);
    Faults faults;
    const auto board = load_board("mine.yaml", search_, faults);
    ASSERT_EQ(board.has_value(), row.bits != 0) << row.words << faults.describe();
    if (board) {
      EXPECT_EQ(board->flash_parallelism, row.bits) << row.words;
    }
    EXPECT_NE(faults.describe().find(row.fault), std::string::npos) << faults.describe();
  }
}

TEST_F(RigTest, a_rig_brings_its_own_boards_along) {
  write("own/boards/mine.yaml", "board: mine\nchip: stm32h523\nflash: 128KiB\nswd-khz: 100\n");
  std::string rig(kRealRig);
  rig.replace(rig.find("weact-h523"), 10, "mine");
  write("own/rig.yaml", rig);
  write("own/rigs/rig.yaml", rig);
  for (const char* path : {"own/rig.yaml", "own/rigs/rig.yaml"}) {
    Faults faults;
    const auto loaded = load_rig(path, search_, faults);
    ASSERT_TRUE(loaded.has_value()) << faults.describe();
    EXPECT_EQ(loaded->benches[0].board.flash_size, 128U * 1024);
    EXPECT_EQ(loaded->benches[0].board.path, "own/boards/mine.yaml");
  }
}

}  // namespace
}  // namespace rigor
