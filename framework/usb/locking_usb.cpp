#include "framework/usb/locking_usb.hpp"

#include <optional>
#include <utility>

#include "framework/usb/port_lock.hpp"

namespace rigor {
namespace {

class LockingUsbDevice final : public UsbDevice {
 public:
  LockingUsbDevice(std::unique_ptr<UsbDevice> inner, std::filesystem::path directory)
      : directory_(std::move(directory)), inner_(std::move(inner)) {}

  [[nodiscard]] const UsbIdentity& identity() const override { return inner_->identity(); }
  [[nodiscard]] Result<void> claim(std::uint8_t interface_number) override {
    if (!lock_) {
      RIGOR_TRY(lock_, PortLock::take(directory_, identity().path));
    }
    return watch(inner_->claim(interface_number));
  }
  [[nodiscard]] Result<void> write(std::uint8_t endpoint, ByteView data, Duration limit) override {
    return watch(inner_->write(endpoint, data, limit));
  }
  [[nodiscard]] Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer,
                                         Duration limit) override {
    return watch(inner_->read(endpoint, buffer, limit));
  }
  [[nodiscard]] Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data,
                                            Duration limit) override {
    return watch(inner_->control(setup, data, limit));
  }
  [[nodiscard]] Result<void> clear_halt(std::uint8_t endpoint) override { return watch(inner_->clear_halt(endpoint)); }
  [[nodiscard]] Result<void> reset() override { return watch(inner_->reset()); }

 private:
  // A device that is gone keeps nobody from the one that is plugged in after it.
  template <typename T>
  Result<T> watch(Result<T> result) {
    if (!result && result.error().code() == Code::probe_lost) lock_.reset();
    return result;
  }

  std::filesystem::path directory_;
  std::optional<PortLock> lock_;  // let go after the device is closed
  std::unique_ptr<UsbDevice> inner_;
};

}  // namespace

Result<std::unique_ptr<UsbDevice>> LockingUsbHost::open(const std::string& path) {
  RIGOR_TRY(auto device, inner_->open(path));
  return std::make_unique<LockingUsbDevice>(std::move(device), directory_);
}

}  // namespace rigor
