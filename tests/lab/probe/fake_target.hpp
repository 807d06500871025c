// A small SWD target for tests of the probe: one debug port, memory access ports 0 and 1 on one sparse memory, a core
// that halts when told. Knows nothing of ST-LINK.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "fixtures/virtual/swd_port.hpp"

namespace rigor::lab {

class FakeTarget final : public SwdPort {
 public:
  static constexpr std::uint32_t kIdcode = 0x2BA01477;

  bool powered = true;
  unsigned waits = 0;                        // AP accesses that answer WAIT before the next one is taken
  std::optional<std::uint32_t> faulty_from;  // addresses from here on fault
  std::map<std::uint32_t, std::uint32_t> memory;
  std::map<std::uint32_t, unsigned> writes_to;  // how often a word was written
  std::set<std::uint8_t> ports = {0, 1};
  std::uint32_t csw[2] = {0x43800042, 0x43800042};
  std::uint8_t last_port = 0xFF;
  unsigned line_resets = 0;

  void line_reset() override {
    ++line_resets;
    identified_ = false;
  }

  SwdReply read(bool access_port, std::uint8_t address) override {
    if (!powered) return {};
    if (!access_port && address == 0) {
      identified_ = true;
      return {SwdAck::ok, kIdcode};
    }
    if (!identified_) return {};
    if (!access_port && address == 4) return {SwdAck::ok, control()};
    if (sticky_) return {SwdAck::fault, 0};
    if (!access_port) return {SwdAck::ok, address == 12 ? posted_ : 0};
    if (wait()) return {SwdAck::wait, 0};
    const std::uint32_t previous = posted_;
    posted_ = read_ap(address);
    return {SwdAck::ok, previous};
  }

  SwdAck write(bool access_port, std::uint8_t address, std::uint32_t data) override {
    if (!powered || !identified_) return SwdAck::none;
    if (!access_port && address == 0) {
      if ((data & 0x1E) != 0) sticky_ = false;
      return SwdAck::ok;
    }
    if (sticky_) return SwdAck::fault;
    if (!access_port) {
      if (address == 4) control_ = data;
      if (address == 8) select_ = data;
      return SwdAck::ok;
    }
    if (wait()) return SwdAck::wait;
    write_ap(address, data);
    return SwdAck::ok;
  }

 private:
  [[nodiscard]] std::uint8_t port() const { return static_cast<std::uint8_t>(select_ >> 24); }
  [[nodiscard]] std::uint32_t control() const {
    return control_ | ((control_ & 0x50000000) << 1) | (sticky_ ? 0x20U : 0U);
  }
  bool wait() {
    if (waits == 0) return false;
    --waits;
    return true;
  }

  std::uint32_t read_ap(std::uint8_t address) {
    last_port = port();
    if (!ports.contains(port())) return 0;
    switch ((select_ & 0xF0) | address) {
      case 0x00:
        return csw[port()];
      case 0x04:
        return tar_;
      case 0x0C:
        return transfer([this](std::uint32_t at) { return load(at); });
      case 0xFC:
        return 0x24770011;
      default:
        return 0;
    }
  }

  void write_ap(std::uint8_t address, std::uint32_t data) {
    last_port = port();
    if (!ports.contains(port())) return;
    switch ((select_ & 0xF0) | address) {
      case 0x00:
        csw[port()] = data;
        break;
      case 0x04:
        tar_ = data;
        break;
      case 0x0C:
        transfer([&](std::uint32_t at) { return store(at, data); });
        break;
      default:
        break;
    }
  }

  template <typename Access>
  std::uint32_t transfer(Access access) {
    if (faulty_from && tar_ >= *faulty_from) {
      sticky_ = true;
      return 0;
    }
    const std::uint32_t value = access(tar_);
    const std::uint32_t size = 1U << (csw[port()] & 7);
    // ADIv5: the increment stays within 1 KB.
    if ((csw[port()] & 0x30) == 0x10) tar_ = (tar_ & ~0x3FFU) | ((tar_ + size) & 0x3FF);
    return value;
  }

  std::uint32_t load(std::uint32_t address) {
    const std::uint32_t word = memory[address & ~3U];
    // DHCSR: registers are always ready, the core is halted when it was told to.
    if ((address & ~3U) == 0xE000EDF0) return (word & 0xF) | 0x10000 | ((word & 2) != 0 ? 0x20000U : 0U);
    return word;
  }

  std::uint32_t store(std::uint32_t address, std::uint32_t data) {
    const unsigned bytes = 1U << (csw[port()] & 7);
    const std::uint32_t lanes = bytes == 4 ? 0xFFFFFFFFU : ((1U << (8 * bytes)) - 1) << (8 * (address & 3));
    std::uint32_t& word = memory[address & ~3U];
    word = (word & ~lanes) | (data & lanes);
    ++writes_to[address & ~3U];
    return 0;
  }

  bool identified_ = false;
  bool sticky_ = false;
  std::uint32_t control_ = 0;
  std::uint32_t select_ = 0;
  std::uint32_t posted_ = 0;
  std::uint32_t tar_ = 0;
};

}  // namespace rigor::lab
