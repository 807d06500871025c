// What every SerialPorts must do, whoever made it. Include it in one source file of a test program and instantiate it:
//
//   INSTANTIATE_TEST_SUITE_P(VirtualLab, SerialContract, ::testing::Values(SerialImplementation{"lab",
//   make_lab_console}),
//                            serial_implementation_name);
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "framework/serial/serial_port.hpp"

namespace rigor {

// One implementation, ready to be tested: a port with a device at its other end.
struct SerialFixture {
  std::shared_ptr<void> keep{};  // owns everything below, the actor of a virtual clock included
  Clock* clock = nullptr;
  SerialPorts* ports = nullptr;
  std::string path{};
  std::function<void(ByteView)> device_sends{};
  // The next `count` bytes that the device received; fewer when they do not come.
  std::function<Bytes(std::size_t count)> device_receives{};
  // Pulls the cable. Empty when the implementation has none.
  std::function<void()> unplug{};
};

struct SerialImplementation {
  std::string name;
  std::function<SerialFixture()> make;
  friend void PrintTo(const SerialImplementation& implementation, std::ostream* stream) {
    *stream << implementation.name;
  }
};

inline std::string serial_implementation_name(const ::testing::TestParamInfo<SerialImplementation>& info) {
  return info.param.name;
}

class SerialContract : public ::testing::TestWithParam<SerialImplementation> {
 protected:
  static constexpr Duration kLong = std::chrono::seconds(5);

  void SetUp() override { fixture_ = GetParam().make(); }
  Clock& clock() { return *fixture_.clock; }
  std::unique_ptr<SerialPort> open() {
    auto port = fixture_.ports->open(fixture_.path, 115200);
    EXPECT_TRUE(port.has_value()) << port.error().describe();
    return port ? *std::move(port) : nullptr;
  }
  // Reads until `count` bytes are there or the time is over.
  Bytes collect(SerialPort& port, std::size_t count) {
    Bytes all;
    const TimePoint deadline = clock().now() + kLong;
    while (all.size() < count) {
      const auto chunk = port.read(deadline);
      EXPECT_TRUE(chunk.has_value()) << chunk.error().describe();
      if (!chunk || chunk->bytes.empty()) break;
      all.insert(all.end(), chunk->bytes.begin(), chunk->bytes.end());
    }
    return all;
  }
  static Bytes every_byte() {
    Bytes bytes;
    for (int value = 0; value < 256; ++value) bytes.push_back(static_cast<std::uint8_t>(value));
    return bytes;
  }
  SerialFixture fixture_;
};

TEST_P(SerialContract, every_byte_passes_in_both_directions_unchanged) {
  const auto port = open();
  ASSERT_NE(port, nullptr);
  fixture_.device_sends(every_byte());
  EXPECT_EQ(collect(*port, 256), every_byte());
  ASSERT_TRUE(port->write(every_byte(), clock().now() + kLong).has_value());
  EXPECT_EQ(fixture_.device_receives(256), every_byte());
}

TEST_P(SerialContract, chunks_carry_the_time_at_which_they_came) {
  const auto port = open();
  ASSERT_NE(port, nullptr);
  const TimePoint before = clock().now();
  fixture_.device_sends(Bytes{'a'});
  const auto chunk = port->read(before + kLong);
  ASSERT_TRUE(chunk.has_value());
  EXPECT_EQ(chunk->bytes, Bytes{'a'});
  EXPECT_LE(before, chunk->at);
  EXPECT_LE(chunk->at, clock().now());
}

TEST_P(SerialContract, nothing_to_read_is_an_empty_chunk_at_the_deadline) {
  const auto port = open();
  ASSERT_NE(port, nullptr);
  const TimePoint deadline = clock().now() + std::chrono::milliseconds(20);
  const auto chunk = port->read(deadline);
  ASSERT_TRUE(chunk.has_value());
  EXPECT_TRUE(chunk->bytes.empty());
  EXPECT_GE(clock().now(), deadline);
  EXPECT_LT(clock().now(), deadline + std::chrono::seconds(2));
}

TEST_P(SerialContract, bytes_that_wait_are_read_after_the_deadline_too) {
  const auto port = open();
  ASSERT_NE(port, nullptr);
  fixture_.device_sends(Bytes{1, 2, 3});
  const Bytes first = collect(*port, 1);  // now at least one has come
  ASSERT_FALSE(first.empty());
  fixture_.device_sends(Bytes{4});
  ASSERT_TRUE(clock().sleep_for(std::chrono::milliseconds(50)).has_value());
  const auto late = port->read(clock().now());
  ASSERT_TRUE(late.has_value());
  EXPECT_FALSE(late->bytes.empty());
}

TEST_P(SerialContract, an_interrupted_clock_ends_a_read) {
  const auto port = open();
  ASSERT_NE(port, nullptr);
  clock().interrupt();
  const auto chunk = port->read(clock().now() + kLong);
  clock().resume();
  ASSERT_FALSE(chunk.has_value());
  EXPECT_EQ(chunk.error().code(), Code::aborted);
  fixture_.device_sends(Bytes{7});
  EXPECT_EQ(collect(*port, 1), Bytes{7});
}

TEST_P(SerialContract, a_port_has_one_owner_at_a_time) {
  {
    const auto port = open();
    ASSERT_NE(port, nullptr);
    const auto again = fixture_.ports->open(fixture_.path, 115200);
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code(), Code::port_failed);
  }
  EXPECT_NE(open(), nullptr);
}

TEST_P(SerialContract, what_is_not_there_cannot_be_opened) {
  const auto port = fixture_.ports->open(fixture_.path + "-not", 115200);
  ASSERT_FALSE(port.has_value());
  EXPECT_EQ(port.error().code(), Code::port_failed);
}

TEST_P(SerialContract, a_port_that_is_unplugged_fails_and_keeps_failing) {
  if (!fixture_.unplug) GTEST_SKIP() << "no cable to pull here";
  const auto port = open();
  ASSERT_NE(port, nullptr);
  fixture_.unplug();
  for (int i = 0; i < 2; ++i) {
    const auto chunk = port->read(clock().now() + kLong);
    ASSERT_FALSE(chunk.has_value());
    EXPECT_EQ(chunk.error().code(), Code::port_failed);
  }
}

}  // namespace rigor
