// The relay board's model against the reports that its firmware and usb-relay-hid describe; the kernel's HID driver and
// hidapi meet it in tests/kernel.
#include "fixtures/virtual/usb_relay.hpp"

#include <gmock/gmock.h>

namespace rigor::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr UsbSetup relay_descriptor(std::uint8_t kind, std::uint8_t index = 0) {
  return {0x80, 6, static_cast<std::uint16_t>(kind << 8 | index), 0};
}

class UsbRelayTest : public ::testing::Test {
 protected:
  void set(std::uint8_t command, std::uint8_t relay) {
    const Bytes report{command, relay, 0, 0, 0, 0, 0, 0};
    EXPECT_TRUE(board.control({0x21, 9, 0x0300, 0}, report));
  }
  std::string state() { return to_hex(board.control({0xA1, 1, 0x0300, 0}, {}).value()); }

  std::vector<std::pair<unsigned, bool>> heard;
  UsbRelay board{{.relays = 2}, [this](unsigned relay, bool on) { heard.emplace_back(relay, on); }};
};

TEST_F(UsbRelayTest, TellsItsSerialAndItsState) {
  EXPECT_EQ(state(), "4249544654000000");
  set(0xFF, 2);
  EXPECT_EQ(state(), "4249544654000002");
  set(0xFF, 1);
  EXPECT_EQ(state(), "4249544654000003");
  set(0xFD, 2);
  EXPECT_EQ(state(), "4249544654000001");
  EXPECT_THAT(heard, ElementsAre(Pair(2, true), Pair(1, true), Pair(2, false)));
}

TEST_F(UsbRelayTest, MovesAllAtOnce) {
  set(0xFE, 0);
  EXPECT_EQ(state(), "4249544654000003");
  set(0xFC, 0);
  EXPECT_EQ(state(), "4249544654000000");
}

TEST_F(UsbRelayTest, TakesWhatItDoesNotKnowAndDoesNothing) {
  set(0xFF, 3);
  set(0xFF, 0);
  set(0x00, 1);
  EXPECT_THAT(heard, IsEmpty());
}

TEST_F(UsbRelayTest, LosesItsRelaysWithItsSupply) {
  set(0xFE, 0);
  heard.clear();
  board.power_down();
  EXPECT_THAT(heard, ElementsAre(Pair(1, false), Pair(2, false)));
}

TEST_F(UsbRelayTest, DescribesItself) {
  const Bytes device = board.control(relay_descriptor(1), {}).value();
  EXPECT_EQ(device.size(), device[0]);
  EXPECT_EQ(load_le16(device, 8), 0x16C0);
  EXPECT_EQ(load_le16(device, 10), 0x05DF);
  EXPECT_EQ(device[16], 0) << "no serial number";
  const Bytes all = board.control(relay_descriptor(2), {}).value();
  EXPECT_EQ(load_le16(all, 2), all.size());
  const Bytes hid = board.control(relay_descriptor(0x21), {}).value();
  EXPECT_EQ(load_le16(hid, 7), board.control(relay_descriptor(0x22), {}).value().size());
  EXPECT_EQ(to_hex(board.control(relay_descriptor(3, 2), {}).value()), "1403550053004200520065006c00610079003200");
  EXPECT_FALSE(board.control(relay_descriptor(3, 3), {}));
  EXPECT_FALSE(board.control({0xC0, 1, 0, 0}, {})) << "a vendor request";
}

}  // namespace
}  // namespace rigor::lab
