// Whole lives of a part: provisioned, closed, discovered, brought back.
#include "tests/lab/stm32h7rs_driver/driven_bench.hpp"

namespace rigor::test {
namespace {

class LifeCycle : public OnEverySilicon {};
INSTANTIATE_TEST_SUITE_P(H7rs, LifeCycle, ::testing::ValuesIn(all_silicon()), silicon_name);

TEST_P(LifeCycle, WhatCannotBeReachedIsRefusedAndNothingChanges) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  for (const ProductState state : {ProductState::closed, ProductState::locked}) {
    EXPECT_EQ(target.set_product_state(state).error().code(), Code::state_unsuitable);
  }
  EXPECT_EQ(target.set_product_state(ProductState::tz_closed).error().code(), Code::usage);
  EXPECT_EQ(target.product_state().value(), ProductState::open);
}

TEST_P(LifeCycle, ProvisioningIsConfirmedAndSurvivesAReset) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  const auto entered = target.set_product_state(ProductState::provisioning);
  ASSERT_TRUE(entered) << why(entered);
  EXPECT_TRUE(entered->confirmed);
  bench.pulse_reset();
  EXPECT_EQ(target.product_state().value(), ProductState::provisioning);
  EXPECT_EQ(target.set_product_state(ProductState::open).error().code(), Code::state_unsuitable);
}

// The reset that a change of state announces, at moments from before the driver sees the answer to long after it.
TEST(StateChange, ItsResetMayComeAtAnyMoment) {
  for (int tenths = 1; tenths < 1000; tenths += tenths < 300 ? 7 : 100) {
    const std::string after = std::to_string(tenths * 100) + "us";
    DrivenBench bench({"ResetAfter", "state-change-reset-after: " + after});
    Target& target = bench.target();
    ASSERT_TRUE(target.program(0x08000000, Bytes(64, 0x5A)));
    const auto entered = target.set_product_state(ProductState::provisioning);
    ASSERT_TRUE(entered) << after << ": " << why(entered);
    EXPECT_TRUE(entered->confirmed) << after;
    EXPECT_EQ(target.product_state().value_or(ProductState::open), ProductState::provisioning) << after;
  }
}

TEST_P(LifeCycle, ProvisioningNeedsSram3) {
  DrivenBench bench(GetParam());
  const std::vector<OptionValue> large{{.name = "DTCM_AXI_SHARE", .value = 2}};
  const auto change = bench.target().write_options(large);
  ASSERT_TRUE(change) << why(change);
  EXPECT_EQ(bench.provision(bench.password()).error().code(), Code::state_unsuitable);
}

void live(DrivenBench& bench, const Credential& credential, bool by_certificate) {
  Target& target = bench.target();
  ASSERT_TRUE(target.erase_all());
  ASSERT_TRUE(target.program(0x08000000, Bytes(64, 0x5A)));
  const auto entered = target.set_product_state(ProductState::provisioning);
  ASSERT_TRUE(entered) << why(entered);
  const auto stored = bench.provision(credential);
  ASSERT_TRUE(stored) << why(stored);
  const auto provisioned = bench.discover();
  ASSERT_TRUE(provisioned) << why(provisioned);
  EXPECT_EQ(provisioned->integrity(), Integrity::valid);
  EXPECT_TRUE(provisioned->lifecycle && provisioned->lifecycle->fits(LifecycleState::provisioning));
  EXPECT_TRUE(by_certificate ? provisioned->offers_certificate() : provisioned->offers_password());
  ASSERT_TRUE(provisioned->offered());
  EXPECT_TRUE(provisioned->offered()->test(kFullRegressionBit));

  bench.pulse_reset();
  const auto closed = target.set_product_state(ProductState::closed);
  ASSERT_TRUE(closed) << why(closed);
  EXPECT_FALSE(closed->confirmed);
  const auto discovered = bench.discover();
  ASSERT_TRUE(discovered) << why(discovered);
  EXPECT_TRUE(discovered->lifecycle && discovered->lifecycle->fits(LifecycleState::closed));
  EXPECT_EQ(discovered->integrity(), Integrity::valid);
  bench.pulse_reset();
  // Whether a shut port shows its identity is not known; nothing comes through it.
  const auto shut = target.product_state();
  ASSERT_FALSE(shut);
  EXPECT_EQ(shut.error().code(), Code::access_port_locked) << why(shut);
  EXPECT_TRUE(target.identify()->unique_id_reads_zero);

  const auto regressed = bench.regress(credential);
  ASSERT_TRUE(regressed) << why(regressed);
  EXPECT_EQ(target.product_state().value(), ProductState::open);
  EXPECT_TRUE(target.check_blank(0x08000000, 64));
}

TEST_P(LifeCycle, ClosesAndComesBackByCertificate) {
  DrivenBench bench(GetParam());
  live(bench, bench.certificate(), true);
}

TEST_P(LifeCycle, ClosesAndComesBackByPassword) {
  DrivenBench bench(GetParam());
  live(bench, bench.password(), false);
}

TEST_P(LifeCycle, ComesBackFromProvisioning) {
  DrivenBench bench(GetParam());
  ASSERT_TRUE(bench.target().set_product_state(ProductState::provisioning));
  const auto stored = bench.provision(bench.certificate());
  ASSERT_TRUE(stored) << why(stored);
  const auto regressed = bench.regress(bench.certificate());
  EXPECT_TRUE(regressed) << why(regressed);
}

TEST_P(LifeCycle, AnotherCredentialDoesNotOpenIt) {
  DrivenBench bench(GetParam());
  ASSERT_TRUE(bench.target().set_product_state(ProductState::provisioning));
  ASSERT_TRUE(bench.provision(bench.password()));
  ASSERT_TRUE(bench.target().set_product_state(ProductState::closed));
  EXPECT_FALSE(bench.regress(bench.certificate()));
  EXPECT_TRUE(bench.regress(bench.password()));
}

TEST_P(LifeCycle, ForcedDownloadIsGrantedToACertificateThatCoversIt) {
  const std::string comma = GetParam().chip.empty() ? "" : ", ";
  DrivenBench bench({GetParam().name, GetParam().chip + comma + "forced-download: on"});  // the hostile part has none
  ASSERT_TRUE(bench.target().set_product_state(ProductState::provisioning));
  ASSERT_TRUE(bench.provision(bench.certificate()));
  ASSERT_TRUE(bench.target().set_product_state(ProductState::closed));
  const auto discovered = bench.discover();
  ASSERT_TRUE(discovered) << why(discovered);
  ASSERT_TRUE(discovered->offered());
  EXPECT_TRUE(discovered->offered()->test(kForcedDownloadBit));
}

}  // namespace
}  // namespace rigor::test
