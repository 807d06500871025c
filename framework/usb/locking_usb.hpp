// A UsbHost whose devices are claimed by one program at a time: the first claim of an interface takes the kernel lock
// of the device's port (port_lock.hpp) and holds it until the device is closed or found to be unplugged.
//
//   LockingUsbHost host(make_libusb_host(clock).value(), port_lock_directory());
//
// A second claimer, in this process or another, gets probe_busy with the name of the holder. Looking at a device
// without claiming it takes no lock.
#pragma once

#include <filesystem>
#include <memory>

#include "framework/usb/usb_device.hpp"

namespace rigor {

class LockingUsbHost final : public UsbHost {
 public:
  LockingUsbHost(std::unique_ptr<UsbHost> inner, std::filesystem::path directory)
      : inner_(std::move(inner)), directory_(std::move(directory)) {}

  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override { return inner_->list(vendor); }
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override;
  [[nodiscard]] Event* changed() override { return inner_->changed(); }
  [[nodiscard]] Result<void> cycle_port_power(const std::string& path, Duration off) override {
    return inner_->cycle_port_power(path, off);
  }

 private:
  std::unique_ptr<UsbHost> inner_;
  std::filesystem::path directory_;
};

}  // namespace rigor
