// An open device of this machine. Private to this room.
#pragma once

#include <memory>
#include <vector>

#include "framework/usb/libusb_transfer.hpp"

namespace rigor {

class LibusbDevice final : public UsbDevice {
 public:
  // Opens `device`; its strings are read into the identity as far as it gives them.
  [[nodiscard]] static Result<std::unique_ptr<LibusbDevice>> open(std::shared_ptr<LibusbContext> context,
                                                                  libusb_device* device, UsbIdentity identity);

  LibusbDevice(const LibusbDevice&) = delete;
  LibusbDevice& operator=(const LibusbDevice&) = delete;
  ~LibusbDevice() override;

  [[nodiscard]] const UsbIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> claim(std::uint8_t interface_number) override;
  [[nodiscard]] Result<void> write(std::uint8_t endpoint, ByteView data, Duration limit) override;
  [[nodiscard]] Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer,
                                         Duration limit) override;
  [[nodiscard]] Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data,
                                            Duration limit) override;
  [[nodiscard]] Result<void> clear_halt(std::uint8_t endpoint) override;
  [[nodiscard]] Result<void> reset() override;

 private:
  using Handle = CHandle<libusb_device_handle, libusb_close>;

  LibusbDevice(std::shared_ptr<LibusbContext> context, Handle handle, UsbIdentity identity)
      : context_(std::move(context)), handle_(std::move(handle)), identity_(std::move(identity)) {}

  void read_strings(std::uint8_t product_index, std::uint8_t serial_index);
  // The descriptor as it came; empty when the device does not give it.
  [[nodiscard]] Bytes string_descriptor(std::uint8_t index, std::uint16_t language);

  std::shared_ptr<LibusbContext> context_;
  std::shared_ptr<TransfersInFlight> flights_ = std::make_shared<TransfersInFlight>();
  Handle handle_;
  UsbIdentity identity_;
  std::vector<std::uint8_t> claimed_;
};

}  // namespace rigor
