// The GPIO seam: request lines, set several, watch edges.
//
// Implementations: libgpiod 1.6 and 2.x (framework/gpio/gpiod_driver.hpp), the virtual lab, and wrappers.
// Levels here are physical: high is high on the wire. What a level means for a board (polarity, job, settle time) is
// the business of framework/gpio/relay.hpp.
//
// Errors: line_missing (no such chip or line), line_busy (held by somebody else), line_failed (the kernel said no).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/base/clock.hpp"

namespace rigor {

enum class Level : std::uint8_t { low, high };
enum class Drive : std::uint8_t { push_pull, open_drain };

// A line by the label of its chip (or "gpiochip0") and its own name (or its offset in decimal).
struct LineName {
  std::string chip;
  std::string line;
  auto operator<=>(const LineName&) const = default;
};

struct LineInfo {
  LineName name;
  std::uint32_t offset = 0;
  std::string chip_device;  // "gpiochip0"
  std::string consumer;     // who holds it; empty when free
  bool output = false;
};

// When a set call happened: what was asked for, when the call began and when it returned.
struct EdgeTiming {
  TimePoint requested{};
  TimePoint entry{};
  TimePoint exit{};
};

// An output under our control. Released (by destruction) it stays as the hardware leaves it.
class OutputLine {
 public:
  virtual ~OutputLine() = default;
  [[nodiscard]] virtual Result<EdgeTiming> set(Level level) = 0;
};

// Several outputs of one chip that change in one call.
class OutputGroup {
 public:
  virtual ~OutputGroup() = default;
  // One level for each line, in the order of the request.
  [[nodiscard]] virtual Result<EdgeTiming> set(std::span<const Level> levels) = 0;
};

struct OutputRequest {
  LineName name;
  Drive drive = Drive::push_pull;
  Level initial = Level::low;
};

// An edge that an input saw.
struct LineEdge {
  TimePoint at{};  // when whoever watches the pin noticed: the kernel's own stamp, where there is a kernel
  Level level = Level::low;
};

enum class Watch : std::uint8_t {
  level,  // get() only
  edges,  // next_edge() too
};

class InputLine {
 public:
  virtual ~InputLine() = default;
  [[nodiscard]] virtual Result<Level> get() = 0;
  // The next edge since the line was taken, or nothing at the deadline. The oldest ones are lost when more than
  // kMostEdges wait. Errors: usage for a line that was taken to be read only; line_failed when it is gone; aborted.
  [[nodiscard]] virtual Result<std::optional<LineEdge>> next_edge(TimePoint deadline) = 0;
  // A next_edge() that waits, and every later one that finds nothing, returns nothing at once. From any thread.
  virtual void stop() = 0;
  static constexpr std::size_t kMostEdges = 1024;
};

struct LineCapabilities {
  bool atomic_group = false;  // several lines change in one request
  bool open_drain = false;
};

class LineDriver {
 public:
  virtual ~LineDriver() = default;
  [[nodiscard]] virtual LineCapabilities capabilities() const = 0;
  [[nodiscard]] virtual Result<std::vector<LineInfo>> list() = 0;
  // Takes the line as an output that starts at `initial`, without a pulse: line_failed where the chip would make one.
  [[nodiscard]] virtual Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive,
                                                                           Level initial) = 0;
  // Takes several lines of one chip, each at its first level, as if by request_output. Errors: unsupported where the
  // backend cannot set them in one call, with what stands in its way.
  [[nodiscard]] virtual Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) = 0;
  // Errors: also line_failed for a chip that cannot watch edges.
  [[nodiscard]] virtual Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) = 0;
};

}  // namespace rigor
