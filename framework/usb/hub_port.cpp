#include "framework/usb/hub_port.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace rigor {
namespace {

constexpr Duration kRequestLimit = std::chrono::seconds(1);
// bmRequestType, bRequest and wValue of USB 2.0, tables 11-15 to 11-17.
constexpr std::uint8_t kFromHub = 0xA0;
constexpr std::uint8_t kToPort = 0x23;
constexpr std::uint8_t kClearFeature = 1;
constexpr std::uint8_t kSetFeature = 3;
constexpr std::uint8_t kGetDescriptor = 6;
constexpr std::uint16_t kHubDescriptor = 0x2900;
constexpr std::uint16_t kPortPower = 8;
constexpr std::size_t kCharacteristicsAt = 3;

Result<void> switch_power(UsbDevice& hub, const HubPort& port, bool on) {
  const UsbSetup setup{
      .request_type = kToPort, .request = on ? kSetFeature : kClearFeature, .value = kPortPower, .index = port.port};
  return without_value(hub.control(setup, {}, kRequestLimit));
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

bool switches_ports_singly(ByteView hub_descriptor) {
  if (hub_descriptor.size() < kCharacteristicsAt + 2) return false;
  // Bits 1..0: 00 all ports together, 01 one by one, 1x not at all.
  return (load_le16(hub_descriptor, kCharacteristicsAt) & 3) == 1;
}

Result<void> cycle_power(UsbDevice& hub, const HubPort& port, Clock& clock, Duration off) {
  std::array<std::uint8_t, 16> descriptor{};
  const UsbSetup ask{.request_type = kFromHub, .request = kGetDescriptor, .value = kHubDescriptor, .index = 0};
  RIGOR_TRY(const std::size_t size, hub.control(ask, descriptor, kRequestLimit));
  if (!switches_ports_singly(ByteView(descriptor).first(size))) {
    return fail(Error(Code::unsupported, fmt::format("the hub at {} does not switch its ports one by one", port.hub))
                    .hint("plug the probe into a hub with per-port power switching"));
  }
  RIGOR_CHECK(switch_power(hub, port, false));
  const Result<void> waited = clock.sleep_for(off);
  RIGOR_CHECK(switch_power(hub, port, true));
  return waited;
}

}  // namespace rigor
