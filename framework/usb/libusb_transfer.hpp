// Transfers of one open device: submitted here, finished by the event thread, waited for through the Clock.
// Private to this room.
//
// The data of a transfer lives in memory that the transfer owns, and the transfer is freed by whoever is last: the
// caller, or the event thread after a cancellation that the caller no longer waits for.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <span>

#include "framework/usb/libusb_context.hpp"

namespace rigor {

// Transfers in flight on one device handle. Outlives all of them.
class TransfersInFlight {
 public:
  void add(libusb_transfer* transfer);
  void remove(libusb_transfer* transfer);
  // Cancels what is left and waits until libusb has given it back; false when it has not within `limit`. The wait is
  // not on the Clock, because a device is also closed while the clock is interrupted.
  [[nodiscard]] bool drain(std::chrono::milliseconds limit);

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::set<libusb_transfer*> transfers_;
};

struct TransferRequest {
  libusb_device_handle* device = nullptr;
  std::uint8_t endpoint = 0;     // bit 7: IN
  bool control = false;          // then `out` begins with the 8 bytes of the setup packet
  ByteView out{};                // what is sent
  std::span<std::uint8_t> in{};  // where received bytes go
};

// Returns the number of bytes moved, without the setup packet.
// Errors: those of usb_device.hpp, and those of Clock::wait_any.
[[nodiscard]] Result<std::size_t> run_transfer(LibusbContext& context,
                                               const std::shared_ptr<TransfersInFlight>& flights,
                                               const TransferRequest& request, Duration limit);

}  // namespace rigor
