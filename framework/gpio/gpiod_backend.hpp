// What gpiod_driver.cpp needs of libgpiod, in terms both of its versions can give. gpiod_v1.cpp or gpiod_v2.cpp
// implements open_gpiod_chip(); tests give their own. Failures are errno values; gpiod_driver.cpp says what they mean.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
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

// A line held by us, given back by destruction. Outlives the chip it came from.
class GpiodRequest {
 public:
  virtual ~GpiodRequest() = default;
  [[nodiscard]] virtual OrErrno<void> set(Level level) = 0;
  [[nodiscard]] virtual OrErrno<Level> get() = 0;
};

class GpiodChip {
 public:
  virtual ~GpiodChip() = default;
  [[nodiscard]] virtual std::string label() = 0;
  [[nodiscard]] virtual std::uint32_t line_count() = 0;
  [[nodiscard]] virtual OrErrno<GpiodLineState> line(std::uint32_t offset) = 0;
  [[nodiscard]] virtual OrErrno<std::unique_ptr<GpiodRequest>> request_output(std::uint32_t offset, Drive drive,
                                                                              Level initial,
                                                                              const std::string& consumer) = 0;
  [[nodiscard]] virtual OrErrno<std::unique_ptr<GpiodRequest>> request_input(std::uint32_t offset,
                                                                             const std::string& consumer) = 0;
};

// `device` is a path such as "/dev/gpiochip0".
[[nodiscard]] OrErrno<std::unique_ptr<GpiodChip>> open_gpiod_chip(const std::string& device);

struct GpiodBackend {
  std::function<std::vector<std::string>()> devices;  // paths, in the order of their numbers
  std::function<OrErrno<std::unique_ptr<GpiodChip>>(const std::string&)> open;
};

[[nodiscard]] std::unique_ptr<LineDriver> make_gpiod_driver(const Clock& clock, GpiodSettings settings,
                                                            GpiodBackend backend);

}  // namespace rigor
