// An ST-LINK that is a script: it expects exact commands in order and gives the bytes it was told to give.
//
//   script.answer("f5", "0100");                       // command without its trailing zeros, reply
//   script.take("f221");                               // a command without a reply
//   script.take_data("f208 00000020 0400", "78563412") // a command and the data after it
//   script.break_with("f5", Code::probe_stalled);      // the reply fails
//
// Anything else is a test failure. What was not asked for by finish() is one too.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>

#include "framework/base/bytes.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor::test {

inline Bytes hex(std::string text) {
  std::erase(text, ' ');
  return from_hex(text).value();
}

class Script {
 public:
  struct Step {
    Bytes command;
    std::optional<Bytes> data;
    std::optional<Bytes> reply;
    std::optional<Code> failure;
  };

  void answer(const std::string& command, const std::string& reply) {
    steps.push_back({padded(command), {}, hex(reply), {}});
  }
  void take(const std::string& command) { steps.push_back({padded(command), {}, {}, {}}); }
  void take_data(const std::string& command, const std::string& data) {
    steps.push_back({padded(command), hex(data), {}, {}});
  }
  void break_with(const std::string& command, Code code) { steps.push_back({padded(command), {}, {}, code}); }

  // A probe of this version, idle, as far as open_st_link() asks.
  void open_with(const std::string& version_reply) {
    answer("f5", "0100");
    answer("f1", version_reply);
  }
  // An STLINK-V3SET, idle.
  void open_with_long_version(const std::string& first_six_bytes) {
    open_with("3000 8304 4f37");
    answer("fb", first_six_bytes + "0000 8304 4f37");
  }
  void finish() {
    EXPECT_TRUE(steps.empty()) << steps.size() << " commands did not come, first " << to_hex(steps.front().command);
    steps.clear();
    relaxed = true;  // what a destructor still says
  }

  std::deque<Step> steps;
  std::deque<Bytes> stale;  // replies nobody read
  std::vector<std::string> commands;
  int opens = 0;
  int vanishes_after = 1'000'000;  // so many times it opens, then nothing is there
  int resets = 0;
  int halts_cleared = 0;
  bool relaxed = false;
  std::optional<Code> open_failure;

 private:
  static Bytes padded(const std::string& command) {
    Bytes bytes = hex(command);
    bytes.resize(16);
    return bytes;
  }
};

class ScriptedDevice final : public UsbDevice {
 public:
  ScriptedDevice(Script& script, const UsbIdentity& identity) : script_(script), identity_(identity) {}

  [[nodiscard]] const UsbIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> claim(std::uint8_t interface_number) override {
    EXPECT_EQ(interface_number, 0);
    return {};
  }
  [[nodiscard]] Result<void> write(std::uint8_t endpoint, ByteView data, Duration) override {
    EXPECT_EQ(endpoint, identity_.product == 0x3748 ? 0x02 : 0x01);
    if (data_) {
      EXPECT_EQ(to_hex(data), to_hex(*data_));
      data_.reset();
      return {};
    }
    script_.commands.push_back(to_hex(data));
    if (script_.steps.empty()) {
      EXPECT_TRUE(script_.relaxed) << "command after the end of the script: " << to_hex(data);
      return fail(Code::probe_lost, "the script is over");
    }
    const Script::Step step = script_.steps.front();
    script_.steps.pop_front();
    EXPECT_EQ(to_hex(data), to_hex(step.command));
    data_ = step.data;
    reply_ = step.reply;
    failure_ = step.failure;
    return {};
  }
  [[nodiscard]] Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer,
                                         Duration limit) override {
    EXPECT_EQ(endpoint, 0x81);
    const bool draining = limit < std::chrono::milliseconds(10);
    if (!script_.stale.empty()) {
      const Bytes reply = script_.stale.front();
      script_.stale.pop_front();
      if (draining) return reply.size();
      return give(reply, buffer);
    }
    if (draining) return fail(Code::probe_timeout, "nothing to drain");
    if (failure_) return fail(*std::exchange(failure_, std::nullopt), "as scripted");
    if (!reply_) return fail(Code::probe_timeout, "no reply scripted");
    return give(*std::exchange(reply_, std::nullopt), buffer);
  }
  [[nodiscard]] Result<std::size_t> control(const UsbSetup&, std::span<std::uint8_t>, Duration) override { return 0U; }
  [[nodiscard]] Result<void> clear_halt(std::uint8_t) override {
    ++script_.halts_cleared;
    return {};
  }
  [[nodiscard]] Result<void> reset() override {
    ++script_.resets;
    return {};
  }

 private:
  static Result<std::size_t> give(const Bytes& reply, std::span<std::uint8_t> buffer) {
    if (reply.size() > buffer.size()) return fail(Code::io_failed, "overflow");
    std::copy(reply.begin(), reply.end(), buffer.begin());
    return reply.size();
  }

  Script& script_;
  const UsbIdentity& identity_;
  std::optional<Bytes> data_;
  std::optional<Bytes> reply_;
  std::optional<Code> failure_;
};

class ScriptedHost final : public UsbHost {
 public:
  explicit ScriptedHost(std::uint16_t product = 0x3748) {
    identity.path = "1-2";
    identity.vendor = 0x0483;
    identity.product = product;
  }

  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t) override { return std::vector{identity}; }
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override {
    ++script.opens;
    if (path != identity.path || script.opens > script.vanishes_after)
      return fail(Code::probe_missing, "nothing at " + path);
    if (script.open_failure) return fail(*script.open_failure, "as scripted");
    return std::make_unique<ScriptedDevice>(script, identity);
  }
  [[nodiscard]] Event* changed() override { return nullptr; }
  [[nodiscard]] Result<void> cycle_port_power(const std::string& path, Duration) override {
    if (!switches_power) return fail(Code::unsupported, "no hub switches " + path);
    ++power_cycles;
    return {};
  }

  UsbIdentity identity;
  Script script;
  bool switches_power = false;
  int power_cycles = 0;
};

inline const std::string kV2J47S7 = "2bc7 8304 4837";
inline const std::string kOk2 = "8000";
inline const std::string kOk12 = "8000 0000 00000000 00000000";

}  // namespace rigor::test
