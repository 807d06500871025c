// libgpiod 2.x: settings and configurations are objects, and a request stands on its own without its chip.
#include <gpiod.h>

#include <algorithm>
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
using EdgeBuffer = CHandle<gpiod_edge_event_buffer, gpiod_edge_event_buffer_free>;

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

gpiod_line_value value_of(Level level) {
  return level == Level::high ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

class OutputsV2 final : public GpiodOutputs {
 public:
  explicit OutputsV2(RequestHandle request) : request_(std::move(request)) {}

  OrErrno<void> set(std::span<const Level> levels) override {
    std::vector<gpiod_line_value> values(levels.size());
    std::ranges::transform(levels, values.begin(), value_of);
    if (gpiod_line_request_set_values(request_.get(), values.data()) != 0) return std::unexpected(errno);
    return {};
  }

 private:
  RequestHandle request_;
};

class InputV2 final : public GpiodInput {
 public:
  InputV2(RequestHandle request, std::uint32_t offset, EdgeBuffer edges)
      : request_(std::move(request)), offset_(offset), edges_(std::move(edges)) {}

  OrErrno<Level> get() override {
    const gpiod_line_value value = gpiod_line_request_get_value(request_.get(), offset_);
    if (value == GPIOD_LINE_VALUE_ERROR) return std::unexpected(errno);
    return value == GPIOD_LINE_VALUE_ACTIVE ? Level::high : Level::low;
  }
  [[nodiscard]] int edge_descriptor() const override { return edges_ ? gpiod_line_request_get_fd(request_.get()) : -1; }
  OrErrno<LineEdge> read_edge() override {
    if (gpiod_line_request_read_edge_events(request_.get(), edges_.get(), 1) < 1) return std::unexpected(errno);
    gpiod_edge_event* event = gpiod_edge_event_buffer_get_event(edges_.get(), 0);
    const bool rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    return LineEdge{TimePoint(std::chrono::nanoseconds(gpiod_edge_event_get_timestamp_ns(event))),
                    rising ? Level::high : Level::low};
  }

 private:
  RequestHandle request_;
  std::uint32_t offset_;
  EdgeBuffer edges_;  // null for an input whose edges are not watched
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

  // Direction, drive and first levels go to the kernel in one call, so the lines make no pulse on the way.
  OrErrno<std::unique_ptr<GpiodOutputs>> request_outputs(std::span<const GpiodOutput> outputs,
                                                         const std::string& consumer) override {
    const LineConfig lines(gpiod_line_config_new());
    if (!lines) return std::unexpected(errno);
    for (const GpiodOutput& output : outputs) {
      const LineSettings settings(gpiod_line_settings_new());
      const gpiod_line_drive drive =
          output.drive == Drive::open_drain ? GPIOD_LINE_DRIVE_OPEN_DRAIN : GPIOD_LINE_DRIVE_PUSH_PULL;
      if (!settings || gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_OUTPUT) != 0 ||
          gpiod_line_settings_set_drive(settings.get(), drive) != 0 ||
          gpiod_line_settings_set_output_value(settings.get(), value_of(output.initial)) != 0 ||
          gpiod_line_config_add_line_settings(lines.get(), &output.offset, 1, settings.get()) != 0)
        return std::unexpected(errno);
    }
    auto held = request(lines.get(), consumer);
    if (!held) return std::unexpected(held.error());
    return std::make_unique<OutputsV2>(*std::move(held));
  }

  OrErrno<std::unique_ptr<GpiodInput>> request_input(std::uint32_t offset, Watch watch,
                                                     const std::string& consumer) override {
    const gpiod_line_edge edges = watch == Watch::edges ? GPIOD_LINE_EDGE_BOTH : GPIOD_LINE_EDGE_NONE;
    const LineSettings settings(gpiod_line_settings_new());
    const LineConfig lines(gpiod_line_config_new());
    EdgeBuffer buffer(watch == Watch::edges ? gpiod_edge_event_buffer_new(1) : nullptr);
    if (!settings || !lines || (watch == Watch::edges && !buffer) ||
        gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_INPUT) != 0 ||
        gpiod_line_settings_set_edge_detection(settings.get(), edges) != 0 ||
        gpiod_line_config_add_line_settings(lines.get(), &offset, 1, settings.get()) != 0)
      return std::unexpected(errno);
    auto held = request(lines.get(), consumer);
    if (!held) return std::unexpected(held.error());
    return std::make_unique<InputV2>(*std::move(held), offset, std::move(buffer));
  }

 private:
  OrErrno<RequestHandle> request(gpiod_line_config* lines, const std::string& consumer) {
    const RequestConfig config(gpiod_request_config_new());
    if (!config) return std::unexpected(errno);
    gpiod_request_config_set_consumer(config.get(), consumer.c_str());
    RequestHandle held(gpiod_chip_request_lines(chip_.get(), config.get(), lines));
    if (!held) return std::unexpected(errno);
    return held;
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
