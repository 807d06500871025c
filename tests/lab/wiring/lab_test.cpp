// The lab assembled from the rigs of the repository, driven through the seams alone.
#include "fixtures/virtual/lab.hpp"

#include <gmock/gmock.h>

#include <array>

#include "fixtures/virtual/stm32h5/stm32h5.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;

const SearchPath kSearch{{RIGOR_SOURCE_DIR}};

std::unique_ptr<Lab> build(std::string_view file, std::uint64_t seed = 1) {
  Faults faults;
  const auto rig = load_rig(std::filesystem::path(RIGOR_SOURCE_DIR) / "rigs" / file, kSearch, faults);
  EXPECT_TRUE(rig) << faults.describe();
  if (!rig) return nullptr;
  auto lab = Lab::build(*rig, seed);
  EXPECT_TRUE(lab) << lab.error().describe();
  return lab ? *std::move(lab) : nullptr;
}

Stm32h5Truth truth_of(LabBench& bench) { return dynamic_cast<Stm32h5Chip&>(bench.chip()).truth(); }

class Probe {
 public:
  Probe(Lab& lab, const std::string& bench)
      : device_(*lab.usb().open("lab:" + bench)), out_(device_->identity().interfaces[0].endpoints[1].address) {
    EXPECT_TRUE(device_->claim(0));
    static_cast<void>(ask({0xF3, 0x07}, 0));
  }
  Bytes ask(std::initializer_list<int> bytes, std::size_t size) {
    std::array<std::uint8_t, 16> command{};
    std::size_t at = 0;
    for (const int byte : bytes) command[at++] = static_cast<std::uint8_t>(byte);
    EXPECT_TRUE(device_->write(out_, command, 1s));
    Bytes reply(size);
    if (size == 0) return reply;
    const auto got = device_->read(0x81, reply, 1s);
    EXPECT_TRUE(got) << got.error().describe();
    return reply;
  }
  std::uint8_t enter() { return ask({0xF2, 0x30, 0xA3}, 2)[0]; }

 private:
  std::unique_ptr<UsbDevice> device_;
  std::uint8_t out_;
};

TEST(Lab, BuildsEveryRigThatIsWrittenForIt) {
  for (const char* file : {"virtual.yaml", "virtual-hostile.yaml", "virtual-f4-hostile.yaml", "bricking/s000b.yaml"}) {
    SCOPED_TRACE(file);
    const auto lab = build(file);
    ASSERT_NE(lab, nullptr);
    EXPECT_FALSE(lab->usb().list(0)->empty());
  }
}

TEST(Lab, APoweredChipAnswersAndAnUnpoweredOneDoesNot) {
  const auto lab = build("virtual.yaml");
  ASSERT_NE(lab, nullptr);
  const auto actor = lab->clock().enroll("test");
  for (const char* bench : {"nucleo-h533", "weact-four-wires", "weact-relay"}) {
    SCOPED_TRACE(bench);
    Probe probe(*lab, bench);
    EXPECT_NE(probe.enter(), 0x80) << "the power relay is open";
    const auto power =
        lab->lines().request_output({"lab", std::string(bench) + "/power"}, Drive::push_pull, Level::high);
    ASSERT_TRUE(power);
    ASSERT_TRUE(lab->clock().sleep_for(50ms));
    EXPECT_EQ(probe.enter(), 0x80);
    EXPECT_EQ(load_le32(probe.ask({0xF2, 0x31}, 12), 4), 0x0BE12477U);
    ASSERT_TRUE((*power)->set(Level::low));
    ASSERT_TRUE(lab->clock().sleep_for(300ms));
    EXPECT_NE(probe.enter(), 0x80) << "switched off and discharged";
  }
}

TEST(Lab, OnlyWhatIsWiredMovesNrst) {
  struct Case {
    const char* bench;
    bool by_probe;
    bool by_line;
  };
  const auto lab = build("virtual.yaml");
  ASSERT_NE(lab, nullptr);
  const auto actor = lab->clock().enroll("test");
  for (const Case& each :
       {Case{"nucleo-h533", true, false}, Case{"weact-four-wires", false, false}, Case{"weact-relay", false, true}}) {
    SCOPED_TRACE(each.bench);
    const std::string name = each.bench;
    LabBench& bench = *lab->bench(name);
    const auto power = lab->lines().request_output({"lab", name + "/power"}, Drive::push_pull, Level::high);
    ASSERT_TRUE(lab->clock().sleep_for(50ms));
    EXPECT_TRUE(bench.nrst().high());
    Probe probe(*lab, name);
    EXPECT_EQ(probe.ask({0xF2, 0x3C, 0}, 2)[0], 0x80);
    EXPECT_EQ(bench.nrst().high(), !each.by_probe);
    EXPECT_EQ(truth_of(bench).stage == Stage::reset, each.by_probe);
    EXPECT_EQ(probe.ask({0xF2, 0x3C, 1}, 2)[0], 0x80);
    const auto line = lab->lines().request_output({"lab", name + "/nrst"}, Drive::open_drain, Level::low);
    EXPECT_EQ(line.has_value(), each.by_line);
    ASSERT_TRUE(lab->clock().sleep_for(1ms));
    EXPECT_EQ(bench.nrst().high(), !each.by_line);
  }
}

TEST(Lab, TheSupplyIsWhatAGenuineProbeMeasuresAndACloneDoesNot) {
  const auto lab = build("virtual.yaml");
  ASSERT_NE(lab, nullptr);
  const auto actor = lab->clock().enroll("test");
  const auto volts = [](const Bytes& reply) { return 2.4 * load_le32(reply, 4) / load_le32(reply, 0); };
  Probe genuine(*lab, "nucleo-h533");
  Probe clone(*lab, "weact-relay");
  EXPECT_NEAR(volts(genuine.ask({0xF7}, 8)), 0.0, 0.01);
  EXPECT_NEAR(volts(clone.ask({0xF7}, 8)), 3.26, 0.01);
  const auto power = lab->lines().request_output({"lab", "nucleo-h533/power"}, Drive::push_pull, Level::high);
  ASSERT_TRUE(lab->clock().sleep_for(50ms));
  EXPECT_NEAR(volts(genuine.ask({0xF7}, 8)), 3.3, 0.01);
}

TEST(Lab, WiresBreakAndAreMended) {
  const auto lab = build("virtual.yaml");
  ASSERT_NE(lab, nullptr);
  const auto actor = lab->clock().enroll("test");
  LabBench& bench = *lab->bench("weact-relay");
  const auto power = lab->lines().request_output({"lab", "weact-relay/power"}, Drive::push_pull, Level::high);
  const auto nrst = lab->lines().request_output({"lab", "weact-relay/nrst"}, Drive::open_drain, Level::high);
  ASSERT_TRUE(lab->clock().sleep_for(50ms));
  Probe probe(*lab, "weact-relay");
  EXPECT_EQ(probe.enter(), 0x80);

  bench.break_wire(Breakage::swdio);
  EXPECT_EQ(probe.enter(), 0x09);
  bench.mend_wire(Breakage::swdio);
  EXPECT_EQ(probe.enter(), 0x80);

  bench.break_wire(Breakage::nrst);
  ASSERT_TRUE((*nrst)->set(Level::low));
  ASSERT_TRUE(lab->clock().sleep_for(1ms));
  EXPECT_TRUE(bench.nrst().high());
  bench.mend_wire(Breakage::nrst);
  EXPECT_FALSE(bench.nrst().high());
  ASSERT_TRUE((*nrst)->set(Level::high));

  bench.break_wire(Breakage::power);
  ASSERT_TRUE(lab->clock().sleep_for(1s));
  EXPECT_EQ(bench.supply().volts(), 0.0);
  bench.mend_wire(Breakage::power);
  ASSERT_TRUE(lab->clock().sleep_for(50ms));
  EXPECT_EQ(probe.enter(), 0x80);
}

TEST(Lab, TheBrickedBoardOfTheReportIsFoundInProvisioningWithAValidRecord) {
  const auto lab = build("bricking/s000b.yaml");
  ASSERT_NE(lab, nullptr);
  const auto actor = lab->clock().enroll("test");
  const auto power = lab->lines().request_output({"lab", "weact-s000b/power"}, Drive::push_pull, Level::high);
  ASSERT_TRUE(lab->clock().sleep_for(100ms));
  const Stm32h5Truth truth = truth_of(*lab->bench("weact-s000b"));
  EXPECT_EQ(truth.state, ProductState::provisioning);
  EXPECT_FALSE(truth.tzen);
  EXPECT_TRUE(truth.record_valid);
  EXPECT_TRUE(truth.record_usable);
}

TEST(Lab, EveryMistakeOfEveryBenchIsReportedAtOnce) {
  Faults faults;
  auto rig = load_rig(std::filesystem::path(RIGOR_SOURCE_DIR) / "rigs/virtual.yaml", kSearch, faults);
  ASSERT_TRUE(rig) << faults.describe();
  check_lab_sections(*rig, faults);
  EXPECT_TRUE(faults.empty()) << faults.describe();
  const YamlNode bad = parse_yaml("a: {wires: [swd, swdd]}\nb: {wires: [swd], chip: {uidd: 1 2 3}, probe: {x: 1}}\n",
                                  "bad.yaml", faults);
  rig->benches[0].lab = bad.at("a");
  rig->benches[2].lab = bad.at("b");
  check_lab_sections(*rig, faults);
  EXPECT_EQ(faults.size(), 3U);
  for (const char* part : {"bad.yaml:1:18", "swdd", "bad.yaml:2:26", "uidd", "bad.yaml:2:48", "'x'"})
    EXPECT_THAT(faults.describe(), testing::HasSubstr(part));
  const auto built = Lab::build(*rig, 1);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code(), Code::file_invalid);
}

TEST(Lab, ARealBenchIsLeftOut) {
  Faults faults;
  auto rig = load_rig(std::filesystem::path(RIGOR_SOURCE_DIR) / "rigs/virtual.yaml", kSearch, faults);
  ASSERT_TRUE(rig) << faults.describe();
  rig->benches[1].probe.by = ProbeSelector::By::usb_path;
  const auto lab = Lab::build(*rig, 1);
  ASSERT_TRUE(lab);
  EXPECT_EQ((*lab)->bench("weact-four-wires"), nullptr);
  EXPECT_EQ((*lab)->usb().list(0)->size(), 2U);
}

// The same seed and the same actions give the same times and bytes.
TEST(Lab, IsTheSameEveryTime) {
  const auto run = [] {
    const auto lab = build("virtual.yaml", 7);
    const auto actor = lab->clock().enroll("test");
    const auto power = lab->lines().request_output({"lab", "weact-relay/power"}, Drive::push_pull, Level::high);
    EXPECT_TRUE(lab->clock().sleep_for(50ms));
    Probe probe(*lab, "weact-relay");
    Bytes bytes = probe.ask({0xF7}, 8);
    bytes.push_back(probe.enter());
    return std::pair(lab->clock().now(), bytes);
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace rigor::lab
