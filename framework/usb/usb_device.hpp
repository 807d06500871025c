// The USB seam: what the framework needs of a USB device and nothing more.
//
// Implementations: libusb-1.0 (framework/usb/libusb_host.hpp), the virtual lab (fixtures/virtual), and wrappers that
// record or inject faults. The framework never asks which one it holds.
//
// Errors: probe_missing (nothing at that path), probe_busy (claimed by somebody else), probe_lost (unplugged),
// probe_stalled (endpoint STALL), probe_timeout (time limit passed), io_failed (anything else the host reports).
// A device is used from one thread at a time; UsbHost may be used from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/clock.hpp"

namespace rigor {

struct UsbEndpoint {
  std::uint8_t address = 0;  // bit 7 set: IN
  std::uint16_t max_packet = 0;
};

struct UsbInterface {
  std::uint8_t number = 0;
  std::uint8_t device_class = 0;
  std::vector<UsbEndpoint> endpoints;
};

// What can be known of a device without opening it, plus its strings where the host could read them.
struct UsbIdentity {
  std::string path;  // "1-2.3": bus, then ports. The name of the place, not of the device: clones share serials.
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::string product_name;
  Bytes serial_descriptor;  // string descriptor as it came, header included; empty when unreadable
  std::vector<UsbInterface> interfaces;
};

struct UsbSetup {
  std::uint8_t request_type = 0;
  std::uint8_t request = 0;
  std::uint16_t value = 0;
  std::uint16_t index = 0;
};

class UsbDevice {
 public:
  virtual ~UsbDevice() = default;

  [[nodiscard]] virtual const UsbIdentity& identity() const = 0;
  [[nodiscard]] virtual Result<void> claim(std::uint8_t interface_number) = 0;

  // Sends all of `data`, or fails.
  [[nodiscard]] virtual Result<void> write(std::uint8_t endpoint, ByteView data, Duration limit) = 0;
  // Reads until `buffer` is full or a short packet ends the transfer; returns the number of bytes read.
  [[nodiscard]] virtual Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer,
                                                 Duration limit) = 0;
  // Direction follows from bit 7 of request_type; returns the number of bytes moved.
  [[nodiscard]] virtual Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data,
                                                    Duration limit) = 0;
  [[nodiscard]] virtual Result<void> clear_halt(std::uint8_t endpoint) = 0;
  [[nodiscard]] virtual Result<void> reset() = 0;
};

class UsbHost {
 public:
  virtual ~UsbHost() = default;

  // Every device of the vendor (0: any) that is plugged in now, ordered by path.
  [[nodiscard]] virtual Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<UsbDevice>> open(const std::string& path) = 0;
  // Set whenever a device comes or goes. Null where the host cannot tell.
  [[nodiscard]] virtual Event* changed() = 0;

  // Takes the supply of the port at `path` away for `off`, through the hub it belongs to; also where the device itself
  // has vanished. Returns when the port has power again, which is before the device has enumerated.
  // Errors: unsupported where the host or the hub cannot switch that port alone, probe_missing when there is no such
  // port, io_failed.
  [[nodiscard]] virtual Result<void> cycle_port_power(const std::string& path, Duration /*off*/) {
    return fail(Code::unsupported, "this host does not switch the power of port " + path);
  }
};

}  // namespace rigor
