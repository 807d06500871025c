// A UsbHost that counts what goes to and from the probes behind it, as rigor-lab's doors count it for other programs
// (fixtures/keeper/traffic.hpp): a round trip is a command with whatever reply or data phase belongs to it.
#pragma once

#include <cstddef>
#include <memory>

#include "framework/usb/usb_device.hpp"

namespace rigor::benchmarks {

struct Traffic {
  std::size_t round_trips = 0;
  std::size_t out = 0;  // bulk transfers
  std::size_t in = 0;
  std::size_t bytes_out = 0;
  std::size_t bytes_in = 0;
  friend Traffic operator-(const Traffic& a, const Traffic& b) {
    return {a.round_trips - b.round_trips, a.out - b.out, a.in - b.in, a.bytes_out - b.bytes_out,
            a.bytes_in - b.bytes_in};
  }
};

class CountingUsb final : public UsbHost {
 public:
  explicit CountingUsb(UsbHost& host) : host_(host) {}

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override { return host_.list(vendor); }
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override;
  [[nodiscard]] Event* changed() override { return host_.changed(); }

 private:
  UsbHost& host_;
  Traffic traffic_;
};

}  // namespace rigor::benchmarks
