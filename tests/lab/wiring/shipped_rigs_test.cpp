// Every part that rigor knows is on a bench, as it should be and on hostile silicon.
#include <gtest/gtest.h>

#include <set>

#include "framework/bench/rig_description.hpp"

namespace rigor::lab {
namespace {

const std::filesystem::path kRoot = RIGOR_SOURCE_DIR;

RigDescription shipped(const std::string& name) {
  Faults faults;
  auto rig = load_rig(kRoot / "rigs" / (name + ".yaml"), {{kRoot}}, faults);
  EXPECT_TRUE(rig) << faults.describe();
  return rig.value_or(RigDescription{});
}

TEST(ShippedRigs, EveryChipFileHasABench) {
  std::set<std::string> chips;
  const RigDescription rig = shipped("virtual-all");
  for (const BenchDescription& bench : rig.benches) chips.insert(bench.board.chip_name);
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / kChipFolder))
    if (entry.path().extension() == ".yaml") files.insert(entry.path().stem());
  EXPECT_EQ(chips, files);
}

TEST(ShippedRigs, TheHostileTwinHasTheSameBenches) {
  const RigDescription usual = shipped("virtual-all"), hostile = shipped("virtual-all-hostile");
  ASSERT_EQ(usual.benches.size(), hostile.benches.size());
  for (std::size_t i = 0; i < usual.benches.size(); ++i) {
    EXPECT_EQ(usual.benches[i].name, hostile.benches[i].name);
    EXPECT_EQ(usual.benches[i].board.name, hostile.benches[i].board.name);
    EXPECT_EQ(usual.benches[i].allow, hostile.benches[i].allow);
  }
  std::vector<std::string> suites = usual.suites;
  std::erase(suites, "partial-regression");  // takes the record on hostile silicon: rigor asks for consent to it
  EXPECT_EQ(suites, hostile.suites);
}

TEST(ShippedRigs, EveryBenchOfAHostileRigIsOnTheHostileDieOfItsFamily) {
  for (const char* name : {"virtual-all-hostile", "virtual-hostile", "virtual-f4-hostile"}) {
    const RigDescription rig = shipped(name);
    for (const BenchDescription& bench : rig.benches) {
      const std::string& family = bench.board.chip.source.at("family").scalar();
      EXPECT_EQ(bench.lab.at("chip").at("die").scalar(), "hostile-" + family) << name << ' ' << bench.name;
    }
  }
}

}  // namespace
}  // namespace rigor::lab
