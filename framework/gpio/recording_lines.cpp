#include "framework/gpio/recording_lines.hpp"

#include <fmt/format.h>
#include <utility>

namespace rigor {

namespace {

const char* level_name(Level level) { return level == Level::high ? "high" : "low"; }

class RecordingOutput final : public OutputLine {
 public:
  RecordingOutput(std::unique_ptr<OutputLine> inner, Timeline& timeline, std::string name, Level active, Level initial)
      : inner_(std::move(inner)), timeline_(timeline), name_(std::move(name)), active_(active), level_(initial) {
    record(fmt::format("taken, wire {}", level_name(initial)));
  }
  RecordingOutput(const RecordingOutput&) = delete;
  RecordingOutput& operator=(const RecordingOutput&) = delete;
  ~RecordingOutput() override { record("released"); }

  Result<EdgeTiming> set(Level level) override {
    Result<EdgeTiming> timing = inner_->set(level);
    if (!timing) {
      record(fmt::format("wire {} failed: {}", level_name(level), code_name(timing.error().code())));
      return timing;
    }
    level_ = level;
    record(fmt::format("wire {}, {} ns", level_name(level), (timing->exit - timing->entry).count()));
    return timing;
  }

 private:
  void record(std::string text) { timeline_.add(Channel::line, name_, level_ == active_ ? 1 : 0, std::move(text)); }

  std::unique_ptr<OutputLine> inner_;
  Timeline& timeline_;
  std::string name_;
  Level active_;
  Level level_;
};

}  // namespace

RecordingLines::RecordingLines(LineDriver& inner, Timeline& timeline, std::span<const RelayWiring> jobs)
    : inner_(inner), timeline_(timeline) {
  for (const RelayWiring& wiring : jobs) jobs_[wiring.name] = {wiring.job, wiring.active};
}

Result<std::unique_ptr<OutputLine>> RecordingLines::request_output(const LineName& name, Drive drive, Level initial) {
  RIGOR_TRY(auto line, inner_.request_output(name, drive, initial));
  const Job job = job_of(name);
  return std::make_unique<RecordingOutput>(std::move(line), timeline_, job.name, job.active, initial);
}

Result<std::unique_ptr<InputLine>> RecordingLines::request_input(const LineName& name) {
  return inner_.request_input(name);
}

RecordingLines::Job RecordingLines::job_of(const LineName& name) const {
  const auto known = jobs_.find(name);
  if (known != jobs_.end()) return known->second;
  return {fmt::format("{}/{}", name.chip, name.line), Level::high};
}

}  // namespace rigor
