#include "tests/lab/stm32h7rs_driver/driven_bench.hpp"

namespace rigor::test {
namespace {

class Evidence : public OnEverySilicon {};
INSTANTIATE_TEST_SUITE_P(H7rs, Evidence, ::testing::ValuesIn(all_silicon()), silicon_name);

std::string text(const std::vector<std::string>& sentences) {
  std::string all;
  for (const std::string& each : sentences) all += each + "\n";
  return all;
}

TEST_P(Evidence, AWiredResetMovesAndTheSupplySwitches) {
  DrivenBench bench(GetParam());
  ResetPin* const pin = bench.bench().reset_pin().value();
  const auto moved = bench.target().probe_reset(*pin);
  ASSERT_TRUE(moved) << why(moved);
  EXPECT_EQ(moved->moved, Finding::yes) << text(moved->sentences);
  PowerSwitch* const supply = bench.bench().power_switch().value();
  const auto switched = bench.target().probe_power(*supply);
  ASSERT_TRUE(switched) << why(switched);
  EXPECT_EQ(switched->switched, Finding::yes) << text(switched->sentences);
}

// SEED-001: T_NRST of the probe reaches nothing.
TEST_P(Evidence, AnUnwiredResetDoesNotMove) {
  DrivenBench bench(GetParam(), "[swd, power]");
  ResetPin* const pin = bench.bench().reset_pin().value();
  const auto moved = bench.target().probe_reset(*pin);
  ASSERT_TRUE(moved) << why(moved);
  EXPECT_EQ(moved->moved, Finding::no) << text(moved->sentences);
}

TEST_P(Evidence, ASystemResetNeedsNoWire) {
  DrivenBench bench(GetParam(), "[swd, power]");
  const auto reset = bench.target().system_reset();
  EXPECT_TRUE(reset) << why(reset);
}

}  // namespace
}  // namespace rigor::test
