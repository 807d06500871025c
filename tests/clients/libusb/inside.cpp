// The framework's libusb backend on probes that are plugged into nothing: run by libusb_test.cpp under `rigor-lab
// exec`.
#include <gmock/gmock.h>

#include <array>
#include <thread>
#include <vector>

#include "framework/probe/st_link_listing.hpp"
#include "framework/usb/libusb_host.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::uint16_t kVendor = 0x0483;
constexpr std::uint8_t kOut = 0x01, kIn = 0x81;  // of a V2-1
constexpr Duration kLimit = 5s;

class Inside : public ::testing::Test {
 protected:
  void SetUp() override { host_ = open_host(); }
  [[nodiscard]] std::unique_ptr<UsbHost> open_host() const {
    auto host = make_libusb_host(*clock_);
    EXPECT_TRUE(host);
    return std::move(*host);
  }
  [[nodiscard]] std::unique_ptr<UsbDevice> claimed(const std::string& path) const {
    auto device = host_->open(path);
    EXPECT_TRUE(device) << device.error().describe();
    EXPECT_TRUE((*device)->claim(0));
    return std::move(*device);
  }
  static Result<void> send(UsbDevice& device, const Bytes& command) {
    Bytes padded = command;
    padded.resize(16, 0);
    return device.write(kOut, padded, kLimit);
  }
  static Bytes ask(UsbDevice& device, const Bytes& command, std::size_t size) {
    Bytes reply(size);
    EXPECT_TRUE(send(device, command));
    const auto got = device.read(kIn, reply, kLimit);
    EXPECT_TRUE(got) << got.error().describe();
    reply.resize(got.value_or(0));
    return reply;
  }
  // SWD, with access port 0 open.
  static void enter(UsbDevice& device) {
    EXPECT_EQ(to_hex(ask(device, {0xF2, 0x30, 0xA3}, 2)), "8000");
    EXPECT_EQ(to_hex(ask(device, {0xF2, 0x4B, 0}, 2)), "8000");
  }

  std::unique_ptr<Clock> clock_ = make_steady_clock();
  std::unique_ptr<UsbHost> host_;
};

TEST_F(Inside, IdentifiesEveryProbe) {
  const auto found = list_st_links(*host_);
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_THAT(*found, SizeIs(4));
  for (std::size_t i = 0; i < found->size(); ++i) {
    const StLinkListing& each = (*found)[i];
    EXPECT_EQ(each.usb_path, "1-" + std::to_string(i + 1));
    EXPECT_EQ(each.firmware, "V2J37M26");
    EXPECT_EQ(each.serial, "57FF720672655757421300" + std::string(1, '0') + std::to_string(i));
  }
}

// libusb cuts transfers at 16 KiB.
TEST_F(Inside, BlocksOfManyPiecesArriveWhole) {
  constexpr std::size_t kSize = 0xA000;
  const auto device = claimed("1-1");
  enter(*device);
  Bytes block(kSize);
  for (std::size_t i = 0; i < kSize; ++i) block[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  ASSERT_TRUE(send(*device, {0xF2, 0x08, 0x00, 0x00, 0x00, 0x20, 0x00, 0xA0}));
  ASSERT_TRUE(device->write(kOut, block, kLimit));
  EXPECT_EQ(to_hex(ask(*device, {0xF2, 0x3E}, 12)).substr(0, 4), "8000");
  EXPECT_EQ(ask(*device, {0xF2, 0x07, 0x00, 0x00, 0x00, 0x20, 0x00, 0xA0}, kSize), block);
}

TEST_F(Inside, AShortReplyEndsATransferOfManyPieces) {
  const auto device = claimed("1-1");
  EXPECT_THAT(ask(*device, {0xF5}, 0xA000), ElementsAre(1, 0));
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0)) << "and nothing is left over";
}

TEST_F(Inside, AReadOfNothingIsCancelledInTime) {
  const auto device = claimed("1-1");
  for (int i = 0; i < 20; ++i) {
    std::array<std::uint8_t, 64> reply{};
    const TimePoint began = clock_->now();
    const auto got = device->read(kIn, reply, 20ms);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), Code::probe_timeout);
    EXPECT_GE(clock_->now() - began, 20ms);
  }
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
}

TEST_F(Inside, AReplyThatIsTooLongIsAnError) {
  const auto device = claimed("1-1");
  ASSERT_TRUE(send(*device, {0xF1}));
  std::array<std::uint8_t, 2> reply{};
  const auto got = device->read(kIn, reply, kLimit);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code(), Code::io_failed) << got.error().describe();
}

TEST_F(Inside, OthersMayOpenAProbeButNotClaimIt) {
  const auto device = claimed("1-1");
  // Of another program: with locks of its own, so that the kernel's word counts.
  const auto host = make_libusb_host(*clock_, std::string(std::getenv("UMOCKDEV_DIR")) + "/dev");
  ASSERT_TRUE(host);
  {
    auto other = (*host)->open("1-1");
    ASSERT_TRUE(other);
    EXPECT_EQ((*other)->identity().serial_descriptor, device->identity().serial_descriptor);
    const auto claim = (*other)->claim(0);
    ASSERT_FALSE(claim);
    EXPECT_EQ(claim.error().code(), Code::probe_busy);
    EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
  }
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0)) << "after the other has closed it";
}

TEST_F(Inside, AResetForgetsWhatWasLeftUnread) {
  const auto device = claimed("1-1");
  ASSERT_TRUE(send(*device, {0xF1}));
  const auto reset = device->reset();
  ASSERT_TRUE(reset) << reset.error().describe();
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
}

// Its third command is answered with STALL.
TEST_F(Inside, AStalledProbeIsHeardAgainWhenItsEndpointIsCleared) {
  const auto device = claimed("1-2");
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
  ASSERT_TRUE(send(*device, {0xF5}));
  std::array<std::uint8_t, 2> reply{};
  for (int i = 0; i < 2; ++i) {
    const auto got = device->read(kIn, reply, kLimit);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), Code::probe_stalled);
  }
  ASSERT_TRUE(device->clear_halt(kIn));
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
}

// The cable comes off at its third command.
TEST_F(Inside, AnUnpluggedProbeIsLostAndNoLongerListed) {
  const auto device = claimed("1-3");
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
  EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
  const auto sent = send(*device, {0xF5});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), Code::probe_lost) << sent.error().describe();
  std::array<std::uint8_t, 2> reply{};
  const auto got = device->read(kIn, reply, kLimit);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code(), Code::probe_lost) << got.error().describe();
  const auto left = open_host()->list(kVendor);
  ASSERT_TRUE(left);
  EXPECT_THAT(*left, SizeIs(3));
}

// One host for all of them, a thread for each.
TEST_F(Inside, ProbesAreUsedAtTheSameTime) {
  std::vector<std::jthread> threads;
  for (const char* path : {"1-1", "1-4"}) {
    threads.emplace_back([this, path] {
      const auto device = claimed(path);
      enter(*device);
      std::array<std::uint8_t, 64> nothing{};
      for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(load_le32(ask(*device, {0xF2, 0x36, 0x00, 0xED, 0x00, 0xE0}, 8), 4), 0x410FC241U);
        if (i % 20 == 0) {
          EXPECT_FALSE(device->read(kIn, nothing, 2ms));
        }
      }
    });
  }
}

// Hosts come and go while their devices are in use.
TEST_F(Inside, HostsMayDieBeforeTheirDevices) {
  auto device = claimed("1-1");
  for (int i = 0; i < 10; ++i) {
    host_ = open_host();
    EXPECT_THAT(ask(*device, {0xF5}, 2), ElementsAre(1, 0));
    device.reset();
    device = claimed("1-1");
  }
}

}  // namespace
}  // namespace rigor
