// After a bench has restarted its chip, checking flash leaves the RAM alone: the chip's own code may use it again.
#include <gtest/gtest.h>

#include "framework/bench/open_bench.hpp"
#include "framework/image/image.hpp"
#include "tests/benchmarks/programming/kept_rig.hpp"
#include "tests/clients/kept_rig.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kFlash = 0x08000000, kRam = 0x20000000;  // where the loader goes
constexpr std::size_t kProgrammed = 32U << 10;
const Bytes kOfTheApplication(64, 0x5C);

class Restart : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_keeper(); !why.empty()) GTEST_SKIP() << why;
    const std::string path = RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml";
    Faults faults;
    auto rig = load_rig(path, SearchPath{{RIGOR_SOURCE_DIR}}, faults);
    ASSERT_TRUE(rig);
    rig_ = std::move(*rig);
    auto kept = benchmarks::KeptRig::start(path);
    ASSERT_TRUE(kept) << kept.error().describe();
    kept_ = std::move(*kept);
    Clock& clock = kept_->lab().clock();
    actor_ = clock.enroll("test");
    timeline_ = std::make_unique<Timeline>(clock, 16);
    ASSERT_TRUE(clock.sleep_for(100ms));
    auto bench =
        OpenBench::open(*rig_.bench("f407"),
                        {kept_->lab().usb(), kept_->lab().lines(), kept_->lab().serial(), clock, *timer_}, *timeline_);
    ASSERT_TRUE(bench) << bench.error().describe();
    bench_ = std::move(*bench);
    ASSERT_TRUE(bench_->connect());
    ASSERT_TRUE(bench_->target().erase(kFlash, kProgrammed));
    ASSERT_TRUE(bench_->target().program(kFlash, data_));
  }
  void place_application() { ASSERT_TRUE(bench_->probe().write_memory(port(), kRam, kOfTheApplication)); }
  // True when the application's RAM is as it was.
  bool verify_spares_it() {
    EXPECT_TRUE(bench_->target().verify(kFlash, data_));
    Bytes found(kOfTheApplication.size());
    EXPECT_TRUE(bench_->probe().read_memory(port(), kRam, found));
    return found == kOfTheApplication;
  }
  [[nodiscard]] AccessPort port() const { return {bench_->chip().core_access_port}; }

  Bytes data_ = make_pattern(kProgrammed, 1).segments.front().bytes;
  RigDescription rig_;
  std::unique_ptr<benchmarks::KeptRig> kept_;
  decltype(std::declval<Clock&>().enroll("")) actor_;
  std::unique_ptr<EdgeTimer> timer_ = make_exact_edge_timer();
  std::unique_ptr<Timeline> timeline_;
  std::unique_ptr<OpenBench> bench_;
};

TEST_F(Restart, NotHavingHappenedTheLoaderChecks) {
  place_application();
  EXPECT_FALSE(verify_spares_it());
}

TEST_F(Restart, ByABenchsPulse) {
  ASSERT_TRUE(bench_->pulse_reset(20ms));
  place_application();
  EXPECT_TRUE(verify_spares_it());
}

TEST_F(Restart, ByWhoeverMovesThePin) {
  const auto pin = bench_->reset_pin();
  ASSERT_TRUE(pin);
  ASSERT_TRUE((*pin)->hold());
  ASSERT_TRUE((*pin)->release());
  ASSERT_TRUE(kept_->lab().clock().sleep_for(100ms));
  place_application();
  EXPECT_TRUE(verify_spares_it());
}

TEST_F(Restart, BySystemReset) {
  ASSERT_TRUE(bench_->target().system_reset());
  place_application();
  EXPECT_TRUE(verify_spares_it());
}

TEST_F(Restart, OfWhichTheTargetIsTold) {
  bench_->target().forget_ram();
  place_application();
  EXPECT_TRUE(verify_spares_it());
}

TEST_F(Restart, AttachingMeansNotKnowingWhatHappened) {
  ASSERT_TRUE(bench_->connect());
  place_application();
  EXPECT_TRUE(verify_spares_it());
}

}  // namespace
}  // namespace rigor::test
