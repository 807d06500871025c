// HID devices of this machine, as far as the framework needs them: feature reports without a number.
//
// Implementations: hidapi (make_hidapi_devices()) and the tests'. Errors: line_missing (no such device), line_failed
// (this user may not open it, it was unplugged, it refused). Calls end by themselves within the kernel's 5 s.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

struct HidIdentity {
  std::string node;      // "/dev/hidraw0", which changes with the order of plugging in
  std::string usb_path;  // "1-2.3"; empty where it cannot be told
  std::string product;   // as its descriptor has it
};

// Used from one thread at a time.
class HidDevice {
 public:
  virtual ~HidDevice() = default;
  // At most `size` bytes.
  [[nodiscard]] virtual Result<Bytes> get_feature(std::size_t size) = 0;
  [[nodiscard]] virtual Result<void> set_feature(ByteView report) = 0;
};

// Any thread.
class HidDevices {
 public:
  virtual ~HidDevices() = default;
  // Those that are plugged in now, ordered by node.
  [[nodiscard]] virtual std::vector<HidIdentity> list(std::uint16_t vendor, std::uint16_t product) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<HidDevice>> open(const HidIdentity& identity) = 0;
};

[[nodiscard]] std::unique_ptr<HidDevices> make_hidapi_devices();

}  // namespace rigor
