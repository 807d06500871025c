// libgpiod 2.x: settings and configurations are objects, and a request stands on its own without its chip.
#include <gpiod.h>

#include <cerrno>
#include <utility>

#include "framework/base/c_handle.hpp"
#include "framework/gpio/gpiod_backend.hpp"

namespace rigor {

namespace {

using ChipHandle = CHandle<gpiod_chip, gpiod_chip_close>;
using ChipInfo = CHandle<gpiod_chip_info, gpiod_chip_info_free>;
using LineInfoHandle = CHandle<gpiod_line_info, gpiod_line_info_free>;
using LineSettings = CHandle<gpiod_line_settings, gpiod_line_settings_free>;
using LineConfig = CHandle<gpiod_line_config, gpiod_line_config_free>;
using RequestConfig = CHandle<gpiod_request_config, gpiod_request_config_free>;
using RequestHandle = CHandle<gpiod_line_request, gpiod_line_request_release>;

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

gpiod_line_value value_of(Level level) {
  return level == Level::high ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

class RequestV2 final : public GpiodRequest {
 public:
  RequestV2(RequestHandle request, std::uint32_t offset) : request_(std::move(request)), offset_(offset) {}

  OrErrno<void> set(Level level) override {
    if (gpiod_line_request_set_value(request_.get(), offset_, value_of(level)) != 0) return std::unexpected(errno);
    return {};
  }
  OrErrno<Level> get() override {
    const gpiod_line_value value = gpiod_line_request_get_value(request_.get(), offset_);
    if (value == GPIOD_LINE_VALUE_ERROR) return std::unexpected(errno);
    return value == GPIOD_LINE_VALUE_ACTIVE ? Level::high : Level::low;
  }

 private:
  RequestHandle request_;
  std::uint32_t offset_;
};

class ChipV2 final : public GpiodChip {
 public:
  ChipV2(ChipHandle chip, gpiod_chip_info* info)
      : chip_(std::move(chip)),
        label_(text_or_empty(gpiod_chip_info_get_label(info))),
        line_count_(static_cast<std::uint32_t>(gpiod_chip_info_get_num_lines(info))) {}

  std::string label() override { return label_; }
  std::uint32_t line_count() override { return line_count_; }

  OrErrno<GpiodLineState> line(std::uint32_t offset) override {
    const LineInfoHandle info(gpiod_chip_get_line_info(chip_.get(), offset));
    if (!info) return std::unexpected(errno);
    return GpiodLineState{.name = text_or_empty(gpiod_line_info_get_name(info.get())),
                          .consumer = text_or_empty(gpiod_line_info_get_consumer(info.get())),
                          .used = gpiod_line_info_is_used(info.get()),
                          .output = gpiod_line_info_get_direction(info.get()) == GPIOD_LINE_DIRECTION_OUTPUT};
  }

  OrErrno<std::unique_ptr<GpiodRequest>> request_output(std::uint32_t offset, Drive drive, Level initial,
                                                        const std::string& consumer) override {
    const LineSettings settings(gpiod_line_settings_new());
    if (!settings) return std::unexpected(errno);
    const gpiod_line_drive wanted =
        drive == Drive::open_drain ? GPIOD_LINE_DRIVE_OPEN_DRAIN : GPIOD_LINE_DRIVE_PUSH_PULL;
    // Direction, drive and first level go to the kernel in one call, so the line makes no pulse on the way.
    if (gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_OUTPUT) != 0 ||
        gpiod_line_settings_set_drive(settings.get(), wanted) != 0 ||
        gpiod_line_settings_set_output_value(settings.get(), value_of(initial)) != 0) {
      return std::unexpected(errno);
    }
    return request(offset, settings.get(), consumer);
  }

  OrErrno<std::unique_ptr<GpiodRequest>> request_input(std::uint32_t offset, const std::string& consumer) override {
    const LineSettings settings(gpiod_line_settings_new());
    if (!settings || gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_INPUT) != 0) {
      return std::unexpected(errno);
    }
    return request(offset, settings.get(), consumer);
  }

 private:
  OrErrno<std::unique_ptr<GpiodRequest>> request(std::uint32_t offset, gpiod_line_settings* settings,
                                                 const std::string& consumer) {
    const LineConfig lines(gpiod_line_config_new());
    const RequestConfig config(gpiod_request_config_new());
    const unsigned int offsets[] = {offset};
    if (!lines || !config || gpiod_line_config_add_line_settings(lines.get(), offsets, 1, settings) != 0) {
      return std::unexpected(errno);
    }
    gpiod_request_config_set_consumer(config.get(), consumer.c_str());
    RequestHandle held(gpiod_chip_request_lines(chip_.get(), config.get(), lines.get()));
    if (!held) return std::unexpected(errno);
    return std::make_unique<RequestV2>(std::move(held), offset);
  }

  ChipHandle chip_;
  std::string label_;
  std::uint32_t line_count_;
};

}  // namespace

OrErrno<std::unique_ptr<GpiodChip>> open_gpiod_chip(const std::string& device) {
  ChipHandle chip(gpiod_chip_open(device.c_str()));
  if (!chip) return std::unexpected(errno);
  const ChipInfo info(gpiod_chip_get_info(chip.get()));
  if (!info) return std::unexpected(errno);
  return std::make_unique<ChipV2>(std::move(chip), info.get());
}

}  // namespace rigor
