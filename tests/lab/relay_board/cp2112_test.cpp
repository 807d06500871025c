// The relay board's HID model against lab-doors.md 2 and AN495; the kernel's driver meets it in tests/kernel.
#include "fixtures/virtual/cp2112.hpp"

#include <gmock/gmock.h>

namespace rigor::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

constexpr UsbSetup get_feature(std::uint8_t report) { return {0xA1, 1, static_cast<std::uint16_t>(0x300 | report), 0}; }
constexpr UsbSetup set_feature(std::uint8_t report) { return {0x21, 9, static_cast<std::uint16_t>(0x300 | report), 0}; }
constexpr UsbSetup descriptor(std::uint8_t kind, std::uint8_t index = 0) {
  return {0x80, 6, static_cast<std::uint16_t>(kind << 8 | index), 0};
}

class Cp2112Test : public ::testing::Test {
 protected:
  void SetUp() override { chip.power_up(); }
  [[nodiscard]] std::optional<Bytes> get(std::uint8_t report) { return chip.control(get_feature(report), {}); }
  bool set(const Bytes& report) { return chip.control(set_feature(report.at(0)), report).has_value(); }
  bool levels(std::uint8_t value, std::uint8_t mask) { return set({4, value, mask}); }

  using Heard = std::vector<std::pair<unsigned, PinDrive>>;
  Heard heard;
  Cp2112 chip{{}, [this](unsigned pin, PinDrive drive) { heard.emplace_back(pin, drive); }};
};

TEST_F(Cp2112Test, StartsWithEveryPinAnInput) {
  EXPECT_THAT(heard, IsEmpty());
  EXPECT_THAT(get(2), Optional(ElementsAre(2, 0, 0, 0, 0)));
  EXPECT_THAT(get(3), Optional(ElementsAre(3, 0xFF)));
  chip.pull(0x0F);
  EXPECT_THAT(get(3), Optional(ElementsAre(3, 0x0F))) << "what hangs on the pins";
}

TEST_F(Cp2112Test, AnOutputIsLowUntilItIsTold) {
  EXPECT_TRUE(set({2, 0x08, 0xFF, 0, 0}));
  EXPECT_TRUE(levels(0x08, 0x08));
  EXPECT_THAT(heard, ElementsAre(Pair(3, PinDrive::low), Pair(3, PinDrive::high)));
  heard.clear();
  EXPECT_TRUE(set({2, 0x09, 0xFF, 0, 0})) << "another pin becomes one";
  EXPECT_THAT(heard, ElementsAre(Pair(0, PinDrive::low))) << "and leaves this one alone";
  EXPECT_THAT(get(2), Optional(ElementsAre(2, 0x09, 0xFF, 0, 0)));
}

TEST_F(Cp2112Test, ALevelIsForOutputsAndForThePinsOfTheMask) {
  EXPECT_TRUE(levels(0xFF, 0xFF));
  EXPECT_THAT(heard, IsEmpty()) << "all are inputs";
  EXPECT_TRUE(set({2, 0x03, 0xFF, 0, 0}));
  heard.clear();
  EXPECT_TRUE(levels(0xFF, 0x02));
  EXPECT_THAT(heard, ElementsAre(Pair(1, PinDrive::high)));
  EXPECT_THAT(get(3), Optional(ElementsAre(3, 0xFE)));
  EXPECT_TRUE(levels(0x00, 0x03));
  EXPECT_THAT(get(3), Optional(ElementsAre(3, 0xFC)));
}

TEST_F(Cp2112Test, OpenDrainLetsGoInsteadOfDrivingHigh) {
  chip.pull(0x00);
  EXPECT_TRUE(set({2, 0x01, 0x00, 0, 0}));
  EXPECT_TRUE(levels(1, 1));
  EXPECT_THAT(heard, ElementsAre(Pair(0, PinDrive::low), Pair(0, PinDrive::released)));
  EXPECT_THAT(get(3), Optional(ElementsAre(3, 0x00)));
}

TEST_F(Cp2112Test, APinThatBecomesAnInputForgetsItsLevel) {
  EXPECT_TRUE(set({2, 0x01, 0xFF, 0, 0}));
  EXPECT_TRUE(levels(1, 1));
  EXPECT_TRUE(set({2, 0x00, 0xFF, 0, 0}));
  heard.clear();
  EXPECT_TRUE(set({2, 0x01, 0xFF, 0, 0}));
  EXPECT_THAT(heard, ElementsAre(Pair(0, PinDrive::low)));
}

TEST_F(Cp2112Test, WithoutSupplyItDrivesNothingAndForgetsAll) {
  EXPECT_TRUE(set({2, 0x03, 0xFF, 0, 0}));
  EXPECT_TRUE(levels(1, 1));
  heard.clear();
  chip.power_down();
  EXPECT_THAT(heard, ElementsAre(Pair(0, PinDrive::released), Pair(1, PinDrive::released)));
  chip.power_up();
  EXPECT_THAT(get(2), Optional(ElementsAre(2, 0, 0, 0, 0)));
}

TEST(Cp2112Options, SayWhatTheReferenceDoesNot) {
  std::vector<PinDrive> heard;
  Cp2112 chip({.outputs_at_start = 0x01, .outputs_begin_low = false},
              [&](unsigned, PinDrive drive) { heard.push_back(drive); });
  chip.power_up();
  EXPECT_THAT(heard, ElementsAre(PinDrive::low));
  for (const Bytes& report :
       {Bytes{2, 1, 0xFF, 0, 0}, Bytes{4, 1, 1}, Bytes{2, 0, 0xFF, 0, 0}, Bytes{2, 1, 0xFF, 0, 0}})
    EXPECT_TRUE(chip.control(set_feature(report[0]), report));
  EXPECT_THAT(heard, ElementsAre(PinDrive::low, PinDrive::high, PinDrive::released, PinDrive::high));
}

TEST_F(Cp2112Test, TellsItsVersionAndKeepsItsSmbusConfiguration) {
  EXPECT_THAT(get(5), Optional(ElementsAre(5, 0x0C, 2)));
  const auto smbus = get(6);
  ASSERT_TRUE(smbus);
  EXPECT_EQ(to_hex(*smbus), "06000186a0020000000000000000");
  Bytes changed = *smbus;
  changed[13] = 1;
  EXPECT_TRUE(set(changed));
  EXPECT_THAT(get(6), Optional(changed));
  chip.power_up();
  EXPECT_THAT(get(6), smbus);
}

TEST_F(Cp2112Test, StallsWhatItDoesNotKnow) {
  const Bytes good = {2, 0x01, 0xFF, 0, 0};
  const struct {
    const char* what;
    UsbSetup setup;
    Bytes data;
  } cases[] = {
      {"a report that is none", get_feature(7), {}},
      {"levels are not got with the number for setting", get_feature(4), {}},
      {"an input report", {0xA1, 1, 0x0103, 0}, {}},
      {"levels cannot be set under the number for getting", set_feature(3), {3, 0xFF}},
      {"nor can the version", set_feature(5), {5, 0x0C, 3}},
      {"a short report", set_feature(2), {2, 1, 0xFF, 0}},
      {"a long one", set_feature(2), {2, 1, 0xFF, 0, 0, 0}},
      {"an empty one", set_feature(4), {}},
      {"another number than was announced", set_feature(4), {2, 1, 1}},
      {"an output report", {0x21, 9, 0x0202, 0}, good},
      {"a vendor request", {0xC0, 1, 0, 0}, {}},
      {"a text it does not have", descriptor(3, 4), {}},
      {"a descriptor it does not have", descriptor(6), {}},
  };
  for (const auto& each : cases) {
    EXPECT_FALSE(chip.control(each.setup, each.data)) << each.what;
    EXPECT_THAT(heard, IsEmpty()) << each.what;
  }
}

TEST_F(Cp2112Test, DescribesItself) {
  const Bytes device = chip.control(descriptor(1), {}).value();
  EXPECT_EQ(device.size(), device[0]);
  EXPECT_EQ(load_le16(device, 8), 0x10C4);
  EXPECT_EQ(load_le16(device, 10), 0xEA90);
  const Bytes all = chip.control(descriptor(2), {}).value();
  EXPECT_EQ(load_le16(all, 2), all.size());
  EXPECT_EQ(all[8], 0x32) << "100 mA";
  const Bytes hid = chip.control(descriptor(0x21), {}).value();
  EXPECT_EQ(hid, Bytes(all.begin() + 18, all.begin() + 27));
  EXPECT_EQ(load_le16(hid, 7), chip.control(descriptor(0x22), {}).value().size());
  EXPECT_TRUE(chip.control({0x21, 10, 0, 0}, {})) << "set idle";
  EXPECT_TRUE(chip.control({0x00, 9, 1, 0}, {})) << "set configuration";
}

}  // namespace
}  // namespace rigor::lab
