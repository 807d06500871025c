#include "fixtures/virtual/usb_host.hpp"

#include <gmock/gmock.h>

#include <array>
#include <latch>
#include <thread>

#include "fixtures/virtual/virtual_clock.hpp"
#include "tests/lab/probe/probe_rig.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;

class UsbHostTest : public testing::Test {
 protected:
  explicit UsbHostTest(std::string_view profile = "v2-1")
      : port_(clock_, bench_, "lab:bench", make_profile(profile), pins_, 1), host_(clock_) {
    host_.add(port_);
    port_.plug();
  }

  std::unique_ptr<UsbDevice> open() {
    auto device = host_.open("lab:bench");
    EXPECT_TRUE(device);
    EXPECT_TRUE((*device)->claim(0));
    return *std::move(device);
  }
  static Result<void> send(UsbDevice& device, std::initializer_list<int> bytes, Duration limit = 1s) {
    std::array<std::uint8_t, 16> command{};
    std::size_t at = 0;
    for (const int byte : bytes) command[at++] = static_cast<std::uint8_t>(byte);
    return device.write(0x01, command, limit);
  }
  static Result<Bytes> receive(UsbDevice& device, std::size_t size, Duration limit = 1s) {
    Bytes buffer(size);
    RIGOR_TRY(const std::size_t got, device.read(0x81, buffer, limit));
    buffer.resize(got);
    return buffer;
  }
  static Code code_of(const auto& result) { return result ? Code::usage : result.error().code(); }

  VirtualClock clock_;
  std::unique_ptr<Actor> actor_ = clock_.enroll("test");
  std::mutex bench_;
  FakePins pins_;
  UsbPort port_;
  VirtualUsbHost host_;
};

TEST_F(UsbHostTest, ListsWhatIsPluggedInByVendor) {
  EXPECT_EQ(host_.list(0x0483)->size(), 1U);
  EXPECT_EQ(host_.list(0)->front().path, "lab:bench");
  EXPECT_TRUE(host_.list(0x1366)->empty());
  port_.unplug();
  EXPECT_TRUE(host_.list(0)->empty());
  EXPECT_EQ(code_of(host_.open("lab:bench")), Code::probe_missing);
  EXPECT_EQ(code_of(host_.open("lab:other")), Code::probe_missing);
}

TEST_F(UsbHostTest, ATransferTakesWhatTheCostModelSays) {
  const auto device = open();
  const TimePoint before = clock_.now();
  ASSERT_TRUE(send(*device, {0xF1}));
  ASSERT_TRUE(receive(*device, 6));
  // Two transfers of 250 us, 22 bytes at 1 MB/s, 50 us of firmware.
  EXPECT_EQ(clock_.now() - before, 2 * 250us + 22us + 50us);
  EXPECT_EQ(port_.traffic().commands, 1U);
  EXPECT_EQ(port_.traffic().transfers(), 2U);
}

TEST_F(UsbHostTest, AReadOfWhatNeverComesTakesItsLimit) {
  const auto device = open();
  const TimePoint before = clock_.now();
  EXPECT_EQ(code_of(receive(*device, 64, 1ms)), Code::probe_timeout);
  EXPECT_EQ(clock_.now() - before, 1ms);
}

TEST_F(UsbHostTest, AHostThatIsTooImpatientFindsTheReplyLater) {
  const auto device = open();
  ASSERT_TRUE(send(*device, {0xF2, 0x43, 0x1E, 0x03}));
  ASSERT_TRUE(receive(*device, 2));
  ASSERT_TRUE(send(*device, {0xF2, 0x30, 0xA3}));  // about 110 ms at 5 kHz
  EXPECT_EQ(code_of(receive(*device, 2, 50ms)), Code::probe_timeout);
  EXPECT_EQ(receive(*device, 2), (Bytes{0x80, 0}));
}

TEST_F(UsbHostTest, OneProgramClaimsAndOthersMayOpen) {
  const auto first = open();
  auto second = host_.open("lab:bench");
  ASSERT_TRUE(second);
  EXPECT_EQ(code_of((*second)->claim(0)), Code::probe_busy);
  EXPECT_EQ(code_of(send(**second, {0xF1})), Code::io_failed) << "nothing without a claim";
  std::array<std::uint8_t, 64> serial{};
  const auto length = (*second)->control({0x80, 6, 0x0303, 0x0409}, serial, 1s);
  ASSERT_TRUE(length) << "but descriptors";
  EXPECT_EQ(*length, 50U);
}

TEST_F(UsbHostTest, AClaimEndsWithItsHandleAndTheRepliesStay) {
  {
    const auto first = open();
    ASSERT_TRUE(send(*first, {0xF5}));
  }
  const auto second = open();
  ASSERT_TRUE(send(*second, {0xF1}));
  EXPECT_EQ(receive(*second, 6), (Bytes{1, 0})) << "the mode the first program did not read";
  ASSERT_TRUE(second->reset());
  EXPECT_EQ(code_of(receive(*second, 6, 1ms)), Code::probe_timeout) << "a reset empties the queue";
}

TEST_F(UsbHostTest, AStallStaysUntilItIsCleared) {
  const auto device = open();
  port_.plant({.stall_command = 1});
  ASSERT_TRUE(send(*device, {0xF1}));
  EXPECT_EQ(code_of(receive(*device, 6)), Code::probe_stalled);
  ASSERT_TRUE(send(*device, {0xF5}));
  EXPECT_EQ(code_of(receive(*device, 2)), Code::probe_stalled);
  ASSERT_TRUE(device->clear_halt(0x81));
  EXPECT_EQ(receive(*device, 2), (Bytes{1, 0}));
}

TEST_F(UsbHostTest, PlantedRepliesAreCorruptedOrLost) {
  const auto device = open();
  port_.plant({.corrupt_reply = 1, .drop_reply = 2});
  ASSERT_TRUE(send(*device, {0xF5}));
  EXPECT_EQ(receive(*device, 2), (Bytes{0, 0})) << "mode 1 with its lowest bit flipped";
  ASSERT_TRUE(send(*device, {0xF5}));
  EXPECT_EQ(code_of(receive(*device, 2, 10ms)), Code::probe_timeout);
  ASSERT_TRUE(send(*device, {0xF5}));
  EXPECT_EQ(receive(*device, 2), (Bytes{1, 0}));
}

TEST_F(UsbHostTest, AnUnpluggedDeviceIsLostForGoodAndANewOneStartsAfresh) {
  const auto device = open();
  port_.plant({.unplug_at_command = 2});
  ASSERT_TRUE(send(*device, {0xF5}));
  ASSERT_TRUE(receive(*device, 2));
  EXPECT_EQ(code_of(send(*device, {0xF5})), Code::probe_lost);
  EXPECT_EQ(clock_.wait(*host_.changed(), clock_.now() + 1s), true);
  port_.plug();
  EXPECT_EQ(code_of(send(*device, {0xF5})), Code::probe_lost) << "the handle belongs to the old device";
  const auto again = open();
  ASSERT_TRUE(send(*again, {0xF5}));
  EXPECT_EQ(receive(*again, 2), (Bytes{1, 0}));
}

TEST_F(UsbHostTest, UnpluggingEndsAWaitForAReply) {
  const auto device = open();
  clock_.at(clock_.now() + 5ms, [this] { port_.unplug(); });
  EXPECT_EQ(code_of(receive(*device, 2, 10s)), Code::probe_lost);
  EXPECT_EQ(clock_.now(), TimePoint(5ms));
  EXPECT_EQ(code_of(receive(*device, 2, 10s)), Code::probe_lost);
}

TEST_F(UsbHostTest, UnpluggingInTheMiddleOfACommandIsSurvived) {
  const auto device = open();
  ASSERT_TRUE(send(*device, {0xF2, 0x43, 0x1E, 0x03}));
  ASSERT_TRUE(receive(*device, 2));
  clock_.at(clock_.now() + 20ms, [this] { port_.unplug(); });
  EXPECT_EQ(code_of(send(*device, {0xF2, 0x30, 0xA3})), Code::probe_lost);
}

TEST_F(UsbHostTest, AnInterruptedCommandIsFinishedByTheProbe) {
  const auto device = open();
  ASSERT_TRUE(send(*device, {0xF2, 0x43, 0x1E, 0x03}));
  ASSERT_TRUE(receive(*device, 2));
  clock_.at(clock_.now() + 20ms, [this] { clock_.interrupt(); });
  EXPECT_EQ(code_of(send(*device, {0xF2, 0x30, 0xA3})), Code::aborted);
  clock_.resume();
  ASSERT_TRUE(device->reset());
  ASSERT_TRUE(send(*device, {0xF5}));
  EXPECT_EQ(receive(*device, 2), (Bytes{2, 0})) << "debug mode was reached";
}

TEST_F(UsbHostTest, WrongEndpointsAndInterfacesAreRefused) {
  const auto device = open();
  std::array<std::uint8_t, 16> bytes{};
  EXPECT_EQ(code_of(device->write(0x02, bytes, 1s)), Code::io_failed) << "that is a V2's";
  EXPECT_EQ(code_of(device->read(0x83, bytes, 1s)), Code::io_failed);
  EXPECT_EQ(code_of(device->read(0x82, bytes, 1ms)), Code::probe_timeout) << "no trace data";
  EXPECT_EQ(code_of(device->claim(9)), Code::io_failed);
  EXPECT_EQ(code_of(device->control({0x80, 6, 0x0900, 0}, bytes, 1s)), Code::probe_stalled);
  EXPECT_EQ(code_of(device->control({0xC0, 1, 0, 0}, bytes, 1s)), Code::probe_stalled);
}

TEST_F(UsbHostTest, TimePassesForOthersWhileACommandRuns) {
  const auto device = open();
  ASSERT_TRUE(send(*device, {0xF2, 0x43, 0x1E, 0x03}));
  ASSERT_TRUE(receive(*device, 2));
  std::latch enrolled(2);
  TimePoint seen{};
  std::jthread other([&] {
    const auto actor = clock_.enroll("other");
    enrolled.arrive_and_wait();
    ASSERT_TRUE(clock_.sleep_for(30ms));
    seen = clock_.now();
    const std::lock_guard lock(bench_);  // free while the probe's command takes its time
  });
  enrolled.arrive_and_wait();
  const TimePoint before = clock_.now();
  ASSERT_TRUE(send(*device, {0xF2, 0x30, 0xA3}));
  EXPECT_GT(clock_.now(), before + 100ms);
  other.join();
  EXPECT_EQ(seen, before + 30ms);
}

class MuteProbeTest : public UsbHostTest {
 protected:
  MuteProbeTest() : UsbHostTest("clone-broken") {}
};

TEST_F(MuteProbeTest, EveryCommandTimesOut) {
  const auto device = open();
  std::array<std::uint8_t, 16> command{0xF1};
  const TimePoint before = clock_.now();
  EXPECT_EQ(code_of(device->write(0x02, command, 200ms)), Code::probe_timeout);
  EXPECT_GE(clock_.now() - before, 200ms);
}

}  // namespace
}  // namespace rigor::lab
