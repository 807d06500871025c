// libgpiod 1.6: a line belongs to its chip object and is requested in place, and the lines of one request share its
// flags, so that open drain and push-pull cannot stand in one.
#include <gpiod.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "framework/gpio/gpiod_backend.hpp"

namespace rigor {

namespace {

using SharedChip = std::shared_ptr<gpiod_chip>;
using LineHandle = std::unique_ptr<gpiod_line, void (*)(gpiod_line*)>;

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

int value_of(Level level) { return level == Level::high ? 1 : 0; }

// A set of one line of a request would move the first one: the kernel takes the levels of all of them, in order.
class OutputsV1 final : public GpiodOutputs {
 public:
  OutputsV1(SharedChip chip, const gpiod_line_bulk& lines) : chip_(std::move(chip)), lines_(lines) {}
  OutputsV1(const OutputsV1&) = delete;
  OutputsV1& operator=(const OutputsV1&) = delete;
  ~OutputsV1() override { gpiod_line_release_bulk(&lines_); }

  OrErrno<void> set(std::span<const Level> levels) override {
    std::vector<int> values(levels.size());
    std::ranges::transform(levels, values.begin(), value_of);
    if (gpiod_line_set_value_bulk(&lines_, values.data()) != 0) return std::unexpected(errno);
    return {};
  }

 private:
  SharedChip chip_;  // closes after the lines were released
  gpiod_line_bulk lines_;
};

class InputV1 final : public GpiodInput {
 public:
  InputV1(SharedChip chip, gpiod_line* line, Watch watch)
      : chip_(std::move(chip)), line_(line, gpiod_line_release), watch_(watch) {}

  OrErrno<Level> get() override {
    const int value = gpiod_line_get_value(line_.get());
    if (value < 0) return std::unexpected(errno);
    return value == 0 ? Level::low : Level::high;
  }
  [[nodiscard]] int edge_descriptor() const override {
    return watch_ == Watch::edges ? gpiod_line_event_get_fd(line_.get()) : -1;
  }
  OrErrno<LineEdge> read_edge() override {
    gpiod_line_event event{};
    if (gpiod_line_event_read(line_.get(), &event) != 0) return std::unexpected(errno);
    const Duration since_boot = std::chrono::seconds(event.ts.tv_sec) + std::chrono::nanoseconds(event.ts.tv_nsec);
    return LineEdge{TimePoint(since_boot), event.event_type == GPIOD_LINE_EVENT_RISING_EDGE ? Level::high : Level::low};
  }

 private:
  SharedChip chip_;  // closes after the line was released
  LineHandle line_;
  Watch watch_;
};

class ChipV1 final : public GpiodChip {
 public:
  explicit ChipV1(SharedChip chip) : chip_(std::move(chip)) {}

  std::string label() override { return gpiod_chip_label(chip_.get()); }
  std::uint32_t line_count() override { return gpiod_chip_num_lines(chip_.get()); }

  OrErrno<GpiodLineState> line(std::uint32_t offset) override {
    gpiod_line* line = gpiod_chip_get_line(chip_.get(), offset);
    if (line == nullptr) return std::unexpected(errno);
    return GpiodLineState{.name = text_or_empty(gpiod_line_name(line)),
                          .consumer = text_or_empty(gpiod_line_consumer(line)),
                          .used = gpiod_line_is_used(line),
                          .output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT};
  }

  // Direction and first levels go to the kernel in one call, so the lines make no pulse on the way.
  OrErrno<std::unique_ptr<GpiodOutputs>> request_outputs(std::span<const GpiodOutput> outputs,
                                                         const std::string& consumer) override {
    const Drive drive = outputs.front().drive;
    gpiod_line_bulk lines = GPIOD_LINE_BULK_INITIALIZER;
    std::vector<int> initial;
    for (const GpiodOutput& output : outputs) {
      if (output.drive != drive || outputs.size() > GPIOD_LINE_BULK_MAX_LINES) return std::unexpected(ENOTSUP);
      gpiod_line* line = gpiod_chip_get_line(chip_.get(), output.offset);
      if (line == nullptr) return std::unexpected(errno);
      gpiod_line_bulk_add(&lines, line);
      initial.push_back(value_of(output.initial));
    }
    const gpiod_line_request_config config{consumer.c_str(), GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
                                           drive == Drive::open_drain ? int{GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN} : 0};
    if (gpiod_line_request_bulk(&lines, &config, initial.data()) != 0) return std::unexpected(errno);
    return std::make_unique<OutputsV1>(chip_, lines);
  }

  OrErrno<std::unique_ptr<GpiodInput>> request_input(std::uint32_t offset, Watch watch,
                                                     const std::string& consumer) override {
    const int request =
        watch == Watch::edges ? int{GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES} : int{GPIOD_LINE_REQUEST_DIRECTION_INPUT};
    const gpiod_line_request_config config{consumer.c_str(), request, 0};
    gpiod_line* line = gpiod_chip_get_line(chip_.get(), offset);
    if (line == nullptr || gpiod_line_request(line, &config, 0) != 0) return std::unexpected(errno);
    return std::make_unique<InputV1>(chip_, line, watch);
  }

 private:
  SharedChip chip_;
};

}  // namespace

OrErrno<std::unique_ptr<GpiodChip>> open_gpiod_chip(const std::string& device) {
  SharedChip chip(gpiod_chip_open(device.c_str()), [](gpiod_chip* open) {
    if (open != nullptr) gpiod_chip_close(open);
  });
  if (!chip) return std::unexpected(errno);
  return std::make_unique<ChipV1>(std::move(chip));
}

}  // namespace rigor
