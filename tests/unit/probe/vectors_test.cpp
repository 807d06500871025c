// Our bytes against those of other programs: published by pyswd, recorded from OpenOCD 0.12.0.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "framework/probe/st_link.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor {
namespace {

using namespace test;

std::filesystem::path vectors() {
  const char* const named = std::getenv("RIGOR_VECTORS");
  const std::filesystem::path root = named != nullptr
                                         ? std::filesystem::path(named)
                                         : std::filesystem::path(RIGOR_SOURCE_DIR) / ".." / "shared" / "vectors";
  return root / "stlink";
}

using Call = std::function<Result<void>(Probe&)>;

// What our driver does for a vector of that name. Vectors of commands we do not use are not here.
const std::map<std::string, Call> kPyswdCalls{
    {"enter_swd", [](Probe& probe) { return probe.attach(); }},
    {"target_voltage",
     [](Probe& probe) -> Result<void> {
       RIGOR_CHECK(probe.target_voltage());
       return {};
     }},
    {"read32_4",
     [](Probe& probe) -> Result<void> {
       Bytes into(4);
       return probe.read_memory({}, 0x08000000, into);
     }},
    {"read32_1024",
     [](Probe& probe) -> Result<void> {
       Bytes into(1024);
       return probe.read_memory({}, 0x08000000, into);
     }},
    {"write32_4", [](Probe& probe) { return probe.write_memory({}, 0x20001000, Bytes(4)); }},
    {"write32_1024", [](Probe& probe) { return probe.write_memory({}, 0x20001000, Bytes(1024)); }},
};

std::string padded(std::string command) {
  std::erase(command, ' ');
  command.resize(32, '0');
  return command;
}

// Answers whatever a V2J47S7 or V3J17 would answer when all is well.
class ObligingDevice final : public UsbDevice {
 public:
  ObligingDevice(const UsbIdentity& identity, std::vector<std::string>& commands)
      : identity_(identity), commands_(commands) {}
  [[nodiscard]] const UsbIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> claim(std::uint8_t) override { return {}; }
  [[nodiscard]] Result<void> write(std::uint8_t, ByteView data, Duration) override {
    if (expects_data_) {
      expects_data_ = false;
      return {};
    }
    commands_.push_back(to_hex(data));
    reply_ = answer(data);
    expects_data_ = data[0] == 0xF2 && data[1] == 0x08;
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
        return hex(v3 ? "300083044f37" : "2bc783044837");
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
        return Bytes(load_le16(command, 6), 0x41);
      case 0x08:
        return {};
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
    return std::make_unique<ObligingDevice>(identity, commands);
  }
  [[nodiscard]] Event* changed() override { return nullptr; }
  UsbIdentity identity;
  std::vector<std::string> commands;
};

TEST(PyswdVectors, our_commands_are_the_same_bytes) {
  std::ifstream file(vectors() / "pyswd-byte-vectors.json");
  if (!file) GTEST_SKIP() << "no vectors at " << vectors() << "; set RIGOR_VECTORS";
  std::size_t compared = 0;
  const auto document = nlohmann::json::parse(file);
  for (const auto& vector : document.at("vectors")) {
    const auto call = kPyswdCalls.find(vector.at("name"));
    if (call == kPyswdCalls.end()) continue;
    InstantClock clock;
    ObligingHost host(0x3748);
    auto probe = open_st_link(host, "1-2", clock);
    ASSERT_TRUE(probe) << probe.error().describe();
    host.commands.clear();
    ASSERT_TRUE(call->second(**probe)) << call->first;
    EXPECT_NE(std::ranges::find(host.commands, padded(vector.at("command"))), host.commands.end()) << call->first;
    ++compared;
  }
  EXPECT_EQ(compared, kPyswdCalls.size());
}

std::set<std::string> recorded_commands(const std::string& trace) {
  std::ifstream file(vectors() / "client-traces" / trace);
  std::set<std::string> commands;
  for (std::string line; std::getline(file, line);) {
    const auto at = line.find("CMD[16] ");
    if (at != std::string::npos) commands.insert(padded(line.substr(at + 8)));
  }
  return commands;
}

// What OpenOCD also does when it connects, at the speed and on the port it uses.
void connect_as_openocd(ObligingHost& host, unsigned khz) {
  InstantClock clock;
  auto probe = open_st_link(host, "1-2", clock).value();
  ASSERT_TRUE(probe->target_voltage());
  ASSERT_TRUE(probe->set_speed_khz(khz));
  ASSERT_TRUE(probe->attach());
  ASSERT_TRUE(probe->open_access_port(0));
  ASSERT_TRUE(probe->read_word({}, 0xE000ED00));
  ASSERT_TRUE(probe->drive_reset(false));
  ASSERT_TRUE(probe->close_access_port(0));
  ASSERT_TRUE(probe->detach());
}

struct TraceCase {
  const char* trace;
  std::uint16_t product;
  unsigned khz;
};
class OpenocdTrace : public testing::TestWithParam<TraceCase> {};
TEST_P(OpenocdTrace, holds_every_command_of_ours) {
  const auto recorded = recorded_commands(GetParam().trace);
  if (recorded.empty()) GTEST_SKIP() << "no traces at " << vectors() << "; set RIGOR_VECTORS";
  ObligingHost host(GetParam().product);
  connect_as_openocd(host, GetParam().khz);
  EXPECT_GT(host.commands.size(), 10U);
  for (const std::string& command : host.commands) EXPECT_TRUE(recorded.contains(command)) << command;
}
INSTANTIATE_TEST_SUITE_P(table, OpenocdTrace,
                         testing::Values(TraceCase{"openocd-0.12.0_v2_dapdirect-swd_init.trace", 0x3748, 1800},
                                         TraceCase{"openocd-0.12.0_v3_dapdirect-swd_init.trace", 0x374F, 1000}));

}  // namespace
}  // namespace rigor
