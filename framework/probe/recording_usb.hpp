// A UsbHost that writes every ST-LINK command to a Timeline and counts them.
//
// Each command becomes one record of Channel::usb when its exchange is over: `name` is a mnemonic ("read-memory",
// "nrst-assert", "nrst-release"), `text` the command in hex without its trailing zeros, then " > " and up to 16 bytes
// of data sent or " < " and up to 16 bytes of the reply, then the error if the exchange failed. NRST commands are also
// recorded as line "nrst (probe)" with the level asked for (0 asserted), at the moment the command went out. While the
// timeline is concealing, only the mnemonic is written. Each command is one round trip; draining is none.
//
// The wrapper adds no transfer and changes no result. The host, and the timeline, must outlive it and its devices.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "framework/base/timeline.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// What passed, since the host was built. Readable from any thread.
struct UsbTraffic {
  std::atomic<std::uint64_t> transfers{0};    // bulk transfers, either direction
  std::atomic<std::uint64_t> round_trips{0};  // commands: a reply, a data phase or nothing belongs to each
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> bytes_in{0};
};

class RecordingUsbHost final : public UsbHost {
 public:
  RecordingUsbHost(UsbHost& inner, Timeline& timeline);

  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override;
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override;
  [[nodiscard]] Event* changed() override;
  [[nodiscard]] Result<void> cycle_port_power(const std::string& path, Duration off) override;

  [[nodiscard]] const UsbTraffic& traffic() const { return *traffic_; }
  [[nodiscard]] std::uint64_t round_trips() const { return traffic_->round_trips.load(); }

 private:
  UsbHost& inner_;
  Timeline& timeline_;
  std::shared_ptr<UsbTraffic> traffic_;
};

// "read-memory", "nrst-release"; "command-f2-7f" for one nobody named.
[[nodiscard]] std::string command_name(ByteView command);
// Every name that command_name() gives to a command that it knows, sorted.
[[nodiscard]] std::vector<std::string> command_names();

}  // namespace rigor
