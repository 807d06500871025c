#include "framework/gpio/recording_lines.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>
#include <vector>

namespace rigor {

namespace {

const char* level_name(Level level) { return level == Level::high ? "high" : "low"; }

// What the timeline is told of one line.
class LineRecord {
 public:
  LineRecord(Timeline& timeline, std::string name, Level active, Level initial)
      : timeline_(&timeline), name_(std::move(name)), active_(active), level_(initial) {
    record(fmt::format("taken, wire {}", level_name(initial)));
  }
  void set(Level level, const Result<EdgeTiming>& timing) {
    if (!timing) return record(fmt::format("wire {} failed: {}", level_name(level), code_name(timing.error().code())));
    if (level == level_) return;
    level_ = level;
    record(fmt::format("wire {}, {} ns", level_name(level), (timing->exit - timing->entry).count()));
  }
  void released() { record("released"); }

 private:
  void record(std::string text) { timeline_->add(Channel::line, name_, level_ == active_ ? 1 : 0, std::move(text)); }

  Timeline* timeline_;
  std::string name_;
  Level active_;
  Level level_;
};

class RecordingOutput final : public OutputLine {
 public:
  RecordingOutput(std::unique_ptr<OutputLine> inner, LineRecord record)
      : inner_(std::move(inner)), record_(std::move(record)) {}
  RecordingOutput(const RecordingOutput&) = delete;
  RecordingOutput& operator=(const RecordingOutput&) = delete;
  ~RecordingOutput() override { record_.released(); }

  Result<EdgeTiming> set(Level level) override {
    Result<EdgeTiming> timing = inner_->set(level);
    record_.set(level, timing);
    return timing;
  }

 private:
  std::unique_ptr<OutputLine> inner_;
  LineRecord record_;
};

class RecordingGroup final : public OutputGroup {
 public:
  RecordingGroup(std::unique_ptr<OutputGroup> inner, std::vector<LineRecord> records)
      : inner_(std::move(inner)), records_(std::move(records)) {}
  RecordingGroup(const RecordingGroup&) = delete;
  RecordingGroup& operator=(const RecordingGroup&) = delete;
  ~RecordingGroup() override {
    for (LineRecord& record : records_) record.released();
  }

  Result<EdgeTiming> set(std::span<const Level> levels) override {
    Result<EdgeTiming> timing = inner_->set(levels);
    for (std::size_t i = 0; i < std::min(levels.size(), records_.size()); ++i) records_[i].set(levels[i], timing);
    return timing;
  }

 private:
  std::unique_ptr<OutputGroup> inner_;
  std::vector<LineRecord> records_;
};

}  // namespace

RecordingLines::RecordingLines(LineDriver& inner, Timeline& timeline, std::span<const RelayWiring> jobs)
    : inner_(inner), timeline_(timeline) {
  for (const RelayWiring& wiring : jobs) jobs_[wiring.name] = {wiring.job, wiring.active};
}

Result<std::unique_ptr<OutputLine>> RecordingLines::request_output(const LineName& name, Drive drive, Level initial) {
  RIGOR_TRY(auto line, inner_.request_output(name, drive, initial));
  const Job job = job_of(name);
  return std::make_unique<RecordingOutput>(std::move(line), LineRecord(timeline_, job.name, job.active, initial));
}

Result<std::unique_ptr<OutputGroup>> RecordingLines::request_group(std::span<const OutputRequest> lines) {
  RIGOR_TRY(auto group, inner_.request_group(lines));
  std::vector<LineRecord> records;
  for (const OutputRequest& line : lines) {
    const Job job = job_of(line.name);
    records.emplace_back(timeline_, job.name, job.active, line.initial);
  }
  return std::make_unique<RecordingGroup>(std::move(group), std::move(records));
}

RecordingLines::Job RecordingLines::job_of(const LineName& name) const {
  const auto known = jobs_.find(name);
  if (known != jobs_.end()) return known->second;
  return {fmt::format("{}/{}", name.chip, name.line), Level::high};
}

}  // namespace rigor
