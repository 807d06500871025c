// An ST-LINK that answers whatever a V2J47S7 or a V3J15 would answer when all is well, and remembers what it was asked.
// Also where the bytes of other programs lie.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor::test {

inline std::filesystem::path st_link_vectors() {
  const char* const named = std::getenv("RIGOR_VECTORS");
  const std::filesystem::path root = named != nullptr
                                         ? std::filesystem::path(named)
                                         : std::filesystem::path(RIGOR_SOURCE_DIR) / ".." / "shared" / "vectors";
  return root / "stlink";
}

// "f2 30 a3" as the 16 bytes that are sent, in hex.
inline std::string padded_command(std::string command) {
  std::erase(command, ' ');
  command.resize(32, '0');
  return command;
}

class ObligingDevice final : public UsbDevice {
 public:
  ObligingDevice(const UsbIdentity& identity, std::string v2_version, std::vector<std::string>& commands)
      : identity_(identity), v2_version_(std::move(v2_version)), commands_(commands) {}
  [[nodiscard]] const UsbIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> claim(std::uint8_t) override { return {}; }
  [[nodiscard]] Result<void> write(std::uint8_t, ByteView data, Duration) override {
    if (expects_data_) {
      expects_data_ = false;
      return {};
    }
    commands_.push_back(to_hex(data));
    reply_ = answer(data);
    expects_data_ = data[0] == 0xF2 && (data[1] == 0x08 || data[1] == 0x0D || data[1] == 0x48);
    return {};
  }
  [[nodiscard]] Result<std::size_t> read(std::uint8_t, std::span<std::uint8_t> buffer, Duration) override {
    if (reply_.empty()) return fail(Code::probe_timeout, "nothing to say");
    const std::size_t size = reply_.size();
    std::ranges::copy(reply_, buffer.begin());
    reply_.clear();
    return size;
  }
  [[nodiscard]] Result<std::size_t> control(const UsbSetup&, std::span<std::uint8_t>, Duration) override { return 0U; }
  [[nodiscard]] Result<void> clear_halt(std::uint8_t) override { return {}; }
  [[nodiscard]] Result<void> reset() override { return {}; }

 private:
  Bytes answer(ByteView command) {
    const bool v3 = identity_.product == 0x374F;
    switch (command[0]) {
      case 0xF1:
        return hex(v3 ? "300083044f37" : v2_version_);
      case 0xFB:
        return hex("03010f070500000083044f37");
      case 0xF3:
        mode_ = 1;
        return {};
      case 0xF5:
        return {mode_, 0};
      case 0xF7:
        return hex("fa050000fb070000");
      default:
        break;
    }
    switch (command[1]) {
      case 0x21:
        mode_ = 1;
        return {};
      case 0x30:
        mode_ = 2;
        return hex("8000");
      case 0x07:
      case 0x0C:
      case 0x47:
        return Bytes(std::max<std::size_t>(load_le16(command, 6), 2), 0x41);
      case 0x08:
      case 0x0D:
      case 0x48:
        return {};
      case 0x31:
        return hex("800055557714b10b00000000");
      case 0x3E:
        return hex("800000000000000000000000");
      case 0x45:
      case 0x61:
        return hex("80000000e8030000");
      case 0x62:
        return hex(
            "80000000e803000007000000c05d0000401f0000e40c0000e8030000c80000003200000005000000000000000000000000000000");
      default:
        return hex("8000");
    }
  }

  const UsbIdentity& identity_;
  std::string v2_version_;
  std::vector<std::string>& commands_;
  Bytes reply_;
  bool expects_data_ = false;
  std::uint8_t mode_ = identity_.product == 0x3748 ? 0 : 1;  // V2 begins in its bootloader
};

class ObligingHost final : public UsbHost {
 public:
  explicit ObligingHost(std::uint16_t product) {
    identity.path = "1-2";
    identity.vendor = 0x0483;
    identity.product = product;
  }
  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t) override { return std::vector{identity}; }
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string&) override {
    return std::make_unique<ObligingDevice>(identity, v2_version, commands);
  }
  [[nodiscard]] Event* changed() override { return nullptr; }
  UsbIdentity identity;
  std::string v2_version = "2bc783044837";  // V2J47S7
  std::vector<std::string> commands;        // in hex, 16 bytes each
};

}  // namespace rigor::test
