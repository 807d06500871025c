// Commands and replies of an ST-LINK over its bulk endpoints (st-link-protocol.md 2): one 16-byte command, at most one
// data phase, nothing else in between. A reply of the wrong size is an error, never half a value; what a failed
// exchange may have left in the probe is thrown away before the next command.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "framework/base/bytes.hpp"
#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"
#include "framework/probe/products.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

inline constexpr std::size_t kCommandSize = 16;
// pyOCD and probe-rs wait as long for a command (st-link-protocol.md 2); work on the wire is added to it.
inline constexpr Duration kCommandLimit = std::chrono::seconds(1);
// pyOCD drains stale replies with this limit; a probe with nothing to say must not answer.
inline constexpr Duration kDrainLimit = std::chrono::milliseconds(1);
// More stale packets than any single reply leaves behind: 6144 bytes in packets of 64.
inline constexpr int kDrainPackets = 96;

// The bytes of one command; the rest is zero.
class Command {
 public:
  Command(std::initializer_list<std::uint8_t> first);
  Command& le16(std::size_t at, std::uint16_t value);
  Command& le32(std::size_t at, std::uint32_t value);
  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, kCommandSize> bytes_{};
};

class CommandPort {
 public:
  // Opens and claims the debug interface. Errors: unsupported for a device that is no ST-LINK or speaks the V1 framing,
  // probe_confused when it lacks the endpoints of its kind.
  [[nodiscard]] static Result<std::unique_ptr<CommandPort>> open(UsbHost& host, const std::string& usb_path);

  [[nodiscard]] const UsbIdentity& usb() const { return device_->identity(); }
  [[nodiscard]] const StLinkProduct& product() const { return product_; }
  [[nodiscard]] const StLinkEndpoints& endpoints() const { return endpoints_; }

  // Throws away what an earlier program did not read; replies survive closing the device.
  void drain();

  // Ends the STALL of both endpoints, if any. A device that cannot be reached shows that in its next command.
  void clear_halts();

  // A command without a reply.
  [[nodiscard]] Result<void> send(const Command& command);
  // A command with data after it and no reply.
  [[nodiscard]] Result<void> send(const Command& command, ByteView data, Duration limit = kCommandLimit);
  // A command whose reply has exactly `size` bytes.
  [[nodiscard]] Result<Bytes> ask(const Command& command, std::size_t size, Duration limit = kCommandLimit);
  // A command whose reply has up to `most` bytes and may be shorter, as firmware versions differ in it.
  [[nodiscard]] Result<Bytes> ask_up_to(const Command& command, std::size_t most, Duration limit = kCommandLimit);
  // The same as ask(), for blocks.
  [[nodiscard]] Result<void> ask(const Command& command, std::span<std::uint8_t> into, Duration limit);

 private:
  CommandPort(std::unique_ptr<UsbDevice> device, const StLinkProduct& product, StLinkEndpoints endpoints);
  // Whole packets are asked for, so that a probe that says too much is caught here and not by the next command.
  [[nodiscard]] Result<Bytes> exchange(const Command& command, std::size_t size, Duration limit);
  [[nodiscard]] Result<void> begin(const Command& command);
  [[nodiscard]] std::unexpected<Error> broken(Error error, const Command& command);

  std::unique_ptr<UsbDevice> device_;
  const StLinkProduct& product_;
  StLinkEndpoints endpoints_;
  bool stale_ = true;  // the reply pipe may hold bytes that belong to nobody
};

}  // namespace rigor
