#include "framework/usb/libusb_host.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "framework/usb/hub_port.hpp"
#include "framework/usb/libusb_device.hpp"
#include "framework/usb/locking_usb.hpp"

namespace rigor {

namespace {

// Places order as numbers: 1-2 before 1-10.
std::vector<int> order_of(const std::string& path) {
  std::vector<int> numbers(1, 0);
  for (const char c : path) {
    if (c >= '0' && c <= '9') {
      numbers.back() = numbers.back() * 10 + (c - '0');
    } else {
      numbers.push_back(0);
    }
  }
  return numbers;
}

// "1-0" for bus 1's root hub, as the kernel names it.
std::string root_hub_path(libusb_device* device) { return fmt::format("{}-0", libusb_get_bus_number(device)); }

// Empty for root hubs, which nobody plugs in.
std::string path_of(libusb_device* device) {
  std::array<std::uint8_t, 7> ports{};  // USB has no deeper hubs
  const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
  std::string path;
  for (int i = 0; i < count; ++i) {
    path += fmt::format("{}{}", i == 0 ? fmt::format("{}-", libusb_get_bus_number(device)) : ".",
                        ports[static_cast<std::size_t>(i)]);
  }
  return path;
}

std::vector<UsbInterface> interfaces_of(libusb_device* device) {
  libusb_config_descriptor* raw = nullptr;
  if (libusb_get_active_config_descriptor(device, &raw) != LIBUSB_SUCCESS) return {};
  const CHandle<libusb_config_descriptor, libusb_free_config_descriptor> config(raw);
  std::vector<UsbInterface> interfaces;
  for (const libusb_interface& interface : std::span(config->interface, config->bNumInterfaces)) {
    if (interface.num_altsetting < 1) continue;
    const libusb_interface_descriptor& first = interface.altsetting[0];
    UsbInterface described{first.bInterfaceNumber, first.bInterfaceClass, {}};
    for (const libusb_endpoint_descriptor& endpoint : std::span(first.endpoint, first.bNumEndpoints)) {
      described.endpoints.push_back({endpoint.bEndpointAddress, endpoint.wMaxPacketSize});
    }
    interfaces.push_back(std::move(described));
  }
  return interfaces;
}

// Nothing for root hubs and for devices whose descriptor cannot be read.
std::optional<UsbIdentity> identity_of(libusb_device* device) {
  libusb_device_descriptor descriptor{};
  UsbIdentity identity;
  identity.path = path_of(device);
  if (identity.path.empty() || libusb_get_device_descriptor(device, &descriptor) != LIBUSB_SUCCESS) return std::nullopt;
  identity.vendor = descriptor.idVendor;
  identity.product = descriptor.idProduct;
  identity.interfaces = interfaces_of(device);
  return identity;
}

UsbIdentity placed_at(const std::string& path) {
  UsbIdentity identity;
  identity.path = path;
  return identity;
}

void free_devices(libusb_device** devices) { libusb_free_device_list(devices, 1); }

class DeviceList {
 public:
  [[nodiscard]] static Result<DeviceList> of(const LibusbContext& context) {
    libusb_device** devices = nullptr;
    const auto count = libusb_get_device_list(context.get(), &devices);
    if (count < 0) return fail(usb_error(static_cast<int>(count), "cannot list USB devices"));
    return DeviceList(devices, static_cast<std::size_t>(count));
  }
  [[nodiscard]] std::span<libusb_device*> devices() const { return {devices_.get(), count_}; }

 private:
  DeviceList(libusb_device** devices, std::size_t count) : devices_(devices), count_(count) {}
  CHandle<libusb_device*, free_devices> devices_;
  std::size_t count_;
};

class LibusbHost final : public UsbHost {
 public:
  explicit LibusbHost(std::shared_ptr<LibusbContext> context) : context_(std::move(context)) {}

  Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override {
    RIGOR_TRY(const DeviceList list, DeviceList::of(*context_));
    std::vector<UsbIdentity> identities;
    for (libusb_device* device : list.devices()) {
      auto identity = identity_of(device);
      if (!identity || (vendor != 0 && identity->vendor != vendor)) continue;
      // A device that cannot be opened, for want of rights, is still listed: without its strings.
      const auto opened = LibusbDevice::open(context_, device, *identity);
      identities.push_back(opened ? (*opened)->identity() : *std::move(identity));
    }
    std::ranges::sort(identities, {}, [](const UsbIdentity& identity) { return order_of(identity.path); });
    return identities;
  }

  Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override {
    RIGOR_TRY(const DeviceList list, DeviceList::of(*context_));
    libusb_device* const device = find(list, path);
    auto identity = device == nullptr ? std::nullopt : identity_of(device);
    if (device != nullptr && !identity && path == root_hub_path(device)) identity = placed_at(path);
    if (identity) return LibusbDevice::open(context_, device, *std::move(identity));
    return fail(Error(Code::probe_missing, fmt::format("no USB device at '{}'", path))
                    .hint("`rigor list probes` shows what is plugged in where"));
  }

  Event* changed() override { return context_->changed(); }

  Result<void> cycle_port_power(const std::string& path, Duration off) override {
    const auto port = hub_port_of(path);
    if (!port) return fail(Code::probe_missing, fmt::format("'{}' is no USB port", path));
    RIGOR_TRY(const DeviceList list, DeviceList::of(*context_));
    libusb_device* const device = find(list, port->hub);
    if (device == nullptr) return fail(Code::probe_missing, fmt::format("no USB hub at '{}'", port->hub));
    RIGOR_TRY(const auto hub, LibusbDevice::open(context_, device, placed_at(port->hub)));
    return cycle_power(*hub, *port, context_->clock(), off);
  }

 private:
  // Null when nothing is there.
  static libusb_device* find(const DeviceList& list, const std::string& path) {
    for (libusb_device* device : list.devices()) {
      const std::string own = path_of(device);
      if (!path.empty() && (own.empty() ? root_hub_path(device) : own) == path) return device;
    }
    return nullptr;
  }

  std::shared_ptr<LibusbContext> context_;
};

}  // namespace

Result<std::unique_ptr<UsbHost>> make_libusb_host(Clock& clock, const std::filesystem::path& locks) {
  RIGOR_TRY(auto context, LibusbContext::start(clock));
  return std::make_unique<LockingUsbHost>(std::make_unique<LibusbHost>(std::move(context)), locks);
}

}  // namespace rigor
