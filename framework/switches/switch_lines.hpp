// Lines of every kind behind one LineDriver: a GPIO chip's go to the driver of those, the others to their backend.
//
//   RIGOR_TRY(auto usb, ...);
//   SwitchLines lines(make_gpiod_driver(clock), clock, {});
//   lines.add(make_hub_ports(...));
//
// A high level is "on" (switch_name.hpp). A switch has one holder at a time, on this machine: a lock of its own stands
// for what the kernel does for GPIO lines (framework/base/process_lock.hpp). It is taken in its first level without
// being moved to another one before, and asking for open drain is line_failed. Where a holder was killed while it was
// switching, what it had begun may still be going on: then the first level is set at once, and again after that.
//
// Any thread may request lines; each line is used from one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "framework/gpio/line_driver.hpp"
#include "framework/switches/switch_backend.hpp"

namespace rigor {

class SwitchLines final : public LineDriver {
 public:
  // `clock` stamps edges and must outlive the driver and its lines. `locks`: where the locks lie
  // (framework/usb/port_lock.hpp).
  SwitchLines(std::unique_ptr<LineDriver> gpio, Clock& clock, std::filesystem::path locks);

  // Before the first line is requested. Later ones of the same kind are never asked.
  void add(std::unique_ptr<SwitchBackend> backend) { backends_.push_back(std::move(backend)); }

  [[nodiscard]] LineCapabilities capabilities() const override { return gpio_->capabilities(); }
  [[nodiscard]] Duration latency(const LineName& name) const override;
  [[nodiscard]] Result<std::vector<LineInfo>> list() override;
  [[nodiscard]] Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive,
                                                                   Level initial) override;
  [[nodiscard]] Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override;
  [[nodiscard]] Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override;

 private:
  [[nodiscard]] SwitchBackend* backend_of(const LineName& name) const;

  std::unique_ptr<LineDriver> gpio_;
  Clock& clock_;
  std::filesystem::path locks_;
  std::vector<std::unique_ptr<SwitchBackend>> backends_;
};

}  // namespace rigor
