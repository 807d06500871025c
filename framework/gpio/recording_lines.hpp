// A LineDriver that writes every edge into a Timeline: channel line, name is the job, value the logical level.
//
// Lines without a job are recorded under "chip/line" with their wire level. The record is made when the set call has
// returned; its text holds the wire level and the time the call took: "wire low, 2100 ns". Taking and releasing an
// output are recorded too ("taken, ..." and "released"). A set to the level that the line has already makes no edge and
// no record.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "framework/base/timeline.hpp"
#include "framework/gpio/relay.hpp"

namespace rigor {

class RecordingLines final : public LineDriver {
 public:
  // `inner` and `timeline` must outlive this driver and every line requested from it.
  RecordingLines(LineDriver& inner, Timeline& timeline, std::span<const RelayWiring> jobs);

  [[nodiscard]] LineCapabilities capabilities() const override { return inner_.capabilities(); }
  [[nodiscard]] Result<std::vector<LineInfo>> list() override { return inner_.list(); }
  [[nodiscard]] Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive,
                                                                   Level initial) override;
  [[nodiscard]] Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override;
  // Inputs are not recorded; edge_capture.hpp does that.
  [[nodiscard]] Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
    return inner_.request_input(name, watch);
  }

 private:
  struct Job {
    std::string name;
    Level active = Level::high;
  };
  [[nodiscard]] Job job_of(const LineName& name) const;

  LineDriver& inner_;
  Timeline& timeline_;
  std::map<LineName, Job> jobs_;
};

}  // namespace rigor
