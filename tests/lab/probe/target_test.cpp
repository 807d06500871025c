#include <gmock/gmock.h>

#include <numeric>

#include "tests/lab/probe/probe_rig.hpp"

namespace rigor::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

TEST(ProbeMemory, BlocksOfEveryWidthComeBackAcrossTheIncrementBoundary) {
  struct Case {
    int write;
    int read;
    std::uint32_t address;
    std::size_t size;
  };
  const Case cases[] = {{0x08, 0x07, 0x200003F8, 2052},
                        {0x48, 0x47, 0x200003FA, 1030},
                        {0x0D, 0x0C, 0x200003FD, 61},
                        {0x0D, 0x0C, 0x20000001, 3},
                        {0x08, 0x07, 0x20000000, 4}};
  for (const Case& each : cases) {
    ProbeRig rig("v2");
    rig.attach();
    const Bytes data = counting(each.size);
    rig.write_block(each.write, each.address, data);
    EXPECT_EQ(rig.last_status(), Status::ok);
    EXPECT_EQ(rig.read_block(each.read, each.address, static_cast<int>(each.size)), data);
    EXPECT_EQ(rig.last_status(), Status::ok);
  }
}

TEST(ProbeMemory, AReadOfOneByteAnswersTwo) {
  ProbeRig rig("v2");
  rig.attach();
  rig.pins.target.memory[0x20000000] = 0x44332211;
  const Bytes reply = rig.read_block(0x0C, 0x20000002, 1);
  ASSERT_THAT(reply, SizeIs(2));
  EXPECT_EQ(reply[0], 0x33);
}

TEST(ProbeMemory, AFixedAddressIsReadAndWrittenAgainAndAgain) {
  ProbeRig rig("v2");
  rig.attach();
  rig.write_block(0x50, 0x40000000, counting(16));
  EXPECT_EQ(rig.last_status(), Status::ok);
  EXPECT_EQ(rig.pins.target.writes_to[0x40000000], 4U);
  const Bytes read = rig.read_block(0x54, 0x40000000, 12);
  ASSERT_THAT(read, SizeIs(12));
  EXPECT_EQ(load_le32(read, 0), load_le32(read, 8));
  EXPECT_EQ(load_le32(read, 0), 0x100F0E0DU);
}

TEST(ProbeMemory, AWriteMayComeInPieces) {
  ProbeRig rig("v2");
  rig.attach();
  static_cast<void>(rig.send({0xF2, 0x08, 0, 0, 0, 0x20, 8}));
  const Bytes data = counting(8);
  ASSERT_TRUE(rig.probe.receive(ByteView(data).first(3)));
  EXPECT_TRUE(rig.probe.awaits_data());
  ASSERT_TRUE(rig.probe.receive(ByteView(data).subspan(3)));
  EXPECT_FALSE(rig.probe.awaits_data());
  EXPECT_EQ(rig.pins.target.memory[0x20000004], 0x08070605U);
}

TEST(ProbeMemory, WhatCannotBeIsRefusedAndStillDelivered) {
  struct Case {
    int op;
    std::uint32_t address;
    int size;
    Status status;
  };
  const Case cases[] = {{0x07, 0x20000002, 8, Status::alignment},
                        {0x07, 0x20000000, 6, Status::alignment},
                        {0x47, 0x20000001, 2, Status::alignment},
                        {0x0C, 0x20000000, 65, Status::bad_argument}};
  ProbeRig rig("v2");
  rig.attach();
  for (const Case& each : cases) {
    EXPECT_THAT(rig.read_block(each.op, each.address, each.size), SizeIs(static_cast<std::size_t>(each.size)));
    EXPECT_EQ(rig.last_status(), each.status);
  }
  EXPECT_THAT(rig.read_block(0x07, 0x20000000, 4), SizeIs(4));
  EXPECT_EQ(rig.last_status(), Status::ok);
}

TEST(ProbeMemory, AV3TakesLongerByteBlocksFromJ6) {
  ProbeRig old_rig("v3set", "V3J5M7");
  old_rig.attach();
  static_cast<void>(old_rig.read_block(0x0C, 0x20000000, 512));
  EXPECT_EQ(old_rig.last_status(), Status::bad_argument);
  ProbeRig rig("v3set", "V3J6M7");
  rig.attach();
  static_cast<void>(rig.read_block(0x0C, 0x20000000, 512));
  EXPECT_EQ(rig.last_status(), Status::ok);
}

TEST(ProbeMemory, AFaultNamesItsAddressAndTheNextAccessWorks) {
  for (const bool write : {false, true}) {
    ProbeRig rig("v2");
    rig.attach();
    rig.pins.target.faulty_from = 0x20000010;
    if (write) {
      rig.write_block(0x08, 0x20000000, counting(64));
    } else {
      EXPECT_THAT(rig.read_block(0x07, 0x20000000, 64), SizeIs(64));
    }
    const Bytes last = rig.ask({0xF2, 0x3E});
    ASSERT_THAT(last, SizeIs(12));
    EXPECT_EQ(last[0], 0x11);
    EXPECT_EQ(last[1], 0);
    EXPECT_EQ(load_le32(last, 4), 0x20000010U) << (write ? "write" : "read");
    EXPECT_THAT(rig.read_block(0x07, 0x20000000, 4), SizeIs(4));
    EXPECT_EQ(rig.last_status(), Status::ok);
  }
}

TEST(ProbeMemory, AFaultOfTheLastWriteIsNotLost) {
  ProbeRig rig("v2");
  rig.attach();
  rig.pins.target.faulty_from = 0x20000000;
  rig.write_block(0x08, 0x20000000, counting(4));
  EXPECT_EQ(rig.last_status(), Status::ap_fault);
}

TEST(ProbeMemory, AFewWaitsAreTheProbesOwnBusiness) {
  ProbeRig rig("v2");
  rig.attach();
  rig.pins.target.waits = 5;
  static_cast<void>(rig.read_block(0x07, 0x20000000, 4));
  EXPECT_EQ(rig.last_status(), Status::ok);
  rig.pins.target.waits = 1000;
  static_cast<void>(rig.read_block(0x07, 0x20000000, 4));
  EXPECT_EQ(rig.last_status(), Status::ap_wait);
}

TEST(ProbeMemory, TheAccessPortAndCswOfACommandCountFromJ32) {
  ProbeRig old_rig("v2", "V2J31S7");
  old_rig.attach();
  static_cast<void>(old_rig.read_block(0x07, 0x20000000, 4, 1, 0xA2));
  EXPECT_EQ(old_rig.pins.target.last_port, 0);
  EXPECT_EQ(old_rig.pins.target.csw[0] & 0xFFFFFF00, 0x23000000U);
  ProbeRig rig("v2", "V2J32S7");
  rig.attach(1);
  static_cast<void>(rig.read_block(0x07, 0x20000000, 4, 1, 0xA2));
  EXPECT_EQ(rig.pins.target.last_port, 1);
  EXPECT_EQ(rig.pins.target.csw[1], 0xA2000012U);
}

TEST(ProbeAccessPorts, HaveToBeOpenedFromJ37) {
  ProbeRig old_rig("v2", "V2J36S7");
  static_cast<void>(old_rig.send({0xF3, 0x07}));
  EXPECT_EQ(old_rig.status({0xF2, 0x30, 0xA3}), Status::ok);
  static_cast<void>(old_rig.read_block(0x07, 0x20000000, 4));
  EXPECT_EQ(old_rig.last_status(), Status::ok);

  ProbeRig rig("v2", "V2J37S7");
  static_cast<void>(rig.send({0xF3, 0x07}));
  EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::ok);
  EXPECT_THAT(rig.read_block(0x07, 0x20000000, 4), SizeIs(4));
  EXPECT_EQ(rig.last_status(), Status::bad_access_port);
  EXPECT_EQ(rig.status({0xF2, 0x33, 1}), Status::command_error) << "registers answer 08";
  EXPECT_EQ(rig.status({0xF2, 0x4B, 0}), Status::ok);
  static_cast<void>(rig.read_block(0x07, 0x20000000, 4));
  EXPECT_EQ(rig.last_status(), Status::ok);
  EXPECT_EQ(rig.status({0xF2, 0x4C, 0}), Status::ok);
  static_cast<void>(rig.read_block(0x07, 0x20000000, 4));
  EXPECT_EQ(rig.last_status(), Status::bad_access_port);
}

TEST(ProbeAccessPorts, AreClosedByLeavingDebugMode) {
  ProbeRig rig("v2");
  rig.attach();
  static_cast<void>(rig.send({0xF2, 0x21}));
  EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::ok);
  static_cast<void>(rig.read_block(0x07, 0x20000000, 4));
  EXPECT_EQ(rig.last_status(), Status::bad_access_port);
}

// st-flash sends no 4B: its first word access opens port 0, unless the option says otherwise.
TEST(ProbeAccessPorts, AWordAccessOpensPortZero) {
  for (const bool opens : {true, false}) {
    ProbeProfile profile = make_profile("v2");
    profile.word_access_opens_port_0 = opens;
    ProbeRig rig(profile);
    static_cast<void>(rig.send({0xF3, 0x07}));
    EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::ok);
    EXPECT_EQ(rig.status({0xF2, 0x36, 0, 0, 0, 0x20}), Status::ok);
    static_cast<void>(rig.read_block(0x07, 0x20000000, 4));
    EXPECT_EQ(rig.last_status(), opens ? Status::ok : Status::bad_access_port);
  }
}

TEST(ProbeAccessPorts, CannotBeClosedInJ28AndEndAtEight) {
  ProbeRig broken("v2", "V2J28S7");
  broken.attach();
  EXPECT_EQ(broken.status({0xF2, 0x4C, 0}), Status::bad_access_port);
  ProbeRig rig("v2");
  rig.attach();
  EXPECT_EQ(rig.status({0xF2, 0x4B, 8}), Status::ok);
  EXPECT_EQ(rig.status({0xF2, 0x4B, 9}), Status::too_many_access_ports);
  EXPECT_EQ(rig.status({0xF2, 0x45, 9, 0, 0xFC}), Status::bad_access_port);
}

TEST(ProbeDap, RegistersAreReadWithoutOpening) {
  ProbeRig rig("v2");
  static_cast<void>(rig.send({0xF3, 0x07}));
  EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::ok);
  const Bytes id = rig.ask({0xF2, 0x45, 0, 0, 0xFC});
  ASSERT_THAT(id, SizeIs(8));
  EXPECT_EQ(load_le32(id, 4), 0x24770011U);
  EXPECT_EQ(load_le32(rig.ask({0xF2, 0x45, 0xFF, 0xFF, 0}), 4), FakeTarget::kIdcode);
  EXPECT_EQ(load_le32(rig.ask({0xF2, 0x45, 0xFF, 0xFF, 4}), 4), 0xF0000000U);
  EXPECT_EQ(rig.status({0xF2, 0x46, 1, 0, 4, 0, 0x10, 0, 0, 0x20}), Status::ok);
  EXPECT_EQ(load_le32(rig.ask({0xF2, 0x45, 1, 0, 4}), 4), 0x20000010U);
}

TEST(ProbeDap, MixedAccessesAreDoneInOrder) {
  ProbeRig rig("v2");
  rig.attach(1);
  rig.pins.target.memory[0x20000010] = 0x12345678;
  const std::uint32_t words[] = {1, 0x20000000, 0xCAFE0001, 0x20000010, 0x20000000};
  Bytes data = {5, 1, 2, 3, 3, 0, 0, 0};
  data.resize(8 + 4 * 5);
  for (std::size_t i = 0; i < 5; ++i) store_le32(data, 8 + 4 * i, words[i]);
  EXPECT_THAT(rig.ask({0xF2, 0x51, 5}), IsEmpty());
  ASSERT_TRUE(rig.probe.receive(data));
  const Bytes reply = rig.ask({0xF2, 0x52});
  ASSERT_THAT(reply, SizeIs(40));
  EXPECT_EQ(load_le32(reply, 12), 0x12345678U);
  EXPECT_EQ(load_le32(reply, 16), 0xCAFE0001U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(load_le32(reply, 20 + 4 * i), 0x80U);
  EXPECT_EQ(load_le32(rig.ask({0xF2, 0x53}), 4), 64U);
}

TEST(ProbeRegisters, GoThroughTheCoresTransferRegisters) {
  ProbeRig rig("v2");
  rig.attach();
  EXPECT_EQ(rig.status({0xF2, 0x34, 1, 0x78, 0x56, 0x34, 0x12}), Status::ok);
  EXPECT_EQ(rig.pins.target.memory[0xE000EDF4], 0x10001U);
  EXPECT_EQ(rig.pins.target.memory[0xE000EDF8], 0x12345678U);
  const Bytes value = rig.ask({0xF2, 0x33, 1});
  ASSERT_THAT(value, SizeIs(8));
  EXPECT_EQ(load_le32(value, 4), 0x12345678U);
  EXPECT_EQ(rig.pins.target.memory[0xE000EDF4], 1U);
  EXPECT_THAT(rig.ask({0xF2, 0x3A}), SizeIs(88));
  EXPECT_EQ(rig.status({0xF2, 0x02}), Status::ok);
  EXPECT_EQ(rig.status({0xF2, 0x01}), Status::fault) << "81: halted";
}

TEST(ProbeSession, CommandsOutsideDebugModeAreErrorsOfTheirFullLength) {
  ProbeRig rig("v2-1");
  EXPECT_THAT(rig.ask({0xF2, 0x36, 0, 0, 0, 0x20}), SizeIs(8));
  EXPECT_THAT(rig.ask({0xF2, 0x31}), SizeIs(12));
  EXPECT_EQ(rig.status({0xF2, 0x45, 0xFF, 0xFF, 0}), Status::command_error);
  EXPECT_EQ(rig.pins.target.line_resets, 0U);
}

TEST(ProbeSession, AStrayLeaveKillsTheReportedV3AndNobodyElse) {
  struct Case {
    const char* profile;
    const char* version;
    bool dies;
  };
  for (const Case& each :
       {Case{"v3ec", "", true}, Case{"v3ec", "V3J16M6", false}, Case{"v3set", "", false}, Case{"v2-1", "", false}}) {
    ProbeRig rig(each.profile, each.version);
    static_cast<void>(rig.send({0xF2, 0x21}));
    EXPECT_EQ(rig.send({0xF5}), !each.dies) << each.profile;
    rig.probe.usb_reset();
    EXPECT_EQ(rig.send({0xF5}), !each.dies) << "a USB reset does not help";
    rig.probe.power_down();
    rig.probe.power_up();
    EXPECT_TRUE(rig.send({0xF5})) << "replugging does";
  }
}

TEST(ProbeSession, AMemoryCommandWithoutDataHangsAV3) {
  ProbeRig v3("v3set");
  v3.attach();
  static_cast<void>(v3.send({0xF2, 0x07, 0, 0, 0, 0x20, 0, 0}));
  EXPECT_FALSE(v3.send({0xF5}));
  ProbeRig v2("v2");
  v2.attach();
  static_cast<void>(v2.send({0xF2, 0x08, 0, 0, 0, 0x20, 0, 0}));
  EXPECT_THAT(v2.ask({0xF5}), ElementsAre(2, 0));
}

TEST(ProbeNrst, IsDrivenOnlyWhereItIsConnected) {
  ProbeRig genuine("v2-1");
  EXPECT_EQ(genuine.status({0xF2, 0x3C, 0}), Status::ok);
  EXPECT_EQ(genuine.status({0xF2, 0x3C, 1}), Status::ok);
  EXPECT_EQ(genuine.status({0xF2, 0x3C, 2}), Status::ok);
  EXPECT_EQ(genuine.status({0xF2, 0x32}), Status::ok);
  EXPECT_THAT(genuine.pins.nrst_edges, ElementsAre(true, false, true, false, true, false));
  EXPECT_EQ(genuine.status({0xF2, 0x3C, 3}), Status::bad_argument);
  ProbeRig clone("v2-clone");
  static_cast<void>(clone.send({0xF3, 0x07}));
  EXPECT_EQ(clone.status({0xF2, 0x3C, 0}), Status::ok) << "it says ok all the same";
  EXPECT_EQ(clone.status({0xF2, 0x32}), Status::ok);
  EXPECT_THAT(clone.pins.nrst_edges, IsEmpty());
}

TEST(ProbeNrst, IsReleasedWhenTheProbeLosesItsSupply) {
  ProbeRig rig("v2-1");
  EXPECT_EQ(rig.status({0xF2, 0x3C, 0}), Status::ok);
  rig.probe.power_down();
  EXPECT_THAT(rig.pins.nrst_edges, ElementsAre(true, false));
}

TEST(ProbeClones, FailInTheirOwnWays) {
  ProbeRig mute("clone-broken");
  EXPECT_FALSE(mute.send({0xF1}));
  ProbeRig stalling("clone-broken-stalling");
  EXPECT_THAT(stalling.ask({0xF1}), IsEmpty());
  EXPECT_FALSE(stalling.probe.stalled()) << "the first command only times out";
  EXPECT_THAT(stalling.ask({0xF1}), IsEmpty());
  EXPECT_TRUE(stalling.probe.stalled());

  ProbeRig tag("clone-tag-invalid");
  static_cast<void>(tag.send({0xF3, 0x07}));
  EXPECT_THAT(tag.ask({0xF1}), SizeIs(6));
  EXPECT_EQ(tag.status({0xF2, 0x30, 0xA3}), Status::command_error);
  EXPECT_THAT(tag.read_block(0x07, 0x20000000, 8), SizeIs(8));
  EXPECT_EQ(tag.pins.target.line_resets, 0U);

  ProbeRig baite("clone-baite");
  static_cast<void>(baite.send({0xF3, 0x07}));
  EXPECT_THAT(baite.ask({0xF8}), ElementsAre(3, 0));
  EXPECT_THAT(baite.ask({0xF2, 0x43, 1}), IsEmpty()) << "J17 has no speed command";
}

TEST(ProbeClones, TheSlowOneLosesTheTargetAbove1800kHz) {
  ProbeRig rig("clone-slow");
  static_cast<void>(rig.send({0xF3, 0x07}));
  EXPECT_EQ(rig.status({0xF2, 0x43, 0}), Status::ok);
  EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::idcode_failed);
  EXPECT_EQ(rig.status({0xF2, 0x43, 1}), Status::ok);
  EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::ok);
}

// st-link-protocol.md 7: at 5 kHz speed and entry took 114 ms, opening a port 20 ms, reading a word and its status 32
// ms.
TEST(ProbeTime, AtFiveKilohertzIsThatOfTheRecording) {
  ProbeRig rig("v3set");
  const auto spent = [&](auto&& command) {
    rig.pace.passed = {};
    command();
    return std::chrono::duration<double, std::milli>(rig.pace.passed).count();
  };
  EXPECT_NEAR(spent([&] {
                static_cast<void>(rig.ask({0xF2, 0x61, 0, 0, 5, 0}));
                static_cast<void>(rig.ask({0xF2, 0x30, 0xA3}));
              }),
              114, 12);
  EXPECT_NEAR(spent([&] { static_cast<void>(rig.ask({0xF2, 0x4B, 0})); }), 20, 2);
  EXPECT_NEAR(spent([&] {
                static_cast<void>(rig.read_block(0x07, 0xE000ED00, 4));
                static_cast<void>(rig.ask({0xF2, 0x3E}));
              }),
              36, 5);
}

// cost-model.md: 50 clocks per word, plus 150 at each 1 KB boundary; control, address and the last item are three more.
TEST(ProbeTime, OfABlockIsFiftyClocksPerWord) {
  for (const bool writes : {false, true})
    for (const auto& [address, size, boundaries] :
         {std::tuple{0x20000000U, 6144, 5}, {0x20000000U, 1024, 0}, {0x200003FCU, 8, 1}, {0x20000200U, 4096, 4}}) {
      ProbeRig rig("v2");
      rig.attach();
      EXPECT_EQ(rig.status({0xF2, 0x43, 0}), Status::ok);
      rig.pace.passed = {};
      if (writes) {
        rig.write_block(0x08, address, Bytes(static_cast<std::size_t>(size)));
      } else {
        static_cast<void>(rig.read_block(0x07, address, size));
      }
      const double clocks = std::chrono::duration<double, std::milli>(rig.pace.passed).count() * 4000;
      const double firmware = 0.05 * 4000;
      EXPECT_NEAR(clocks - firmware, size / 4 * 50 + boundaries * 150 + 3 * 50, 60) << writes << ' ' << size;
    }
}

}  // namespace
}  // namespace rigor::lab
