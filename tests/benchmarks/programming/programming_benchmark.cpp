// Programs and verifies flash on the keeper's boards and compares the modelled time with the lower bound of the cost
// model. Everything is on virtual time: the figures are the same on every machine.
//
//   build/dev/benchmarks/rigor-programming [ROW]...        # one row, "f407/v2"; without: all
//
// Prints for each row: modelled time of connecting, programming and verifying, lower bound, ratio, round trips; erase
// on a line of its own. Exit code 1 when a promised ratio is above 1.15 or what was programmed did not verify.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string_view>

#include "framework/bench/rig_description.hpp"
#include "framework/image/image.hpp"
#include "framework/probe/st_link.hpp"
#include "framework/target/make_target.hpp"
#include "tests/benchmarks/programming/counting_usb.hpp"
#include "tests/benchmarks/programming/kept_rig.hpp"
#include "tests/benchmarks/programming/lower_bound.hpp"

namespace rigor::benchmarks {
namespace {

using namespace std::chrono_literals;

constexpr double kPromisedRatio = 1.15;
constexpr Duration kPowerUp = 100ms;  // until every part's debug port answers

struct Row {
  std::string_view name;
  std::string_view rig;
  std::string_view bench;
  ProbePace probe;
  FlashPace flash;
  std::size_t kilobytes = 512;
  bool promised = false;  // the others are there to be seen

  [[nodiscard]] std::size_t size() const { return kilobytes * 1024; }
};
constexpr const char* kF407Rig = "virtual-f407.yaml";
constexpr const char* kMeasuredRig = "virtual-measured.yaml";
constexpr Row kRows[] = {
    {"f407/v2", kF407Rig, "f407", kV2, kF4, 512, true},    {"f407/v2-1", kF407Rig, "f407-v2-1", kV2, kF4},
    {"f407/v3", kF407Rig, "f407-v3", kV3, kF4, 512, true}, {"f411/v2", kMeasuredRig, "f411", kV2, kF4},
    {"f429/v2-1", kMeasuredRig, "f429", kV2, kF4},         {"f446/v2-1", kMeasuredRig, "f446", kV2, kF4},
    {"h503/v3", kMeasuredRig, "h503", kV3, kH5, 128},      {"h533/v3", kMeasuredRig, "h533", kV3, kH5},
    {"h563/v2", kMeasuredRig, "h563-v2", kV2, kH5},        {"h563/v3", kMeasuredRig, "h563", kV3, kH5, 512, true},
    {"h7rs/v2", kMeasuredRig, "h7s7-v2", kV2, kH7rs, 64},  {"h7rs/v3", kMeasuredRig, "h7s7", kV3, kH7rs, 64},
};

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

Result<RigDescription> read_rig_file(const std::string& path) {
  Faults faults;
  auto rig = load_rig(path, SearchPath{{RIGOR_SOURCE_DIR}}, faults);
  if (!rig) return fail(faults.to_error());
  return *std::move(rig);
}

struct Times {
  TimePoint begin{}, connected{}, erased{}, programmed{}, end{};
  Traffic connecting{}, erasing{}, all{};

  [[nodiscard]] Duration modelled() const { return end - begin - (erased - connected); }
};

// Connects, erases, programs and verifies, as the verbs do.
Result<Times> play(const Row& row, const ChipFacts& chip, CountingUsb& usb, Clock& clock) {
  const Bytes data = make_pattern(row.size(), 1).segments.front().bytes;
  Timeline timeline(clock, 16);
  Times times;
  RIGOR_CHECK(clock.sleep_for(kPowerUp));
  times.begin = clock.now();
  RIGOR_TRY(const auto probe, open_st_link(usb, fmt::format("lab:{}", row.bench), clock));
  RIGOR_CHECK(without_value(probe->set_speed_khz(row.probe.swd_khz)));
  RIGOR_CHECK(probe->attach());
  RIGOR_TRY(const auto target, make_target(*probe, clock, chip, timeline));
  times.connected = clock.now();
  times.connecting = usb.traffic();
  RIGOR_CHECK(target->erase(chip.flash_base, static_cast<std::uint32_t>(row.size())));
  times.erased = clock.now();
  times.erasing = usb.traffic() - times.connecting;
  RIGOR_CHECK(target->program(chip.flash_base, data));
  times.programmed = clock.now();
  RIGOR_CHECK(target->verify(chip.flash_base, data));
  times.end = clock.now();
  times.all = usb.traffic();
  return times;
}

// True when the promise is kept.
Result<bool> measure(const Row& row) {
  const std::string path = fmt::format("{}/rigs/{}", RIGOR_SOURCE_DIR, row.rig);
  RIGOR_TRY(const RigDescription rig, read_rig_file(path));
  const BenchDescription* bench = rig.bench(row.bench);
  if (bench == nullptr) return fail(Code::name_unknown, fmt::format("{} has no bench {}", path, row.bench));
  RIGOR_TRY(const auto kept, KeptRig::start(path));
  Clock& clock = kept->lab().clock();
  const auto actor = clock.enroll("benchmark");
  CountingUsb usb(kept->lab().usb());
  RIGOR_TRY(const Times times, play(row, bench->board.chip.facts, usb, clock));

  const Duration bound = lower_bound(row.probe, row.flash, row.size());
  const double ratio = milliseconds(times.modelled()) / milliseconds(bound);
  fmt::print("{:<9} {} KB at {} kHz: modelled {:.1f} ms, bound {:.1f} ms, ratio {:.3f}, round trips {}\n", row.name,
             row.kilobytes, row.probe.swd_khz, milliseconds(times.modelled()), milliseconds(bound), ratio,
             (times.all - times.erasing).round_trips);
  fmt::print("{:<9}   connect {:.1f} ms, program {:.1f} ms, verify {:.1f} ms\n", "",
             milliseconds(times.connected - times.begin), milliseconds(times.programmed - times.erased),
             milliseconds(times.end - times.programmed));
  fmt::print("{:<9}   erase {:.1f} ms, round trips {}\n", "", milliseconds(times.erased - times.connected),
             times.erasing.round_trips);
  return !row.promised || ratio <= kPromisedRatio;
}

int run(std::span<char* const> wanted) {
  bool good = true;
  for (const Row& row : kRows) {
    if (!wanted.empty() && std::ranges::find(wanted, row.name) == wanted.end()) continue;
    const auto kept = measure(row);
    if (!kept) fmt::print(stderr, "{}: {}\n", row.name, kept.error().describe());
    good = good && kept.value_or(false);
  }
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace rigor::benchmarks

int main(int argc, char** argv) {
  return rigor::benchmarks::run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
}
