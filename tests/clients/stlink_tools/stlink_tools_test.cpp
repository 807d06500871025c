// The tools of stlink-org, unmodified, over libusb.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "tests/clients/exec_rig.hpp"
#include "tests/clients/firmware.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kWritten = "Flash written and verified! jolly good!";

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class StInfoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door("st-info"); !why.empty()) GTEST_SKIP() << why;
  }
  [[nodiscard]] Finished probe(const std::vector<LabProbe>& probes) const {
    return run_on(scratch_.write("rig.yaml", rig_of(probes)), {program_path("st-info"), "--probe"});
  }
  Scratch scratch_;
};

TEST_F(StInfoTest, FindsOneProbeAndItsChip) {
  struct Case {
    const char* profile;
    const char* version;
  };
  // It calls the second number of a V2-1 the SWIM version.
  for (const Case& each : {Case{"v2", "V2J47S7"}, Case{"v2-1", "V2J37S26"}, Case{"v3ec", "V3J15"}}) {
    SCOPED_TRACE(each.profile);
    const Finished done = probe({{each.profile, "57FF72067265575742130042", {}}});
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.out, fmt::format("Found 1 stlink programmers\n"
                                    "  version:    {}\n"
                                    "  serial:     57FF72067265575742130042\n"
                                    "  flash:      1048576 (pagesize: 16384)\n"
                                    "  sram:       196608\n"
                                    "  chipid:     0x0413\n"
                                    "  descr:      F4xx\n",
                                    each.version));
  }
}

TEST_F(StInfoTest, FindsThirtyProbes) {
  const auto probes = many_probes(30);
  const Finished done = probe(probes);
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.out, HasSubstr("Found 30 stlink programmers"));
  for (const LabProbe& each : probes) EXPECT_THAT(done.out, HasSubstr("serial:     " + each.serial));
}

TEST_F(StInfoTest, NoticesThatItsProbeIsPulledOut) {
  const Finished done = probe({{"v2", {}, "{unplug-at-command: 3}"}});
  EXPECT_FALSE(done.timed_out);
  EXPECT_EQ(done.signal, 0);
  EXPECT_THAT(done.out, HasSubstr("LIBUSB_ERROR_NO_DEVICE"));
}

struct Probe {
  const char* name;
  const char* serial;
};

class StFlashTest : public ::testing::TestWithParam<Probe> {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door("st-flash"); !why.empty()) GTEST_SKIP() << why;
    image_ = scratch_.write("image.bin", counting_firmware(64U << 10));
  }
  // One after the other, on a board that stays powered in between.
  [[nodiscard]] Finished run(const std::vector<std::string>& steps) const {
    std::string script = "set -e";
    for (const std::string& step : steps)
      script += fmt::format("\n{} --serial {} {}", program_path("st-flash"), GetParam().serial, step);
    return run_on(kF407Rig, {"/bin/sh", "-c", script});
  }
  [[nodiscard]] std::string read_back(std::size_t size) const {
    return fmt::format("read {} 0x08000000 {}", back_.string(), size);
  }

  Scratch scratch_;
  std::filesystem::path image_;
  std::filesystem::path back_ = scratch_.path() / "back.bin";
};

INSTANTIATE_TEST_SUITE_P(Probes, StFlashTest,
                         ::testing::Values(Probe{"V2", "57FF72067265575742132067"},
                                           Probe{"V21", "066DFF535550755187191037"},
                                           Probe{"V3", "003F002B3532511531333430"}),
                         [](const auto& each) { return each.param.name; });

// Its loader is executed by the chip, which has half a second for 32 KiB.
TEST_P(StFlashTest, WritesVerifiesAndReadsBackSixtyFourKilobytes) {
  const Finished done =
      run({fmt::format("write {} 0x08000000", image_.string()), read_back(counting_firmware(64U << 10).size())});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, HasSubstr(kWritten));
  EXPECT_EQ(content_of(back_), counting_firmware(64U << 10));
}

// Takes eight seconds, as the data sheet says; and the chip is the same whatever the probe.
class StFlashEraseTest : public StFlashTest {};
INSTANTIATE_TEST_SUITE_P(Probes, StFlashEraseTest, ::testing::Values(Probe{"V2", "57FF72067265575742132067"}),
                         [](const auto& each) { return each.param.name; });

TEST_P(StFlashEraseTest, ErasesTheWholeFlash) {
  const std::string small = scratch_.write("small.bin", counting_firmware(1024)).string();
  const Finished done = run({"write " + small + " 0x08000000", "erase", read_back(1024)});
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(done.out, AllOf(HasSubstr(kWritten), HasSubstr("Mass erasing")));
  EXPECT_EQ(content_of(back_), std::string(1024, '\xFF'));
}

}  // namespace
}  // namespace rigor::test
