// Everything but transfers: contexts, events, lists, descriptors, handles.
#include "tests/unit/usb/fake_libusb.hpp"

#include <algorithm>

namespace rigor {

namespace {

std::unique_ptr<FakeBus>& bus_pointer() {
  static std::unique_ptr<FakeBus> bus = std::make_unique<FakeBus>();
  return bus;
}

}  // namespace

FakeBus& fake_bus() { return *bus_pointer(); }
void reset_fake_bus() { bus_pointer() = std::make_unique<FakeBus>(); }

Bytes string_descriptor(const std::string& text) {
  Bytes descriptor{static_cast<std::uint8_t>(2 + 2 * text.size()), LIBUSB_DT_STRING};
  for (const char c : text) {
    descriptor.push_back(static_cast<std::uint8_t>(c));
    descriptor.push_back(0);
  }
  return descriptor;
}

}  // namespace rigor

using rigor::fake_bus;
using rigor::FakeBus;
using rigor::FakeUsbDevice;

extern "C" {

int LIBUSB_CALL libusb_init(libusb_context** context) {
  const std::lock_guard lock(fake_bus().mutex);
  if (fake_bus().init_fails_with != 0) return fake_bus().init_fails_with;
  ++fake_bus().contexts;
  *context = new libusb_context;
  return 0;
}

void LIBUSB_CALL libusb_exit(libusb_context* context) {
  const std::lock_guard lock(fake_bus().mutex);
  --fake_bus().contexts;
  delete context;
}

int LIBUSB_CALL libusb_has_capability(std::uint32_t) { return fake_bus().has_hotplug ? 1 : 0; }

int LIBUSB_CALL libusb_hotplug_register_callback(libusb_context*, int, int, int, int, int,
                                                 libusb_hotplug_callback_fn callback, void* data,
                                                 libusb_hotplug_callback_handle* handle) {
  const std::lock_guard lock(fake_bus().mutex);
  fake_bus().hotplug = callback;
  fake_bus().hotplug_data = data;
  *handle = 1;
  return 0;
}

void LIBUSB_CALL libusb_hotplug_deregister_callback(libusb_context*, libusb_hotplug_callback_handle) {
  const std::lock_guard lock(fake_bus().mutex);
  fake_bus().hotplug = nullptr;
}

int LIBUSB_CALL libusb_handle_events_completed(libusb_context*, int*) {
  FakeBus& bus = fake_bus();
  std::unique_lock lock(bus.mutex);
  bus.wake.wait(lock, [&] { return bus.interrupted || !bus.finished.empty(); });
  bus.interrupted = false;
  while (!bus.finished.empty()) {
    libusb_transfer* transfer = bus.finished.front();
    bus.finished.pop_front();
    lock.unlock();
    transfer->callback(transfer);
    lock.lock();
  }
  return 0;
}

void LIBUSB_CALL libusb_interrupt_event_handler(libusb_context*) {
  const std::lock_guard lock(fake_bus().mutex);
  fake_bus().interrupted = true;
  fake_bus().wake.notify_all();
}

ssize_t LIBUSB_CALL libusb_get_device_list(libusb_context*, libusb_device*** list) {
  FakeBus& bus = fake_bus();
  const std::lock_guard lock(bus.mutex);
  std::vector<libusb_device*> devices;
  for (FakeUsbDevice& device : bus.devices) {
    if (!device.gone) devices.push_back(new libusb_device{&device});
  }
  ++bus.lists;
  *list = new libusb_device* [devices.size() + 1] {};
  std::ranges::copy(devices, *list);
  return static_cast<ssize_t>(devices.size());
}

void LIBUSB_CALL libusb_free_device_list(libusb_device** list, int) {
  const std::lock_guard lock(fake_bus().mutex);
  --fake_bus().lists;
  for (libusb_device** device = list; *device != nullptr; ++device) delete *device;
  delete[] list;
}

std::uint8_t LIBUSB_CALL libusb_get_bus_number(libusb_device* device) { return device->fake->bus; }

int LIBUSB_CALL libusb_get_port_numbers(libusb_device* device, std::uint8_t* numbers, int room) {
  const auto& ports = device->fake->ports;
  if (static_cast<std::size_t>(room) < ports.size()) return LIBUSB_ERROR_OVERFLOW;
  std::ranges::copy(ports, numbers);
  return static_cast<int>(ports.size());
}

int LIBUSB_CALL libusb_get_device_descriptor(libusb_device* device, libusb_device_descriptor* descriptor) {
  *descriptor = {};
  descriptor->idVendor = device->fake->vendor;
  descriptor->idProduct = device->fake->product;
  descriptor->iProduct = 2;
  descriptor->iSerialNumber = 3;
  return 0;
}

int LIBUSB_CALL libusb_get_active_config_descriptor(libusb_device*, libusb_config_descriptor** config) {
  auto* endpoints = new libusb_endpoint_descriptor[2]{};
  endpoints[0].bEndpointAddress = 0x81;
  endpoints[1].bEndpointAddress = 0x01;
  endpoints[0].wMaxPacketSize = endpoints[1].wMaxPacketSize = 64;
  auto* alternate = new libusb_interface_descriptor{};
  alternate->bInterfaceClass = 0xFF;
  alternate->bNumEndpoints = 2;
  alternate->endpoint = endpoints;
  auto* interface = new libusb_interface{alternate, 1};
  *config = new libusb_config_descriptor{};
  (*config)->bNumInterfaces = 1;
  (*config)->interface = interface;
  return 0;
}

void LIBUSB_CALL libusb_free_config_descriptor(libusb_config_descriptor* config) {
  delete[] config->interface->altsetting->endpoint;
  delete config->interface->altsetting;
  delete config->interface;
  delete config;
}

int LIBUSB_CALL libusb_open(libusb_device* device, libusb_device_handle** handle) {
  const std::lock_guard lock(fake_bus().mutex);
  if (device->fake->open_fails_with != 0) return device->fake->open_fails_with;
  ++fake_bus().handles;
  *handle = new libusb_device_handle{device->fake, {}};
  return 0;
}

void LIBUSB_CALL libusb_close(libusb_device_handle* handle) {
  const std::lock_guard lock(fake_bus().mutex);
  --fake_bus().handles;
  for (const int number : handle->claimed) handle->fake->claimed.erase(number);
  delete handle;
}

int LIBUSB_CALL libusb_set_auto_detach_kernel_driver(libusb_device_handle*, int) { return 0; }

int LIBUSB_CALL libusb_claim_interface(libusb_device_handle* handle, int number) {
  const std::lock_guard lock(fake_bus().mutex);
  if (handle->fake->gone) return LIBUSB_ERROR_NO_DEVICE;
  if (number != 0) return LIBUSB_ERROR_NOT_FOUND;
  if (!handle->fake->claimed.insert(number).second) return LIBUSB_ERROR_BUSY;
  handle->claimed.insert(number);
  return 0;
}

int LIBUSB_CALL libusb_release_interface(libusb_device_handle* handle, int number) {
  const std::lock_guard lock(fake_bus().mutex);
  handle->claimed.erase(number);
  handle->fake->claimed.erase(number);
  return 0;
}

int LIBUSB_CALL libusb_clear_halt(libusb_device_handle* handle, unsigned char) {
  const std::lock_guard lock(fake_bus().mutex);
  if (handle->fake->gone) return LIBUSB_ERROR_NO_DEVICE;
  handle->fake->stalled = false;
  return 0;
}

int LIBUSB_CALL libusb_reset_device(libusb_device_handle* handle) {
  return handle->fake->gone ? int{LIBUSB_ERROR_NOT_FOUND} : 0;
}
}
