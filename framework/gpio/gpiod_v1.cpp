// libgpiod 1.6: a line belongs to its chip object and is requested in place.
#include <gpiod.h>

#include <cerrno>
#include <utility>

#include "framework/gpio/gpiod_backend.hpp"

namespace rigor {

namespace {

using SharedChip = std::shared_ptr<gpiod_chip>;

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

class RequestV1 final : public GpiodRequest {
 public:
  RequestV1(SharedChip chip, gpiod_line* line) : chip_(std::move(chip)), line_(line, gpiod_line_release) {}

  OrErrno<void> set(Level level) override {
    if (gpiod_line_set_value(line_.get(), level == Level::high ? 1 : 0) != 0) return std::unexpected(errno);
    return {};
  }
  OrErrno<Level> get() override {
    const int value = gpiod_line_get_value(line_.get());
    if (value < 0) return std::unexpected(errno);
    return value == 0 ? Level::low : Level::high;
  }

 private:
  SharedChip chip_;  // closes after the line was released
  std::unique_ptr<gpiod_line, void (*)(gpiod_line*)> line_;
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

  OrErrno<std::unique_ptr<GpiodRequest>> request_output(std::uint32_t offset, Drive drive, Level initial,
                                                        const std::string& consumer) override {
    const int flags = drive == Drive::open_drain ? int{GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN} : 0;
    return request(offset, {consumer.c_str(), GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, flags},
                   initial == Level::high ? 1 : 0);
  }
  OrErrno<std::unique_ptr<GpiodRequest>> request_input(std::uint32_t offset, const std::string& consumer) override {
    return request(offset, {consumer.c_str(), GPIOD_LINE_REQUEST_DIRECTION_INPUT, 0}, 0);
  }

 private:
  // Direction and first level go to the kernel in one call, so the line makes no pulse on the way.
  OrErrno<std::unique_ptr<GpiodRequest>> request(std::uint32_t offset, const gpiod_line_request_config& config,
                                                 int initial) {
    gpiod_line* line = gpiod_chip_get_line(chip_.get(), offset);
    if (line == nullptr || gpiod_line_request(line, &config, initial) != 0) return std::unexpected(errno);
    return std::make_unique<RequestV1>(chip_, line);
  }

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
