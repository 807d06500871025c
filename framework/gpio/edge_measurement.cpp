#include "framework/gpio/edge_measurement.hpp"

#include <algorithm>

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

}  // namespace

Duration EdgeMeasurement::quantile(double share) const {
  return late[static_cast<std::size_t>(share * static_cast<double>(late.size() - 1))];
}

EdgeMeasurement measure_edges(int edges, Duration period) {
  const auto clock = make_steady_clock();
  const auto timer = make_machine_edge_timer();
  Timeline timeline(*clock);
  IdleLines lines(*clock);
  const std::unique_ptr<Relay> relay = Relay::take(lines, *clock, {.job = "nrst"}).value();  // cannot fail
  // A lead of some periods, so that the first edges do not wait for the thread to begin.
  constexpr int kLead = 5;
  const Duration whole = (edges + kLead) * period + std::chrono::seconds(10);
  Schedule schedule{"measurement", {}, whole};
  for (int i = 0; i < edges; ++i)
    schedule.edges.push_back({std::to_string(i), "nrst", i % 2 == 0, {}, (i + kLead) * period, whole});
  const PlayedSchedule played =
      SchedulePlayer::start(schedule, {{"nrst", relay.get()}}, {*clock, timeline, *timer})->finish(whole);
  EdgeMeasurement measured{played.quality, {}};
  for (const PlayedEdge& edge : played.edges)
    if (edge.timing) measured.late.push_back(edge.timing->exit - edge.timing->requested);
  std::ranges::sort(measured.late);
  return measured;
}

}  // namespace rigor
