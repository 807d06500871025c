#include "tests/benchmarks/programming/counting_usb.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rigor::benchmarks {
namespace {

// Commands whose data follow as a further OUT transfer (st-link-protocol.md 4.4).
bool has_data_out(ByteView command) {
  static constexpr std::array<std::uint8_t, 5> kWriting{0x08, 0x0D, 0x48, 0x50, 0x51};
  return command.size() >= 2 && command[0] == 0xF2 && std::ranges::find(kWriting, command[1]) != kWriting.end();
}

class CountingDevice final : public UsbDevice {
 public:
  CountingDevice(std::unique_ptr<UsbDevice> device, Traffic& traffic) : device_(std::move(device)), traffic_(traffic) {}

  [[nodiscard]] const UsbIdentity& identity() const override { return device_->identity(); }
  [[nodiscard]] Result<void> claim(std::uint8_t number) override { return device_->claim(number); }
  [[nodiscard]] Result<void> write(std::uint8_t endpoint, ByteView data, Duration limit) override {
    ++traffic_.out;
    traffic_.bytes_out += data.size();
    if (!std::exchange(data_is_due_, false)) {
      ++traffic_.round_trips;
      data_is_due_ = has_data_out(data);
    }
    return device_->write(endpoint, data, limit);
  }
  [[nodiscard]] Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer,
                                         Duration limit) override {
    ++traffic_.in;
    auto read = device_->read(endpoint, buffer, limit);
    traffic_.bytes_in += read.value_or(0);
    return read;
  }
  [[nodiscard]] Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data,
                                            Duration limit) override {
    return device_->control(setup, data, limit);
  }
  [[nodiscard]] Result<void> clear_halt(std::uint8_t endpoint) override { return device_->clear_halt(endpoint); }
  [[nodiscard]] Result<void> reset() override { return device_->reset(); }

 private:
  std::unique_ptr<UsbDevice> device_;
  Traffic& traffic_;
  bool data_is_due_ = false;
};

}  // namespace

Result<std::unique_ptr<UsbDevice>> CountingUsb::open(const std::string& path) {
  RIGOR_TRY(auto device, host_.open(path));
  return std::make_unique<CountingDevice>(std::move(device), traffic_);
}

}  // namespace rigor::benchmarks
