#include "fixtures/bench_test.hpp"
#include "framework/cli/compiled_suites.hpp"

namespace {

class MySuite : public rigor::BenchTest {};

TEST_F(MySuite, IdentifiesThePart) {
  ASSERT_TRUE(perform("power", {"cycle"}));
  const auto identified = perform("identify");
  ASSERT_TRUE(identified) << identified.error().describe();
  const auto identity = bench().target().identify();
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->device_id, bench().chip().device_id);
}

TEST_F(MySuite, GuardRailsHoldHereToo) {
  ASSERT_TRUE(perform("power", {"cycle"}));
  ASSERT_TRUE(perform("identify"));
  const auto refused = perform("set-state", {"provisioning"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), rigor::Code::nrst_not_driven);
}

}  // namespace

int main(int argc, char** argv) { return rigor::cli::run_compiled_suites(argc, argv); }
