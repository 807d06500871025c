// Transfers: a device that answers every 16-byte command on endpoint 0x01 with 6 bytes on 0x81, and the standard
// requests.
#include <algorithm>
#include <cstddef>

#include "tests/unit/usb/fake_libusb.hpp"

namespace rigor {

namespace {

constexpr std::size_t kReplySize = 6;

Bytes device_descriptor(const FakeUsbDevice& device) {
  Bytes descriptor(18);
  descriptor[0] = 18;
  descriptor[1] = LIBUSB_DT_DEVICE;
  store_le16(descriptor, 8, device.vendor);
  store_le16(descriptor, 10, device.product);
  descriptor[15] = 2;
  descriptor[16] = 3;
  return descriptor;
}

// Moves what fits into the transfer's buffer and ends it.
void give(FakeBus& bus, libusb_transfer* transfer, const Bytes& data, std::size_t offset) {
  const std::size_t room = static_cast<std::size_t>(transfer->length) - offset;
  const std::size_t count = std::min(room, data.size());
  std::copy_n(data.begin(), count, transfer->buffer + offset);
  bus.finish(transfer, LIBUSB_TRANSFER_COMPLETED, static_cast<int>(count));
}

void serve_control(FakeBus& bus, FakeUsbDevice& device, libusb_transfer* transfer) {
  const ByteView setup(transfer->buffer, LIBUSB_CONTROL_SETUP_SIZE);
  if (setup[0] == 0x40) {  // a vendor request with data to the device
    device.written.emplace_back(transfer->buffer + setup.size(), transfer->buffer + transfer->length);
    return bus.finish(transfer, LIBUSB_TRANSFER_COMPLETED, transfer->length - static_cast<int>(setup.size()));
  }
  if (setup[0] == 0x80 && setup[1] == LIBUSB_REQUEST_GET_DESCRIPTOR) {
    if (setup[3] == LIBUSB_DT_DEVICE) return give(bus, transfer, device_descriptor(device), setup.size());
    const auto text = device.strings.find(setup[2]);
    if (setup[3] == LIBUSB_DT_STRING && text != device.strings.end()) {
      return give(bus, transfer, text->second, setup.size());
    }
  }
  const bool has_it = device.hub_descriptor.size() > 1 && device.hub_descriptor[1] == setup[3];
  if (setup[0] == 0xA0 && has_it) return give(bus, transfer, device.hub_descriptor, setup.size());
  if (setup[0] == 0xA3) {
    const Bytes status{static_cast<std::uint8_t>(device.port_status),
                       static_cast<std::uint8_t>(device.port_status >> 8), 0, 0};
    return give(bus, transfer, status, setup.size());
  }
  if (setup[0] == 0x23) {
    device.port_requests.push_back({setup[1], load_le16(setup, 2), load_le16(setup, 4)});
    return bus.finish(transfer, LIBUSB_TRANSFER_COMPLETED, 0);
  }
  bus.finish(transfer, LIBUSB_TRANSFER_STALL, 0);
}

}  // namespace

void FakeBus::finish(libusb_transfer* transfer, libusb_transfer_status status, int moved) {
  std::erase(pending, transfer);
  transfer->status = status;
  transfer->actual_length = moved;
  finished.push_back(transfer);
  wake.notify_all();
}

void FakeBus::serve(libusb_transfer* transfer) {
  FakeUsbDevice& device = *transfer->dev_handle->fake;
  if (transfer->type == LIBUSB_TRANSFER_TYPE_CONTROL) return serve_control(*this, device, transfer);
  if (transfer->endpoint == 0x01) {
    const int taken = device.swallows_writes ? transfer->length / 2 : transfer->length;
    device.written.emplace_back(transfer->buffer, transfer->buffer + taken);
    device.replies.emplace_back(kReplySize, static_cast<std::uint8_t>(device.written.size()));
    return finish(transfer, LIBUSB_TRANSFER_COMPLETED, taken);
  }
  if (device.stalled) return finish(transfer, LIBUSB_TRANSFER_STALL, 0);
  if (device.babbles) return finish(transfer, LIBUSB_TRANSFER_OVERFLOW, 0);
  if (device.replies.empty()) return pending.push_back(transfer);  // until a reply, a cancellation or the end
  const Bytes reply = device.replies.front();
  device.replies.pop_front();
  give(*this, transfer, reply, 0);
}

void FakeBus::unplug(FakeUsbDevice& device) {
  device.gone = true;
  const std::vector<libusb_transfer*> waiting = pending;
  for (libusb_transfer* transfer : waiting) {
    if (transfer->dev_handle->fake == &device) finish(transfer, LIBUSB_TRANSFER_NO_DEVICE, 0);
  }
}

}  // namespace rigor

using rigor::fake_bus;
using rigor::FakeBus;

extern "C" {

libusb_transfer* LIBUSB_CALL libusb_alloc_transfer(int) {
  const std::lock_guard lock(fake_bus().mutex);
  ++fake_bus().transfers;
  return new libusb_transfer{};
}

void LIBUSB_CALL libusb_free_transfer(libusb_transfer* transfer) {
  const std::lock_guard lock(fake_bus().mutex);
  --fake_bus().transfers;
  delete transfer;
}

int LIBUSB_CALL libusb_submit_transfer(libusb_transfer* transfer) {
  FakeBus& bus = fake_bus();
  const std::lock_guard lock(bus.mutex);
  if (transfer->dev_handle->fake->gone) return LIBUSB_ERROR_NO_DEVICE;
  bus.serve(transfer);
  return 0;
}

int LIBUSB_CALL libusb_cancel_transfer(libusb_transfer* transfer) {
  FakeBus& bus = fake_bus();
  const std::lock_guard lock(bus.mutex);
  if (std::ranges::find(bus.pending, transfer) == bus.pending.end()) return LIBUSB_ERROR_NOT_FOUND;
  if (!transfer->dev_handle->fake->ignores_cancel) bus.finish(transfer, LIBUSB_TRANSFER_CANCELLED, 0);
  return 0;
}
}
