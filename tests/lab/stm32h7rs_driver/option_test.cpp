#include "tests/lab/stm32h7rs_driver/driven_bench.hpp"

namespace rigor::test {
namespace {

class Options : public OnEverySilicon {};
INSTANTIATE_TEST_SUITE_P(H7rs, Options, ::testing::ValuesIn(all_silicon()), silicon_name);

std::uint32_t value(Target& target, const std::string& name) {
  const auto option = target.read_option(name);
  EXPECT_TRUE(option) << why(option);
  return option ? option->value : 0;
}

TEST_P(Options, AreWrittenInOpenAndLast) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  const std::vector<OptionValue> wanted{{.name = "XSPI1_HSLV", .value = 1},
                                        {.name = "ECC_ON_SRAM", .value = 1},
                                        {.name = "WRPS5", .value = 0},
                                        {.name = "HDP_AREA_START", .value = 2},
                                        {.name = "HDP_AREA_END", .value = 1}};
  const auto change = target.write_options(wanted);
  ASSERT_TRUE(change) << why(change);
  bench.power_cycle();
  for (const OptionValue& each : wanted) EXPECT_EQ(value(target, each.name), each.value) << each.name;
  EXPECT_EQ(value(target, "WRPS4"), 1U);
}

TEST_P(Options, TheStateIsNoOption) {
  DrivenBench bench(GetParam());
  const std::vector<OptionValue> wanted{{.name = "NVSTATE", .value = 0x51}};
  EXPECT_EQ(bench.target().write_options(wanted).error().code(), Code::usage);
  EXPECT_EQ(bench.target().product_state().value(), ProductState::open);
}

TEST_P(Options, InProvisioningTheServicesChangeProtections) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  const auto entered = target.set_product_state(ProductState::provisioning);
  ASSERT_TRUE(entered) << why(entered);
  const std::vector<OptionValue> wanted{{.name = "WRPS0", .value = 0}, {.name = "WRPS7", .value = 0}};
  const auto change = target.write_options(wanted);
  ASSERT_TRUE(change) << why(change);
  EXPECT_EQ(value(target, "WRPS0"), 0U);
  EXPECT_EQ(value(target, "WRPS1"), 1U);
  const std::vector<OptionValue> plain{{.name = "XSPI1_HSLV", .value = 1}};
  EXPECT_EQ(target.write_options(plain).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target.product_state().value(), ProductState::provisioning);
}

}  // namespace
}  // namespace rigor::test
