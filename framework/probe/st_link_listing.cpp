#include "framework/probe/st_link_listing.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/probe/opening.hpp"

namespace rigor {
namespace {

bool is_printable(ByteView descriptor) {
  for (std::size_t at = 2; at + 1 < descriptor.size(); at += 2) {
    if (descriptor[at] < 0x20 || descriptor[at] > 0x7E || descriptor[at + 1] != 0) return false;
  }
  return true;
}

Result<std::string> ask_firmware(UsbHost& host, const std::string& usb_path) {
  RIGOR_TRY(const auto port, CommandPort::open(host, usb_path));
  RIGOR_TRY(const StLinkVersion version, read_version(*port));
  return version.text();
}

}  // namespace

std::string st_link_serial_text(ByteView string_descriptor) {
  const bool raw = string_descriptor.size() == kRawSerialSize || !is_printable(string_descriptor);
  std::string text;
  for (std::size_t at = 2; at + 1 < string_descriptor.size(); at += 2) {
    if (raw) {
      text += fmt::format("{:02X}", string_descriptor[at]);
    } else {
      text += static_cast<char>(string_descriptor[at]);
    }
  }
  return text;
}

Result<std::vector<StLinkListing>> list_st_links(UsbHost& host) {
  RIGOR_TRY(const auto devices, host.list(kStVendor));
  std::vector<StLinkListing> found;
  for (const UsbIdentity& usb : devices) {
    const StLinkProduct* product = find_st_link_product(usb.vendor, usb.product);
    if (product == nullptr) continue;
    StLinkListing listing{.usb_path = usb.path,
                          .vendor = usb.vendor,
                          .product = usb.product,
                          .model = std::string(product->model),
                          .serial = st_link_serial_text(usb.serial_descriptor),
                          .firmware = std::nullopt,
                          .trouble = std::nullopt};
    if (auto firmware = ask_firmware(host, usb.path)) {
      listing.firmware = std::move(*firmware);
    } else {
      listing.trouble = std::move(firmware).error();
    }
    found.push_back(std::move(listing));
  }
  return found;
}

}  // namespace rigor
