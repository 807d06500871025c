// An input that watches a line of a bench, from now on: every edge with its own time stamp in the timeline.
//
//   RIGOR_TRY(auto capture, EdgeCapture::start(lines, {"rack-relays", "SENSE3"}, Level::low, "nrst", clock, timeline));
//   RIGOR_CHECK(relay.set(true));
//   RIGOR_TRY(const bool held, capture->await(true, clock.now() + 10ms));
//
// A thread of its own fetches the edges, so that they are there when they come and can be events of schedules. States
// are logical, as of relays: active is NRST held, supply there, BOOT0 high. Members are called from one thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "framework/base/timeline.hpp"
#include "framework/gpio/line_driver.hpp"

namespace rigor {

struct SensedEdge {
  TimePoint at{};  // the line's own stamp (LineEdge)
  bool active = false;
};

class EdgeCapture {
 public:
  // `active` is the wire level that shows the watched line's active state, `job` the name of the records (channel
  // sense). Driver, clock and timeline outlive the capture. Errors: those of LineDriver::request_input.
  [[nodiscard]] static Result<std::unique_ptr<EdgeCapture>> start(LineDriver& lines, const LineName& name, Level active,
                                                                  std::string job, Clock& clock, Timeline& timeline);
  EdgeCapture(const EdgeCapture&) = delete;
  EdgeCapture& operator=(const EdgeCapture&) = delete;
  ~EdgeCapture();

  // What the input reads now.
  [[nodiscard]] Result<bool> active();
  // The last edge so far; nothing before the first.
  [[nodiscard]] std::optional<SensedEdge> last() const;
  // Waits until the line is seen in that state; false at the deadline. Errors: line_failed, aborted.
  [[nodiscard]] Result<bool> await(bool active, TimePoint deadline);

 private:
  EdgeCapture(std::unique_ptr<InputLine> line, Level active, std::string job, Clock& clock, Timeline& timeline);
  void run();

  std::unique_ptr<InputLine> line_;
  Level active_;
  std::string job_;
  Clock& clock_;
  Timeline& timeline_;
  std::unique_ptr<Event> arrived_;
  mutable std::mutex mutex_;
  std::optional<SensedEdge> last_;
  std::optional<Error> failure_;
  std::thread thread_;
};

}  // namespace rigor
