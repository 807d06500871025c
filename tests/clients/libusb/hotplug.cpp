// Probes that are unplugged and plugged in again while the framework's libusb backend uses them: run under `rigor-lab
// exec --control` by hotplug_test.cpp, and on a real kernel by tests/kernel/guest.sh.
//
// RIGOR_LAB names rigor-lab, RIGOR_LAB_CONTROL the lab's socket. The rig is rigs/virtual-f407.yaml.
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "framework/usb/libusb_host.hpp"
#include "tests/support/subprocess.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBench = "f407-v2-1";
constexpr std::uint16_t kVendor = 0x0483, kProduct = 0x374B;
constexpr std::uint8_t kOut = 0x01, kIn = 0x81;
constexpr Duration kLimit = 30s;

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

void tell(const std::string& verb) {
  test::ProgramSetting setting;
  setting.limit = 60s;
  const auto done = test::run_program(
      {from_environment("RIGOR_LAB"), "tell", from_environment("RIGOR_LAB_CONTROL"), verb, kBench}, setting);
  EXPECT_EQ(done.exit_code, 0) << done.err;
}

Result<void> send(UsbDevice& device, Bytes command) {
  command.resize(16, 0);
  return device.write(kOut, command, kLimit);
}

class Hotplug : public ::testing::Test {
 protected:
  void SetUp() override {
    auto host = make_libusb_host(*clock_);
    ASSERT_TRUE(host);
    host_ = std::move(*host);
    ASSERT_NE(host_->changed(), nullptr) << "libusb has no notices of devices that come and go";
    ASSERT_NO_FATAL_FAILURE(await(true));
  }
  void TearDown() override {
    if (!path()) tell("plug");
  }

  // Where it is plugged in; nothing: nowhere.
  [[nodiscard]] std::optional<std::string> path() const {
    const auto found = host_->list(kVendor);
    EXPECT_TRUE(found) << found.error().describe();
    for (const UsbIdentity& each : found.value_or(std::vector<UsbIdentity>{}))
      if (each.product == kProduct) return each.path;
    return std::nullopt;
  }
  // Looks only when a notice has come: what is never announced is never found.
  void await(bool there) const {
    const TimePoint deadline = clock_->now() + kLimit;
    while (path().has_value() != there) {
      const auto changed = clock_->wait(*host_->changed(), deadline);
      ASSERT_TRUE(changed);
      ASSERT_TRUE(*changed) << "not announced: the probe is " << (there ? "there again" : "gone");
    }
  }
  [[nodiscard]] std::unique_ptr<UsbDevice> claimed() const {
    auto device = host_->open(path().value_or(""));
    EXPECT_TRUE(device) << device.error().describe();
    if (!device) return nullptr;
    const auto claim = (*device)->claim(0);
    EXPECT_TRUE(claim) << claim.error().describe();
    return std::move(*device);
  }

  std::unique_ptr<Clock> clock_ = make_steady_clock();
  std::unique_ptr<UsbHost> host_;
};

TEST_F(Hotplug, APulledCableEndsAReadThatWaits) {
  const auto device = claimed();
  ASSERT_NE(device, nullptr);
  std::array<std::uint8_t, 64> nothing{};
  std::jthread hand([] {
    std::this_thread::sleep_for(300ms);  // until the read waits; earlier it fails for the same reason
    tell("unplug");
  });
  const TimePoint began = clock_->now();
  const auto got = device->read(kIn, nothing, 120s);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code(), Code::probe_lost) << got.error().describe();
  EXPECT_LT(clock_->now() - began, kLimit) << "and not when the limit of the read came";
  const auto sent = send(*device, {0xF5});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), Code::probe_lost) << sent.error().describe();
}

// Blocks of 6 KiB until the cable comes off in one of them.
TEST_F(Hotplug, APulledCableEndsATransferOfMuchData) {
  const auto device = claimed();
  ASSERT_NE(device, nullptr);
  std::array<std::uint8_t, 2> status{};
  ASSERT_TRUE(send(*device, {0xF2, 0x30, 0xA3}));
  ASSERT_TRUE(device->read(kIn, status, kLimit));
  Bytes block(6144);
  std::atomic<unsigned> blocks{0};
  std::jthread hand([&] {
    while (blocks < 3) std::this_thread::sleep_for(1ms);
    tell("unplug");
  });
  Result<void> last;
  const TimePoint deadline = clock_->now() + 60s;
  while (last && clock_->now() < deadline) {
    last = send(*device, {0xF2, 0x07, 0x00, 0x00, 0x00, 0x20, 0x00, 0x18});
    if (!last) break;
    if (const auto got = device->read(kIn, block, kLimit); !got) {
      last = fail(got.error());
    } else {
      EXPECT_EQ(*got, block.size());
      ++blocks;
    }
  }
  blocks = 3;
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code(), Code::probe_lost) << last.error().describe();
}

TEST_F(Hotplug, AProbeThatComesBackIsNoticedAndWorks) {
  const auto before = path();
  auto old = claimed();
  ASSERT_NE(old, nullptr);
  for (int round = 0; round < 2; ++round) {
    SCOPED_TRACE(round);
    tell("unplug");
    ASSERT_NO_FATAL_FAILURE(await(false));
    tell("plug");
    ASSERT_NO_FATAL_FAILURE(await(true));
    EXPECT_EQ(path(), before) << "in the same place";
  }
  const auto stale = send(*old, {0xF1});
  ASSERT_FALSE(stale) << "what was opened before is another device";
  EXPECT_EQ(stale.error().code(), Code::probe_lost) << stale.error().describe();
  old.reset();  // it still has the place's lock
  const auto device = claimed();
  ASSERT_NE(device, nullptr);
  std::array<std::uint8_t, 6> version{};
  ASSERT_TRUE(send(*device, {0xF1}));
  const auto got = device->read(kIn, version, kLimit);
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_EQ(*got, version.size());
}

}  // namespace
}  // namespace rigor
