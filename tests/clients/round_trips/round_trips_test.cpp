// The framework and OpenOCD, unmodified, read the same memory through the same virtual probe: the same bytes, and the
// framework in no more USB round trips. Both are counted at the door.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <random>
#include <regex>

#include "framework/base/bytes.hpp"
#include "tests/clients/firmware.hpp"
#include "tests/clients/openocd/openocd.hpp"

namespace rigor::test {
namespace {

constexpr std::size_t kSize = 256U << 10;

struct Traffic {
  long round_trips = 0, out = 0, in = 0, bytes_in = 0;
};

std::optional<Traffic> traffic_in(const std::string& output) {
  static const std::regex kLine(
      "count (\\S+) (\\S+) round-trips (\\d+) out (\\d+) in (\\d+) bytes-out (\\d+) bytes-in (\\d+)\n");
  std::smatch found;
  if (!std::regex_search(output, found, kLine)) return std::nullopt;
  const auto number = [&](std::size_t at) { return std::stol(found[at]); };
  return Traffic{number(3), number(4), number(5), number(7)};
}

struct Setting {
  const char* profile;
  const char* serial;
};

class RoundTrips : public ::testing::TestWithParam<Setting> {
 protected:
  void SetUp() override {
    if (const std::string why = missing_door("openocd"); !why.empty()) GTEST_SKIP() << why;
    image_ = counting_firmware(kSize);
    rig_ = scratch_.write("rig.yaml", rig());
  }

  // A board whose flash is full from the beginning.
  [[nodiscard]] std::string rig() const {
    return fmt::format(
        "rig: generated\nsuites: []\nbenches:\n"
        "  - name: board\n    board: stm32f4-discovery\n    probe: {{lab: {}}}\n"
        "    wiring: {{nrst: probe, power: always}}\n    lab:\n      wires: [swd, nrst-probe]\n"
        "      chip: {{flash-content: [{{offset: 0, bytes: \"{}\"}}]}}\n",
        GetParam().profile, to_hex(Bytes(image_.begin(), image_.end())));
  }
  [[nodiscard]] Traffic counted(const std::vector<std::string>& command) const {
    const Finished done = run_on(rig_, command, {}, {"--count"});
    EXPECT_EQ(done.exit_code, 0) << done.out;
    const auto traffic = traffic_in(done.out);
    EXPECT_TRUE(traffic) << done.out;
    return traffic.value_or(Traffic{});
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream file(scratch_.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] Traffic by_framework(std::size_t size) const {
    return counted(
        {READER_PROGRAM, "1-1", "0x08000000", std::to_string(size), (scratch_.path() / "framework").string()});
  }
  [[nodiscard]] Traffic by_openocd(std::size_t size) const {
    OpenOcd tool{0, Way::dap, GetParam().serial, rig_};
    tool.door = {"--count"};
    std::vector<std::string> commands = {"init"};
    if (size > 0)
      commands.push_back(fmt::format("dump_image {} 0x08000000 {}", (scratch_.path() / "openocd").string(), size));
    const Finished done = tool.run(commands);
    EXPECT_EQ(done.exit_code, 0) << done.out;
    const auto traffic = traffic_in(done.out);
    EXPECT_TRUE(traffic) << done.out;
    return traffic.value_or(Traffic{});
  }

  Scratch scratch_;
  std::string image_;
  std::filesystem::path rig_;
};

INSTANTIATE_TEST_SUITE_P(Probes, RoundTrips,
                         ::testing::Values(Setting{"v2", kV2}, Setting{"v2-1", kV2_1}, Setting{"v3ec", kV3}),
                         [](const auto& each) {
                           std::string name = each.param.profile;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(RoundTrips, OfAReadAreNoMoreThanOpenOcds) {
  const Traffic ours_idle = by_framework(0), ours = by_framework(kSize);
  const Traffic theirs_idle = by_openocd(0), theirs = by_openocd(kSize);
  ASSERT_EQ(content("framework"), image_);
  ASSERT_EQ(content("openocd"), image_);

  const auto print = [](const char* who, const Traffic& whole, const Traffic& idle) {
    fmt::print("{:9} {}: {} round trips, {} OUT, {} IN; {} round trips without connecting\n", GetParam().profile, who,
               whole.round_trips, whole.out, whole.in, whole.round_trips - idle.round_trips);
  };
  print("framework", ours, ours_idle);
  print("OpenOCD  ", theirs, theirs_idle);
  EXPECT_GE(ours.bytes_in, static_cast<long>(kSize)) << "the door counted something else";
  EXPECT_GE(theirs.bytes_in, static_cast<long>(kSize));
  EXPECT_LE(ours.round_trips, theirs.round_trips);
  EXPECT_LE(ours.out + ours.in, theirs.out + theirs.in);
  EXPECT_LE(ours.round_trips - ours_idle.round_trips, theirs.round_trips - theirs_idle.round_trips);
}

}  // namespace
}  // namespace rigor::test
