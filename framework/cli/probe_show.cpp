#include "framework/cli/probe_show.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "framework/probe/fingerprint.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

std::string_view kind_name(StLinkKind kind) {
  switch (kind) {
    case StLinkKind::v1:
      return "v1";
    case StLinkKind::v2:
      return "v2";
    case StLinkKind::v2_1:
      return "v2-1";
    case StLinkKind::v3:
      return "v3";
    case StLinkKind::v3pwr:
      break;
  }
  return "v3pwr";
}

// What an interface is for; only the debug interface is ever claimed.
std::string purpose_of(const UsbInterface& interface) {
  constexpr std::uint8_t kBridgeOut = 0x06;
  switch (interface.device_class) {
    case 0x02:
      return "serial port, control";
    case 0x08:
      return "disk";
    case 0x0A:
      return "serial port, data";
    default:
      break;
  }
  if (interface.number == 0) return "debug";
  const bool bridge =
      std::ranges::find(interface.endpoints, kBridgeOut, &UsbEndpoint::address) != interface.endpoints.end();
  return bridge ? "bridge" : "other";
}

json interfaces_document(const UsbIdentity& usb) {
  json list = json::array();
  for (const UsbInterface& interface : usb.interfaces) {
    json endpoints = json::array();
    for (const UsbEndpoint& endpoint : interface.endpoints)
      endpoints.push_back(
          {{"address", fmt::format("0x{:02x}", endpoint.address)}, {"max_packet", endpoint.max_packet}});
    list.push_back({{"number", interface.number},
                    {"class", fmt::format("0x{:02x}", interface.device_class)},
                    {"purpose", purpose_of(interface)},
                    {"claimed", interface.number == 0},
                    {"endpoints", endpoints}});
  }
  return list;
}

json version_document(const StLinkVersion& version) {
  return {{"hardware", version.hardware}, {"jtag", version.jtag},     {"swim", version.swim},
          {"disk", version.mass_storage}, {"bridge", version.bridge}, {"power", version.power}};
}

json capabilities_document(const ProbeObservation& seen) {
  json document = json::object();
  for (const Capability& each : list_capabilities(seen)) document[each.key] = each.value;
  return document;
}

}  // namespace

json show_document(const ProbeObservation& seen) {
  json document = {{"usb", seen.usb.path},
                   {"vid_pid", fmt::format("{:04x}:{:04x}", seen.usb.vendor, seen.usb.product)},
                   {"model", seen.product.model},
                   {"kind", kind_name(seen.product.kind)},
                   {"serial", seen.serial},
                   {"serial_form", seen.raw_serial ? "raw" : "text"},
                   {"firmware", nullptr},
                   {"interfaces", interfaces_document(seen.usb)},
                   {"capabilities", capabilities_document(seen)},
                   {"target_volts", nullptr},
                   {"usb_round_trips", seen.round_trips}};
  if (seen.version) {
    document["firmware"] = seen.version->text();
    document["version"] = version_document(*seen.version);
  } else {
    document["trouble"] = seen.version.error();
  }
  if (seen.voltage) document["target_volts"] = spread_of(*seen.voltage).highest;
  return document;
}

void print_show(const ProbeObservation& seen, const Output& output) {
  output.line(fmt::format("{} at {}, {:04x}:{:04x}, serial number {}", seen.product.model, seen.usb.path,
                          seen.usb.vendor, seen.usb.product, seen.serial.empty() ? "none" : seen.serial));
  if (!seen.version) {
    output.line("  it does not answer: " + seen.version.error());
    return;
  }
  const StLinkVersion& version = *seen.version;
  output.line(fmt::format("  firmware {}: hardware {}, jtag {}, swim {}, disk {}, bridge {}, power {}", version.text(),
                          version.hardware, version.jtag, version.swim, version.mass_storage, version.bridge,
                          version.power));
  for (const UsbInterface& interface : seen.usb.interfaces)
    output.line(fmt::format("  interface {}: {}{}", interface.number, purpose_of(interface),
                            interface.number == 0 ? "" : ", left alone"));
  if (seen.voltage) output.line(fmt::format("  target voltage {:.2f} V", spread_of(*seen.voltage).highest));
  std::vector<std::string> lacking;
  for (const Capability& each : list_capabilities(seen)) {
    if (each.value == "no")
      lacking.push_back(each.key);
    else
      output.line(fmt::format("  {:<26}{}", each.key, each.value));
  }
  if (!lacking.empty()) output.line(fmt::format("  lacks {}", fmt::join(lacking, ", ")));
  output.line(fmt::format("  {} USB round trips", seen.round_trips));
}

}  // namespace rigor::cli
