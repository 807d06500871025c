// Mistakes in a `lab:` section: each is found, with its place, and all of them at once.
#include "fixtures/virtual/lab_section.hpp"

#include <gmock/gmock.h>

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// A bench with a power line, as the rig reader hands it over.
struct Written {
  explicit Written(const std::string& lab, const std::string& profile = "v2-clone") {
    const YamlNode file = parse_yaml("probe: {lab: " + profile + "}\nlab:\n" + lab, "rig.yaml", faults);
    bench.name = "bench";
    bench.probe.by = ProbeSelector::By::lab;
    bench.probe.lab_profile = profile;
    bench.source = file;
    bench.lab = file.at("lab");
    LineDescription power;
    power.job = "power";
    power.lab_kind = "relay";
    bench.lines.push_back(power);
    section = read_lab_section(bench, faults);
  }
  BenchDescription bench;
  Faults faults;
  LabSection section;
};

TEST(LabSection, ReadsEverything) {
  const Written written(R"(
  wires: [swd, nrst-probe, power]
  chip: {uid: 1 2 3}
  probe: {serial: "57ff72067265575742132067", firmware: V2J29S7, volts: 3.1, transfer-time: 1ms, unknown-command: stall}
  relays: {power: {operate: 40ms, release: 10ms, active: low}}
  supply: {rise: 2ms, discharge: 100ms, backfeed-volts: 0.4}
  faults: [{break: swdio}, {corrupt-reply: 12}, {drop-reply: 13, stall-command: 5}, {unplug-at-command: 7}]
)");
  ASSERT_TRUE(written.faults.empty()) << written.faults.describe();
  const LabSection& section = written.section;
  EXPECT_THAT(section.wires, UnorderedElementsAre(Wire::swd, Wire::nrst_probe, Wire::power));
  EXPECT_EQ(section.probe.serial, "57FF72067265575742132067");
  EXPECT_EQ(section.probe.version.text(), "V2J29S7");
  EXPECT_EQ(section.probe.fixed_volts, 3.1);
  EXPECT_EQ(section.probe.cost.transfer, 1ms);
  EXPECT_EQ(section.probe.unknown_command, UnknownCommand::stall);
  EXPECT_EQ(section.relays.at("power").traits.operate, 40ms);
  EXPECT_EQ(section.relays.at("power").active, Level::low);
  EXPECT_EQ(section.supply.discharge, 100ms);
  EXPECT_EQ(section.supply.backfeed_volts, 0.4);
  EXPECT_THAT(section.broken, UnorderedElementsAre(Breakage::swdio));
  EXPECT_EQ(section.usb_faults.corrupt_reply, 12U);
  EXPECT_EQ(section.usb_faults.stall_command, 5U);
  EXPECT_EQ(section.usb_faults.unplug_at_command, 7U);
}

struct Mistake {
  const char* what;
  const char* lab;
  std::size_t line;
  const char* message;
};

TEST(LabSection, NamesEveryMistakeWithItsPlace) {
  const Mistake mistakes[] = {
      {"unknown key", "  wires: [swd]\n  wire: [swd]\n", 4, "unknown key 'wire'"},
      {"unknown wire", "  wires: [swd, nrst]\n", 3, "nrst"},
      {"wire without its line", "  wires: [swd, boot0]\n", 3, "no line 'boot0'"},
      {"wire twice", "  wires: [swd, swd]\n", 3, "twice"},
      {"no wires", "  chip: {}\n", 3, "wires"},
      {"unknown probe option", "  wires: [swd]\n  probe: {sereal: \"00\"}\n", 4, "sereal"},
      {"serial", "  wires: [swd]\n  probe: {serial: \"12\"}\n", 4, "no serial number"},
      {"firmware", "  wires: [swd]\n  probe: {firmware: V3J1M1}\n", 4, "no version"},
      {"voltage", "  wires: [swd]\n  probe: {volts: high}\n", 4, "no voltage"},
      {"relay of no line", "  wires: [swd]\n  relays: {nrst: {operate: 1ms}}\n", 4, "nrst"},
      {"unit missing", "  wires: [swd]\n  relays: {power: {operate: 5}}\n", 4, "operate"},
      {"unknown fault", "  wires: [swd]\n  faults: [{crash: 1}]\n", 4, "crash"},
      {"breakage", "  wires: [swd]\n  faults: [{break: boot0}]\n", 4, "boot0"},
      {"fault counted from 0", "  wires: [swd]\n  faults: [{drop-reply: 0}]\n", 4, "drop-reply"},
      {"fault without name", "  wires: [swd]\n  faults: [{}]\n", 4, "without a name"},
      {"supply", "  wires: [swd]\n  supply: {backfeed-volts: 5}\n", 4, "not below"},
  };
  for (const Mistake& each : mistakes) {
    const Written written(each.lab);
    ASSERT_EQ(written.faults.size(), 1U) << each.what << '\n' << written.faults.describe();
    const Fault fault = written.faults.sorted().front();
    EXPECT_THAT(format_fault(fault), HasSubstr(each.message)) << each.what;
    EXPECT_EQ(fault.line, each.line) << each.what << '\n' << written.faults.describe();
  }
}

TEST(LabSection, FindsSeveralMistakesInOneLook) {
  const Written written("  wires: [swdd]\n  supply: {rise: 1}\n  faults: [{crash: 1}]\n  other: 1\n");
  EXPECT_EQ(written.faults.size(), 4U) << written.faults.describe();
}

TEST(LabSection, AnUnknownProbeIsNamedWithTheOneThatWasMeant) {
  const Written written("  wires: [swd]\n", "v2-clon");
  ASSERT_EQ(written.faults.size(), 1U);
  EXPECT_THAT(written.faults.describe(), HasSubstr("did you mean 'v2-clone'?"));
}

}  // namespace
}  // namespace rigor::lab
