#include "framework/usb/libusb_device.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <utility>

namespace rigor {

namespace {

using namespace std::chrono_literals;

constexpr Duration kStringLimit = 500ms;
constexpr std::chrono::milliseconds kDrainLimit = 2s;
constexpr std::uint16_t kEnglish = 0x0409;
constexpr std::uint8_t kIn = LIBUSB_ENDPOINT_IN;

// UTF-16 of a string descriptor as UTF-8; what is no character becomes '?'. For people to read, never to compare.
std::string text_of(ByteView descriptor) {
  std::string text;
  for (std::size_t at = 2; at + 1 < descriptor.size(); at += 2) {
    const std::uint16_t unit = load_le16(descriptor, at);
    if (unit >= 0x20 && unit < 0x7F) {
      text += static_cast<char>(unit);
    } else if (unit >= 0xA0 && unit < 0x800) {
      text += static_cast<char>(0xC0 | (unit >> 6));
      text += static_cast<char>(0x80 | (unit & 0x3F));
    } else {
      text += '?';
    }
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<LibusbDevice>> LibusbDevice::open(std::shared_ptr<LibusbContext> context, libusb_device* device,
                                                         UsbIdentity identity) {
  libusb_device_handle* handle = nullptr;
  if (const int code = libusb_open(device, &handle); code != LIBUSB_SUCCESS) {
    return fail(usb_error(code, fmt::format("cannot open the device at {}", identity.path)));
  }
  std::unique_ptr<LibusbDevice> opened(new LibusbDevice(std::move(context), Handle(handle), std::move(identity)));
  libusb_device_descriptor descriptor{};
  libusb_get_device_descriptor(device, &descriptor);
  opened->read_strings(descriptor.iProduct, descriptor.iSerialNumber);
  return opened;
}

LibusbDevice::~LibusbDevice() {
  if (!flights_->drain(kDrainLimit)) {
    [[maybe_unused]] const libusb_device_handle* kept =
        handle_.release();  // a transfer that never comes back keeps its device open
    return;
  }
  for (const std::uint8_t number : claimed_) libusb_release_interface(handle_.get(), number);
}

Result<void> LibusbDevice::claim(std::uint8_t interface_number) {
  if (std::ranges::find(claimed_, interface_number) != claimed_.end()) return {};
  // Gives the interface back to its kernel driver when it is released. Unsupported elsewhere than on Linux, and not
  // missed.
  libusb_set_auto_detach_kernel_driver(handle_.get(), 1);
  if (const int code = libusb_claim_interface(handle_.get(), interface_number); code != LIBUSB_SUCCESS) {
    return fail(usb_error(code, fmt::format("cannot claim interface {} of {}", interface_number, identity_.path)));
  }
  claimed_.push_back(interface_number);
  return {};
}

Result<void> LibusbDevice::write(std::uint8_t endpoint, ByteView data, Duration limit) {
  RIGOR_CHECK(run_transfer(*context_, flights_, {.device = handle_.get(), .endpoint = endpoint, .out = data}, limit));
  return {};
}

Result<std::size_t> LibusbDevice::read(std::uint8_t endpoint, std::span<std::uint8_t> buffer, Duration limit) {
  if (buffer.empty()) return std::size_t{0};
  return run_transfer(*context_, flights_, {.device = handle_.get(), .endpoint = endpoint, .in = buffer}, limit);
}

Result<std::size_t> LibusbDevice::control(const UsbSetup& setup, std::span<std::uint8_t> data, Duration limit) {
  if (data.size() > 0xFFFF) return fail(Code::io_failed, fmt::format("a control transfer of {} bytes", data.size()));
  const bool in = (setup.request_type & kIn) != 0;
  Bytes out(LIBUSB_CONTROL_SETUP_SIZE);
  out[0] = setup.request_type;
  out[1] = setup.request;
  store_le16(out, 2, setup.value);
  store_le16(out, 4, setup.index);
  store_le16(out, 6, static_cast<std::uint16_t>(data.size()));
  if (!in) out.insert(out.end(), data.begin(), data.end());
  return run_transfer(
      *context_, flights_,
      {.device = handle_.get(), .control = true, .out = out, .in = in ? data : std::span<std::uint8_t>()}, limit);
}

Result<void> LibusbDevice::clear_halt(std::uint8_t endpoint) {
  if (const int code = libusb_clear_halt(handle_.get(), endpoint); code != LIBUSB_SUCCESS) {
    return fail(usb_error(code, fmt::format("cannot clear the stall of endpoint 0x{:02x}", endpoint)));
  }
  return {};
}

Result<void> LibusbDevice::reset() {
  const int code = libusb_reset_device(handle_.get());
  if (code == LIBUSB_SUCCESS) return {};
  // NOT_FOUND: it came back as another device and has to be opened anew.
  const std::string what = fmt::format("reset of {}", identity_.path);
  return fail(usb_error(code == LIBUSB_ERROR_NOT_FOUND ? int{LIBUSB_ERROR_NO_DEVICE} : code, what));
}

void LibusbDevice::read_strings(std::uint8_t product_index, std::uint8_t serial_index) {
  // String 0 lists languages; devices that do not answer it mostly answer English.
  const Bytes languages = string_descriptor(0, 0);
  const std::uint16_t language = languages.size() >= 4 ? load_le16(languages, 2) : kEnglish;
  if (product_index != 0) identity_.product_name = text_of(string_descriptor(product_index, language));
  if (serial_index != 0) identity_.serial_descriptor = string_descriptor(serial_index, language);
}

Bytes LibusbDevice::string_descriptor(std::uint8_t index, std::uint16_t language) {
  Bytes buffer(255);
  const UsbSetup setup{.request_type = kIn,
                       .request = LIBUSB_REQUEST_GET_DESCRIPTOR,
                       .value = static_cast<std::uint16_t>((LIBUSB_DT_STRING << 8) | index),
                       .index = language};
  const auto length = control(setup, buffer, kStringLimit);
  buffer.resize(length.value_or(0));
  return buffer;
}

}  // namespace rigor
