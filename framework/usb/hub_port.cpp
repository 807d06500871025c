#include "framework/usb/hub_port.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace rigor {
namespace {

constexpr Duration kRequestLimit = std::chrono::seconds(1);
// bmRequestType, bRequest and wValue of USB 2.0, tables 11-15 to 11-17; the descriptor of USB 3 hubs, USB 3.2, 10.15.2.
constexpr std::uint8_t kFromHub = 0xA0;
constexpr std::uint8_t kFromPort = 0xA3;
constexpr std::uint8_t kToPort = 0x23;
constexpr std::uint8_t kGetStatus = 0;
constexpr std::uint8_t kClearFeature = 1;
constexpr std::uint8_t kSetFeature = 3;
constexpr std::uint8_t kGetDescriptor = 6;
constexpr std::uint8_t kHubDescriptor = 0x29;
constexpr std::uint8_t kSuperspeedHubDescriptor = 0x2A;
constexpr std::uint16_t kPortPower = 8;
constexpr std::size_t kPortsAt = 2;
constexpr std::size_t kCharacteristicsAt = 3;
// Where PORT_POWER stands in wPortStatus (USB 2.0, table 11-21; USB 3.2, table 10-13).
constexpr unsigned kPowerBit = 8;
constexpr unsigned kSuperspeedPowerBit = 9;

Result<HubTraits> read_descriptor(UsbDevice& hub, std::uint8_t kind) {
  std::array<std::uint8_t, 16> descriptor{};
  const UsbSetup ask{
      .request_type = kFromHub, .request = kGetDescriptor, .value = static_cast<std::uint16_t>(kind << 8), .index = 0};
  RIGOR_TRY(const std::size_t size, hub.control(ask, descriptor, kRequestLimit));
  const auto traits = hub_traits(ByteView(descriptor).first(std::min(size, descriptor.size())));
  if (!traits) return fail(Code::unsupported, fmt::format("the device at {} is no hub", hub.identity().path));
  return *traits;
}

}  // namespace

std::optional<HubPort> hub_port_of(const std::string& usb_path) {
  const std::size_t last = usb_path.find_last_of("-.");
  if (last == std::string::npos || last == 0) return std::nullopt;
  HubPort port;
  const char* const end = usb_path.data() + usb_path.size();
  const auto [stopped, error] = std::from_chars(usb_path.data() + last + 1, end, port.port);
  if (error != std::errc() || stopped != end || port.port == 0) return std::nullopt;
  port.hub = usb_path.substr(0, last) + (usb_path[last] == '-' ? "-0" : "");
  return port;
}

std::optional<HubTraits> hub_traits(ByteView hub_descriptor) {
  if (hub_descriptor.size() < kCharacteristicsAt + 2) return std::nullopt;
  HubTraits traits{.ports = hub_descriptor[kPortsAt], .superspeed = hub_descriptor[1] == kSuperspeedHubDescriptor};
  // Bits 1..0: 00 all ports together, 01 one by one, 1x not at all.
  const unsigned mode = load_le16(hub_descriptor, kCharacteristicsAt) & 3U;
  if (mode == 0) traits.switching = PortSwitching::together;
  if (mode == 1) traits.switching = PortSwitching::singly;
  return traits;
}

Result<HubTraits> read_hub(UsbDevice& hub) {
  Result<HubTraits> traits = read_descriptor(hub, kHubDescriptor);
  if (traits || traits.error().code() != Code::probe_stalled) return traits;
  return read_descriptor(hub, kSuperspeedHubDescriptor);
}

Result<void> switch_port(UsbDevice& hub, std::uint8_t port, bool on) {
  const UsbSetup setup{
      .request_type = kToPort, .request = on ? kSetFeature : kClearFeature, .value = kPortPower, .index = port};
  return without_value(hub.control(setup, {}, kRequestLimit));
}

Result<bool> port_has_power(UsbDevice& hub, const HubTraits& traits, std::uint8_t port) {
  std::array<std::uint8_t, 4> status{};
  const UsbSetup ask{.request_type = kFromPort, .request = kGetStatus, .value = 0, .index = port};
  RIGOR_TRY(const std::size_t size, hub.control(ask, status, kRequestLimit));
  if (size < 2) return fail(Code::io_failed, fmt::format("the hub at {} has no status", hub.identity().path));
  return (load_le16(status, 0) >> (traits.superspeed ? kSuperspeedPowerBit : kPowerBit) & 1U) != 0;
}

Result<void> cycle_power(UsbDevice& hub, const HubPort& port, Clock& clock, Duration off) {
  RIGOR_TRY(const HubTraits traits, read_hub(hub));
  if (traits.switching != PortSwitching::singly) {
    return fail(Error(Code::unsupported, fmt::format("the hub at {} does not switch its ports one by one", port.hub))
                    .hint("plug the probe into a hub with per-port power switching"));
  }
  RIGOR_CHECK(switch_port(hub, port.port, false));
  const Result<void> waited = clock.sleep_for(off);
  RIGOR_CHECK(switch_port(hub, port.port, true));
  return waited;
}

}  // namespace rigor
