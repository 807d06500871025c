#include "framework/gpio/edge_measurement.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "framework/base/child_program.hpp"
#include "framework/gpio/schedule_player.hpp"

namespace rigor {
namespace {

class IdleLines final : public LineDriver {
 public:
  explicit IdleLines(Clock& clock) : clock_(clock) {}
  LineCapabilities capabilities() const override { return {}; }
  Result<std::vector<LineInfo>> list() override { return std::vector<LineInfo>(); }
  Result<std::unique_ptr<OutputLine>> request_output(const LineName&, Drive, Level) override {
    return std::make_unique<Output>(clock_);
  }
  Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest>) override {
    return fail(Code::unsupported, "no group");
  }
  Result<std::unique_ptr<InputLine>> request_input(const LineName&, Watch) override {
    return fail(Code::unsupported, "no input");
  }

 private:
  class Output final : public OutputLine {
   public:
    explicit Output(Clock& clock) : clock_(clock) {}
    Result<EdgeTiming> set(Level) override {
      const TimePoint entry = clock_.now();
      return EdgeTiming{entry, entry, clock_.now()};
    }

   private:
    Clock& clock_;
  };
  Clock& clock_;
};

// A relay that does nothing and a schedule of its edges, on the machine's clock.
struct Rig {
  explicit Rig(Duration limit) : schedule{"measurement", {}, limit} {}

  void add(Anchor anchor, Duration offset) {
    const std::size_t number = schedule.edges.size();
    schedule.edges.push_back(
        {fmt::to_string(number), "nrst", number % 2 == 0, std::move(anchor), offset, schedule.limit});
  }
  std::unique_ptr<SchedulePlayer> start() {
    return SchedulePlayer::start(schedule, {{"nrst", relay.get()}}, {*clock, timeline, *timer});
  }

  std::unique_ptr<Clock> clock = make_steady_clock();
  std::unique_ptr<EdgeTimer> timer = make_machine_edge_timer();
  Timeline timeline{*clock};
  IdleLines lines{*clock};
  std::unique_ptr<Relay> relay = Relay::take(lines, *clock, {.job = "nrst"}).value();  // cannot fail
  Schedule schedule;
};

}  // namespace

Duration EdgeMeasurement::quantile(double share) const {
  return late[static_cast<std::size_t>(share * static_cast<double>(late.size() - 1))];
}

EdgeMeasurement measure_edges(int edges, Duration period) {
  // A lead of some periods, so that the first edges do not wait for the thread to begin.
  constexpr int kLead = 5;
  Rig rig((edges + kLead) * period + std::chrono::seconds(10));
  for (int i = 0; i < edges; ++i) rig.add({}, (i + kLead) * period);
  const PlayedSchedule played = rig.start()->finish(rig.schedule.limit);
  EdgeMeasurement measured{played.quality, {}};
  for (const PlayedEdge& edge : played.edges)
    if (edge.timing) measured.late.push_back(edge.timing->exit - edge.timing->requested);
  std::ranges::sort(measured.late);
  return measured;
}

Result<EdgeMeasurement> measure_line_edges(const std::vector<std::string>& program, int edges) {
  constexpr Duration kLimit = std::chrono::seconds(60);
  Rig rig(kLimit);
  for (int i = 0; i < edges; ++i) rig.add({AnchorSource::log, fmt::format("line {} ", i), 1}, {});
  const auto player = rig.start();
  std::vector<TimePoint> written;
  const auto tell = [&](TimePoint at, std::string_view line) {
    std::int64_t stamp = 0;
    const std::string_view number = line.substr(line.rfind(' ') + 1);
    std::from_chars(number.data(), number.data() + number.size(), stamp);
    written.emplace_back(Duration(stamp));
    rig.timeline.add_at(at, Channel::log, "tool", 0, std::string(line));
  };
  RIGOR_CHECK(without_value(run_program({program, kLimit, true, tell}, *rig.clock)));
  const PlayedSchedule played = player->finish(Duration::zero());
  EdgeMeasurement measured{played.quality, {}};
  for (std::size_t i = 0; i < std::min(written.size(), played.edges.size()); ++i)
    if (played.edges[i].timing) measured.late.push_back(played.edges[i].timing->exit - written[i]);
  std::ranges::sort(measured.late);
  return measured;
}

}  // namespace rigor
