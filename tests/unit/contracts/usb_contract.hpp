// What every UsbHost and its devices must do, whoever made them. Include it in one source file of a test program and
// instantiate it:
//
//   INSTANTIATE_TEST_SUITE_P(VirtualLab, UsbContract, ::testing::Values(UsbImplementation{"lab", make_lab_usb}),
//                            usb_implementation_name);
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "framework/usb/usb_device.hpp"

namespace rigor {

// One implementation, ready to be tested: a host with a device that answers one known request.
struct UsbFixture {
  std::shared_ptr<void> keep{};  // owns everything below, the actor of a virtual clock included
  Clock* clock = nullptr;
  UsbHost* host = nullptr;
  std::string path{};
  std::uint16_t vendor = 0;
  std::uint8_t interface = 0;
  std::uint8_t out = 0x01;  // bulk endpoints
  std::uint8_t in = 0x81;
  Bytes request{};             // written to `out` ...
  std::size_t reply_size = 0;  // ... makes so many bytes come from `in`
  // Pulls the cable and puts it back. Empty when the implementation cannot.
  std::function<void()> unplug{};
  std::function<void()> plug{};
  // Makes the next transfer of `in` end in a STALL. Empty when the implementation cannot.
  std::function<void()> stall{};
};

struct UsbImplementation {
  std::string name;
  std::function<UsbFixture()> make;
  friend void PrintTo(const UsbImplementation& implementation, std::ostream* stream) { *stream << implementation.name; }
};

inline std::string usb_implementation_name(const ::testing::TestParamInfo<UsbImplementation>& info) {
  return info.param.name;
}

class UsbContract : public ::testing::TestWithParam<UsbImplementation> {
 protected:
  static constexpr Duration kLimit = std::chrono::seconds(1);

  void SetUp() override { fixture_ = GetParam().make(); }
  Clock& clock() { return *fixture_.clock; }
  UsbHost& host() { return *fixture_.host; }
  std::unique_ptr<UsbDevice> open() {
    auto device = host().open(fixture_.path);
    EXPECT_TRUE(device.has_value()) << device.error().describe();
    return device ? *std::move(device) : nullptr;
  }
  std::unique_ptr<UsbDevice> open_and_claim() {
    auto device = open();
    if (device) {
      EXPECT_TRUE(device->claim(fixture_.interface).has_value());
    }
    return device;
  }
  bool listed(std::uint16_t vendor) {
    const auto devices = host().list(vendor);
    EXPECT_TRUE(devices.has_value()) << devices.error().describe();
    return devices && std::ranges::count(*devices, fixture_.path, &UsbIdentity::path) == 1;
  }
  void expect_exchange(UsbDevice& device) {
    const auto written = device.write(fixture_.out, fixture_.request, kLimit);
    ASSERT_TRUE(written.has_value()) << written.error().describe();
    Bytes reply(fixture_.reply_size);
    const auto read = device.read(fixture_.in, reply, kLimit);
    ASSERT_TRUE(read.has_value()) << read.error().describe();
    EXPECT_EQ(*read, fixture_.reply_size);
  }
  UsbFixture fixture_;
};

template <typename T>
void expect_code(const Result<T>& result, Code code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), code) << result.error().describe();
}

TEST_P(UsbContract, list_finds_the_device_by_its_vendor) {
  EXPECT_TRUE(listed(fixture_.vendor));
  EXPECT_TRUE(listed(0));
  EXPECT_FALSE(listed(static_cast<std::uint16_t>(fixture_.vendor + 1)));
}

TEST_P(UsbContract, an_open_device_knows_who_it_is) {
  const auto device = open();
  ASSERT_NE(device, nullptr);
  const UsbIdentity& identity = device->identity();
  EXPECT_EQ(identity.path, fixture_.path);
  EXPECT_EQ(identity.vendor, fixture_.vendor);
  const auto interface = std::ranges::find(identity.interfaces, fixture_.interface, &UsbInterface::number);
  ASSERT_NE(interface, identity.interfaces.end());
  for (const std::uint8_t endpoint : {fixture_.out, fixture_.in}) {
    EXPECT_EQ(std::ranges::count(interface->endpoints, endpoint, &UsbEndpoint::address), 1);
  }
}

TEST_P(UsbContract, nothing_at_a_path_is_a_missing_probe) {
  expect_code(host().open("99-99.9"), Code::probe_missing);
  expect_code(host().open(""), Code::probe_missing);
}

TEST_P(UsbContract, a_request_is_answered) {
  const auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  for (int i = 0; i < 3; ++i) expect_exchange(*device);
}

TEST_P(UsbContract, descriptors_are_read_by_control_transfers) {
  const auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  Bytes descriptor(18);
  const auto size = device->control({0x80, 6, 0x0100, 0}, descriptor, kLimit);
  ASSERT_TRUE(size.has_value()) << size.error().describe();
  ASSERT_EQ(*size, 18U);
  EXPECT_EQ(load_le16(descriptor, 8), device->identity().vendor);
  EXPECT_EQ(load_le16(descriptor, 10), device->identity().product);
  if (descriptor[16] == 0) return;  // no serial number
  Bytes serial(255);
  const auto value = static_cast<std::uint16_t>(0x0300 | descriptor[16]);
  const auto length = device->control({0x80, 6, value, 0x0409}, serial, kLimit);
  ASSERT_TRUE(length.has_value());
  serial.resize(*length);
  EXPECT_EQ(serial, device->identity().serial_descriptor);
}

TEST_P(UsbContract, a_silent_device_costs_exactly_the_limit) {
  const auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  constexpr Duration kShort = std::chrono::milliseconds(50);
  const TimePoint begin = clock().now();
  Bytes reply(fixture_.reply_size);
  expect_code(device->read(fixture_.in, reply, kShort), Code::probe_timeout);
  EXPECT_GE(clock().now() - begin, kShort);
  EXPECT_LT(clock().now() - begin, kShort + std::chrono::seconds(2));
  expect_exchange(*device);  // and leaves nothing behind
}

TEST_P(UsbContract, an_interrupted_clock_ends_a_transfer) {
  const auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  clock().interrupt();
  Bytes reply(fixture_.reply_size);
  expect_code(device->read(fixture_.in, reply, kLimit), Code::aborted);
  clock().resume();
  expect_exchange(*device);
}

TEST_P(UsbContract, a_device_may_be_closed_while_the_clock_is_interrupted) {
  auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  clock().interrupt();
  Bytes reply(fixture_.reply_size);
  expect_code(device->read(fixture_.in, reply, kLimit), Code::aborted);
  device.reset();
  clock().resume();
  device = open_and_claim();
  ASSERT_NE(device, nullptr);
  expect_exchange(*device);
}

TEST_P(UsbContract, an_interface_has_one_owner_at_a_time) {
  auto owner = open_and_claim();
  ASSERT_NE(owner, nullptr);
  EXPECT_TRUE(owner->claim(fixture_.interface).has_value()) << "claiming again what one has is no error";
  const auto other = host().open(fixture_.path);
  // Whether the second open or the second claim is refused is the host's choice.
  if (other) {
    expect_code((*other)->claim(fixture_.interface), Code::probe_busy);
  } else {
    expect_code(other, Code::probe_busy);
  }
  owner.reset();
  EXPECT_NE(open_and_claim(), nullptr);
}

TEST_P(UsbContract, a_stall_is_told_apart_and_can_be_cleared) {
  if (!fixture_.stall) GTEST_SKIP() << "cannot make it stall";
  const auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  fixture_.stall();
  Bytes reply(fixture_.reply_size);
  expect_code(device->read(fixture_.in, reply, kLimit), Code::probe_stalled);
  ASSERT_TRUE(device->clear_halt(fixture_.in).has_value());
  expect_exchange(*device);
}

TEST_P(UsbContract, an_unplugged_device_is_lost_and_comes_back_as_another_one) {
  if (!fixture_.unplug || !fixture_.plug) GTEST_SKIP() << "no cable to pull";
  const auto device = open_and_claim();
  ASSERT_NE(device, nullptr);
  fixture_.unplug();
  expect_code(device->write(fixture_.out, fixture_.request, kLimit), Code::probe_lost);
  Bytes reply(fixture_.reply_size);
  expect_code(device->read(fixture_.in, reply, kLimit), Code::probe_lost);
  EXPECT_FALSE(listed(0));
  expect_code(host().open(fixture_.path), Code::probe_missing);
  if (Event* changed = host().changed()) {
    const auto noticed = clock().wait(*changed, clock().now() + kLimit);
    ASSERT_TRUE(noticed.has_value());
    EXPECT_TRUE(*noticed);
  }
  fixture_.plug();
  EXPECT_TRUE(listed(fixture_.vendor));
  expect_code(device->read(fixture_.in, reply, kLimit), Code::probe_lost);
  const auto again = open_and_claim();
  ASSERT_NE(again, nullptr);
  expect_exchange(*again);
}

}  // namespace rigor
