// What gpiod_driver.cpp needs of libgpiod, in terms both of its versions can give. gpiod_v1.cpp or gpiod_v2.cpp
// implements open_gpiod_chip(); tests give their own. Failures are errno values; gpiod_driver.cpp says what they mean.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/gpio/gpiod_driver.hpp"

namespace rigor {

template <typename T>
using OrErrno = std::expected<T, int>;

struct GpiodLineState {
  std::string name;      // empty when the line has none
  std::string consumer;  // empty when nobody said
  bool used = false;
  bool output = false;
};

struct GpiodOutput {
  std::uint32_t offset = 0;
  Drive drive = Drive::push_pull;
  Level initial = Level::low;
};

// Outputs held by us, given back by destruction. Outlives the chip it came from.
class GpiodOutputs {
 public:
  virtual ~GpiodOutputs() = default;
  // All of them in one call, in the order of the request.
  [[nodiscard]] virtual OrErrno<void> set(std::span<const Level> levels) = 0;
};

// An input held by us, given back by destruction. Outlives the chip it came from.
class GpiodInput {
 public:
  virtual ~GpiodInput() = default;
  [[nodiscard]] virtual OrErrno<Level> get() = 0;
  // Readable when an edge waits; -1 for an input whose edges are not watched.
  [[nodiscard]] virtual int edge_descriptor() const = 0;
  // The oldest edge that waits, with the kernel's CLOCK_MONOTONIC stamp. Blocks when there is none.
  [[nodiscard]] virtual OrErrno<LineEdge> read_edge() = 0;
};

class GpiodChip {
 public:
  virtual ~GpiodChip() = default;
  [[nodiscard]] virtual std::string label() = 0;
  [[nodiscard]] virtual std::uint32_t line_count() = 0;
  [[nodiscard]] virtual OrErrno<GpiodLineState> line(std::uint32_t offset) = 0;
  // Not empty. ENOTSUP where this version of the library cannot request them together.
  [[nodiscard]] virtual OrErrno<std::unique_ptr<GpiodOutputs>> request_outputs(std::span<const GpiodOutput> outputs,
                                                                               const std::string& consumer) = 0;
  [[nodiscard]] virtual OrErrno<std::unique_ptr<GpiodInput>> request_input(std::uint32_t offset, Watch watch,
                                                                           const std::string& consumer) = 0;
};

// `device` is a path such as "/dev/gpiochip0".
[[nodiscard]] OrErrno<std::unique_ptr<GpiodChip>> open_gpiod_chip(const std::string& device);

struct GpiodBackend {
  std::function<std::vector<std::string>()> devices;  // paths, in the order of their numbers
  std::function<OrErrno<std::unique_ptr<GpiodChip>>(const std::string&)> open;
};

[[nodiscard]] std::unique_ptr<LineDriver> make_gpiod_driver(Clock& clock, GpiodSettings settings, GpiodBackend backend);

}  // namespace rigor
