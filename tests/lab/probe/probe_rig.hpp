// The firmware model on a table: a fake target, pins that remember, and time that is only counted.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/virtual/st_link/descriptors.hpp"
#include "fixtures/virtual/st_link/firmware.hpp"
#include "tests/lab/probe/fake_target.hpp"

namespace rigor::lab {

class CountedPace final : public Pace {
 public:
  void pass(Duration duration) override { passed += duration; }
  Duration passed{};
};

class FakePins final : public ProbePins {
 public:
  SwdPort& swd() override { return target; }
  void drive_nrst(bool low) override { nrst_edges.push_back(low); }
  std::optional<double> target_volts() override { return volts; }

  FakeTarget target;
  std::vector<bool> nrst_edges;
  std::optional<double> volts = 3.3;
};

// The profile of that name, another firmware version where one is given.
inline ProbeProfile make_profile(std::string_view name, std::string_view version = {}) {
  ProbeProfile profile = *find_probe_profile(name);
  if (!version.empty()) profile.version = FirmwareVersion::parse(version).value();
  return profile;
}

struct ProbeRig {
  explicit ProbeRig(ProbeProfile profile) : probe(std::move(profile), pins, pace, 1) { probe.power_up(); }
  explicit ProbeRig(std::string_view name, std::string_view version = {}) : ProbeRig(make_profile(name, version)) {}

  FakePins pins;
  CountedPace pace;
  StLinkFirmware probe;

  bool send(std::initializer_list<int> bytes) {
    Bytes command(16);
    std::size_t at = 0;
    for (const int byte : bytes) command[at++] = static_cast<std::uint8_t>(byte);
    return probe.receive(command);
  }
  // Everything that waits, at most `size` bytes of it.
  Bytes receive(std::size_t size = 16384) {
    Bytes buffer(size);
    const auto taken = probe.replies().take(buffer, endpoints_of(probe.profile()).max_packet);
    buffer.resize(taken.bytes);
    return buffer;
  }
  Bytes ask(std::initializer_list<int> bytes) {
    EXPECT_TRUE(send(bytes));
    return receive();
  }
  Status status(std::initializer_list<int> bytes) {
    const Bytes reply = ask(bytes);
    EXPECT_GE(reply.size(), 2U);
    return reply.empty() ? Status{} : static_cast<Status>(reply[0]);
  }
  Status last_status() { return status({0xF2, 0x3B}); }
  // Into debug mode with access port `port` open.
  void attach(std::uint8_t port = 0) {
    static_cast<void>(send({0xF3, 0x07}));
    EXPECT_EQ(status({0xF2, 0x30, 0xA3}), Status::ok);
    EXPECT_EQ(status({0xF2, 0x4B, port}), Status::ok);
  }
  // A memory command: address, length, access port, CSW bits 31..24.
  Bytes read_block(int op, std::uint32_t address, int length, int port = 0, int csw = 0) {
    send_block(op, address, length, port, csw);
    return receive();
  }
  void write_block(int op, std::uint32_t address, ByteView data, int port = 0, int csw = 0) {
    send_block(op, address, static_cast<int>(data.size()), port, csw);
    EXPECT_TRUE(probe.receive(data));
  }

 private:
  void send_block(int op, std::uint32_t address, int length, int port, int csw) {
    EXPECT_TRUE(send({0xF2, op, static_cast<int>(address & 0xFF), static_cast<int>((address >> 8) & 0xFF),
                      static_cast<int>((address >> 16) & 0xFF), static_cast<int>(address >> 24), length & 0xFF,
                      length >> 8, port, 0, 0, csw}));
  }
};

}  // namespace rigor::lab
