// The framework, OpenOCD and st-flash, unmodified, program the same image into the same erased STM32F407 and verify it,
// through the same virtual probe and door, at the same SWD clock. Round trips and lab time are the door's.
//
// Erase is left out: the flash is erased from the beginning, OpenOCD is not asked to erase, and for st-flash, which
// always erases, it takes the chip a microsecond a sector; what it sends for that are some ten commands a sector.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>

#include "tests/clients/firmware.hpp"
#include "tests/clients/openocd/openocd.hpp"

namespace rigor::test {
namespace {

constexpr std::size_t kSize = 256U << 10;
constexpr double kMostOfOpenOcdsRoundTrips = 0.8;

struct Cost {
  long round_trips = 0;
  double milliseconds = 0;
};

std::optional<Cost> cost_in(const std::string& output) {
  static const std::regex kLines("count \\S+ \\S+ round-trips (\\d+) [^\n]*\ntaken ([0-9.]+) ms\n");
  std::smatch found;
  if (!std::regex_search(output, found, kLines)) return std::nullopt;
  return Cost{std::stol(found[1]), std::stod(found[2])};
}

struct Setting {
  const char* profile;
  const char* serial;
  unsigned khz;
};

class Programming : public ::testing::TestWithParam<Setting> {
 protected:
  void SetUp() override {
    for (const char* program : {"openocd", "st-flash"})
      if (const std::string why = missing_door(program); !why.empty()) GTEST_SKIP() << why;
    image_ = scratch_.write("image.bin", counting_firmware(kSize));
    rig_ = scratch_.write(
        "rig.yaml", fmt::format("rig: generated\nsuites: []\nbenches:\n"
                                "  - name: board\n    board: stm32f4-discovery\n    probe: {{lab: {}}}\n"
                                "    wiring: {{nrst: probe, power: always}}\n    lab:\n      wires: [swd, nrst-probe]\n"
                                "      chip: {{erase-16k: 1us, erase-64k: 1us, erase-128k: 1us}}\n",
                                GetParam().profile));
  }
  [[nodiscard]] static Cost cost_of(const char* who, const Finished& done) {
    EXPECT_EQ(done.exit_code, 0) << done.out;
    const auto cost = cost_in(done.out);
    EXPECT_TRUE(cost) << done.out;
    if (cost)
      fmt::print("{:5} {:9}: {:7.1f} ms, {:5} round trips\n", GetParam().profile, who, cost->milliseconds,
                 cost->round_trips);
    return cost.value_or(Cost{});
  }
  [[nodiscard]] Cost by_framework() const {
    return cost_of("framework",
                   run_on(rig_, {WRITER_PROGRAM, "1-1", std::to_string(GetParam().khz), image_}, {}, kDoor));
  }
  [[nodiscard]] Cost by_openocd() const {
    OpenOcd tool{0, Way::dap, GetParam().serial, rig_};
    tool.door = kDoor;
    const Finished done = tool.run({fmt::format("adapter speed {}", GetParam().khz), "init", "halt",
                                    fmt::format("flash write_image {} 0x08000000", image_.string()),
                                    fmt::format("verify_image {} 0x08000000", image_.string())});
    EXPECT_THAT(done.out, ::testing::HasSubstr(fmt::format("verified {} bytes", kSize)));
    return cost_of("OpenOCD", done);
  }
  // Nothing when its loader did not end in the half second of this machine's time that it has for 32 KB: computing the
  // chip may take longer.
  [[nodiscard]] std::optional<Cost> by_st_flash() const {
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Finished done = run_on(rig_,
                                   {program_path("st-flash"), "--freq=" + std::to_string(GetParam().khz), "--serial",
                                    GetParam().serial, "write", image_.string(), "0x08000000"},
                                   {}, kDoor);
      if (done.out.find("stlink_flash_loader_run") != std::string::npos) continue;
      EXPECT_THAT(done.out, ::testing::HasSubstr("Flash written and verified!"));
      return cost_of("st-flash", done);
    }
    return std::nullopt;
  }

  static inline const std::vector<std::string> kDoor = {"--count", "--leave-machine-out"};
  Scratch scratch_;
  std::filesystem::path image_;
  std::filesystem::path rig_;
};

INSTANTIATE_TEST_SUITE_P(Probes, Programming, ::testing::Values(Setting{"v2", kV2, 4000}, Setting{"v3ec", kV3, 24000}),
                         [](const auto& each) { return std::string(each.param.profile); });

TEST_P(Programming, IsNoSlowerThanOpenOcdAndStFlash) {
  const Cost ours = by_framework(), openocd = by_openocd();
  ASSERT_GT(ours.round_trips, static_cast<long>(kSize / 6144)) << "the door counted something else";
  EXPECT_LE(ours.milliseconds, openocd.milliseconds);
  EXPECT_LE(static_cast<double>(ours.round_trips),
            kMostOfOpenOcdsRoundTrips * static_cast<double>(openocd.round_trips));
  const auto st_flash = by_st_flash();
  if (!st_flash) GTEST_SKIP() << "this machine is too slow for st-flash, which gives its loader half a second";
  EXPECT_LE(ours.milliseconds, st_flash->milliseconds);
  EXPECT_LE(ours.round_trips, st_flash->round_trips);
}

}  // namespace
}  // namespace rigor::test
