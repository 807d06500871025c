#include <gmock/gmock.h>

#include "tests/lab/probe/probe_rig.hpp"

namespace rigor::lab {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ProbeVersion, ParsesAndPrintsWhatToolsPrint) {
  for (const char* text : {"V2J37S7", "V2J37M26", "V3J17M10B6S1", "V3J15M6", "V2J29S7"}) {
    const auto version = FirmwareVersion::parse(text);
    ASSERT_TRUE(version) << text;
    EXPECT_EQ(version->text(), text);
  }
  for (const char* text : {"", "J37", "V9J1", "V2J", "V2X3", "V2J300"})
    EXPECT_FALSE(FirmwareVersion::parse(text)) << text;
}

// pyswd-byte-vectors.json: V2J35S7 is 28 C7.
TEST(ProbeVersion, IsSentBigEndianWithLittleEndianIds) {
  ProbeRig rig("v2", "V2J35S7");
  EXPECT_THAT(rig.ask({0xF1, 0x80}), ElementsAre(0x28, 0xC7, 0x83, 0x04, 0x48, 0x37));
}

TEST(ProbeVersion, OfAV21CarriesItsMassStorageNumber) {
  ProbeRig rig("v2-1");
  const Bytes reply = rig.ask({0xF1});
  ASSERT_THAT(reply, SizeIs(6));
  EXPECT_EQ(((reply[0] << 8) | reply[1]) & 0x3F, 26) << "7 to 12 would make OpenOCD take it for a SWIM probe";
  EXPECT_EQ(load_le16(reply, 4), 0x374B);
}

TEST(ProbeVersion, OfAV3IsInItsSecondForm) {
  ProbeRig rig("v3set");
  EXPECT_THAT(rig.ask({0xF1}), ElementsAre(0x30, 0x00, 0x83, 0x04, 0x4F, 0x37));
  EXPECT_THAT(rig.ask({0xFB}), ElementsAre(3, 1, 17, 10, 6, 0, 0, 0, 0x83, 0x04, 0x4F, 0x37));
}

TEST(ProbeMode, AV2StartsInItsBootloaderAndAV21DoesNot) {
  ProbeRig v2("v2");
  EXPECT_EQ(v2.ask({0xF5})[0], 0);
  EXPECT_THAT(v2.ask({0xF3, 0x07}), IsEmpty());
  EXPECT_THAT(v2.ask({0xF5}), ElementsAre(1, 0));
  ProbeRig v2_1("v2-1");
  EXPECT_THAT(v2_1.ask({0xF5}), ElementsAre(1, 0));
}

TEST(ProbeMode, FollowsEnteringAndLeaving) {
  ProbeRig rig("v2");
  rig.attach();
  EXPECT_THAT(rig.ask({0xF5}), ElementsAre(2, 0));
  EXPECT_THAT(rig.ask({0xF2, 0x21}), IsEmpty());
  EXPECT_THAT(rig.ask({0xF5}), ElementsAre(1, 0));
}

TEST(ProbeMode, AFailedEntryIsNoDebugMode) {
  ProbeRig rig("v2-1");
  rig.pins.target.powered = false;
  EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::idcode_failed);
  EXPECT_EQ(rig.ask({0xF5})[0], 1);
}

TEST(ProbeBootloader, IdentifiesItself) {
  ProbeRig rig("v2");
  const Bytes identity = rig.ask({0xF3, 0x08});
  ASSERT_THAT(identity, SizeIs(20));
  EXPECT_EQ(identity[4], 'J');
  EXPECT_EQ(to_hex(ByteView(identity).subspan(8)), "57ff72067265575742132067") << "memory order on a V2";
  const Bytes hardware = rig.ask({0xF3, 0x0A});
  ASSERT_THAT(hardware, SizeIs(16));
  EXPECT_EQ(hardware[3], 0x21);
  EXPECT_THAT(rig.ask({0xF3, 0x03}), ElementsAre(0, 0, 0, 0, 2, 0));
}

TEST(ProbeBootloader, IsGoneInTheApplication) {
  ProbeRig rig("v2");
  static_cast<void>(rig.send({0xF3, 0x07}));
  EXPECT_THAT(rig.ask({0xF3, 0x08}), ElementsAre(0x42, 0));
}

struct VoltageCase {
  const char* profile;
  std::optional<double> target;
  double low;
  double high;
};

TEST(ProbeVoltage, FollowsTheTargetOrTheBoard) {
  const VoltageCase cases[] = {
      {"v2-1", 3.3, 3.29, 3.31},           {"v2-1", 0.0, 0.0, 0.01},      {"v2-1", std::nullopt, 0.0, 1.6},
      {"v3set", 1.8, 1.79, 1.81},          {"v2-clone", 0.0, 3.25, 3.27}, {"v2-clone", std::nullopt, 3.25, 3.27},
      {"clone-dongle", 0.0, 3.155, 3.185},
  };
  for (const VoltageCase& each : cases) {
    ProbeRig rig(each.profile);
    rig.pins.volts = each.target;
    static_cast<void>(rig.send({0xF3, 0x07}));
    const Bytes reply = rig.ask({0xF7});
    ASSERT_THAT(reply, SizeIs(8)) << each.profile;
    const double volts = 2.4 * load_le32(reply, 4) / load_le32(reply, 0);
    EXPECT_GE(volts, each.low) << each.profile;
    EXPECT_LE(volts, each.high) << each.profile;
  }
}

struct UnknownCase {
  const char* profile;
  const char* version;
  std::vector<std::uint8_t> reply;
};

TEST(ProbeUnknownCommand, IsRefusedByNewFirmwareAndIgnoredByOld) {
  const UnknownCase cases[] = {{"v2", "V2J47S7", {0x42, 0}}, {"v3ec", "", {0x42, 0}}, {"v2", "V2J17S4", {}}};
  for (const UnknownCase& each : cases) {
    ProbeRig rig(each.profile, each.version);
    static_cast<void>(rig.send({0xF3, 0x07}));
    for (const int opcode : {0x7F, 0x60, 0xEE}) EXPECT_THAT(rig.ask({0xF2, opcode}), ElementsAreArray(each.reply));
    EXPECT_THAT(rig.ask({0xAB}), ElementsAreArray(each.reply));
    EXPECT_FALSE(rig.probe.stalled());
  }
}

TEST(ProbeUnknownCommand, MayStall) {
  ProbeProfile profile = make_profile("v2-1");
  profile.unknown_command = UnknownCommand::stall;
  ProbeRig rig(profile);
  EXPECT_THAT(rig.ask({0xF2, 0x7F}), IsEmpty());
  EXPECT_TRUE(rig.probe.stalled());
  rig.probe.clear_stall();
  EXPECT_THAT(rig.ask({0xF5}), ElementsAre(1, 0));
}

// st-link-protocol.md 6, one row per feature: the version before it and the first with it.
struct FeatureCase {
  const char* profile;
  const char* before;
  const char* from;
  std::vector<int> command;
};

TEST(ProbeFeatures, ComeWithTheirVersion) {
  const FeatureCase cases[] = {
      {"v2", "V2J12S4", "V2J13S4", {0xF7}},
      {"v2", "V2J14S4", "V2J15S4", {0xF2, 0x3E}},
      {"v2", "V2J21S4", "V2J22S4", {0xF2, 0x43, 1}},
      {"v2", "V2J23S4", "V2J24S7", {0xF2, 0x44, 4}},
      {"v2", "V2J23S4", "V2J24S7", {0xF2, 0x45, 0xFF, 0xFF, 4}},
      {"v2", "V2J27S7", "V2J28S7", {0xF2, 0x4B, 0}},
      {"v2", "V2J31S7", "V2J32S7", {0xF2, 0x53}},
      {"v2", "V2J35S7", "V2J36S7", {0xF2, 0x56}},
      {"v3set", "V3J1M7", "V3J2M7", {0xF2, 0x53}},
      {"v3set", "V3J5M7", "V3J6M7", {0xF2, 0x56}},
  };
  for (const FeatureCase& each : cases) {
    for (const bool offered : {false, true}) {
      ProbeProfile profile = make_profile(each.profile, offered ? each.from : each.before);
      profile.unknown_command = UnknownCommand::silence;
      ProbeRig rig(profile);
      static_cast<void>(rig.send({0xF3, 0x07}));
      EXPECT_EQ(rig.status({0xF2, 0x30, 0xA3}), Status::ok);
      Bytes command(16);
      std::copy(each.command.begin(), each.command.end(), command.begin());
      ASSERT_TRUE(rig.probe.receive(command));
      EXPECT_EQ(!rig.receive().empty(), offered) << each.before << ' ' << each.from;
    }
  }
}

TEST(ProbeFeatures, SpeedIsDivisorsOnV2AndKilohertzOnV3) {
  ProbeRig v2("v2");
  static_cast<void>(v2.send({0xF3, 0x07}));
  EXPECT_EQ(v2.status({0xF2, 0x61, 0, 0, 0xE8, 3}), Status::unknown_command);
  ProbeRig v3("v3set");
  EXPECT_EQ(v3.status({0xF2, 0x43, 1}), Status::unknown_command);
  const Bytes list = v3.ask({0xF2, 0x62, 0});
  ASSERT_THAT(list, SizeIs(52));
  EXPECT_EQ(load_le32(list, 8), 7U);
  EXPECT_EQ(load_le32(list, 12), 24000U);
  const Bytes set = v3.ask({0xF2, 0x61, 0, 0, 0x10, 0x27});  // 10000: the next one below is 8000
  ASSERT_THAT(set, SizeIs(8));
  EXPECT_EQ(load_le32(set, 4), 8000U);
  EXPECT_EQ(load_le32(v3.ask({0xF2, 0x61, 0, 0, 1, 0}), 4), 5U) << "below the slowest";
  EXPECT_EQ(v3.status({0xF2, 0x63, 1}), Status::ok);
  EXPECT_EQ(v3.status({0xF2, 0x63, 2}), Status::clock_changed);
}

TEST(ProbeBoardIdentifier, IsFullOrTwoBytes) {
  ProbeRig full("v2-1");
  EXPECT_THAT(full.ask({0xF2, 0x56}), SizeIs(128));
  ProbeProfile profile = make_profile("v2-1");
  profile.board_identifier = BoardIdentifier::two_bytes;
  ProbeRig two(profile);
  EXPECT_THAT(two.ask({0xF2, 0x56}), SizeIs(2));
}

TEST(ProbeDescriptors, HaveTheKnownLengthsAndInterfaces) {
  struct Case {
    const char* profile;
    std::size_t length;
    std::size_t interfaces;
    std::uint8_t out;
    std::uint16_t packet;
  };
  const Case cases[] = {{"v2", 39, 1, 0x02, 64}, {"v2-1", 128, 4, 0x01, 64}, {"v3ec", 128, 4, 0x01, 512}};
  for (const Case& each : cases) {
    const ProbeProfile profile = make_profile(each.profile);
    const Bytes configuration = configuration_descriptor(profile);
    EXPECT_EQ(configuration.size(), each.length) << each.profile;
    EXPECT_EQ(load_le16(configuration, 2), each.length);
    const UsbIdentity identity = identity_of(profile, "lab:x");
    ASSERT_EQ(identity.interfaces.size(), each.interfaces);
    EXPECT_EQ(identity.interfaces[0].endpoints.size(), 3U);
    EXPECT_EQ(identity.interfaces[0].endpoints[1].address, each.out);
    EXPECT_EQ(identity.interfaces[0].endpoints[1].max_packet, each.packet);
    EXPECT_EQ(device_descriptor(profile).size(), 18U);
  }
}

TEST(ProbeDescriptors, TheSerialIsTextOrTwelveRawBytes) {
  const Bytes text = string_descriptor(make_profile("v2"), 3).value();
  ASSERT_THAT(text, SizeIs(50));
  EXPECT_EQ(text[2], '5');
  const Bytes raw = string_descriptor(make_profile("clone-baite"), 3).value();
  ASSERT_THAT(raw, SizeIs(26));
  EXPECT_EQ(raw[2], 0x35);
  EXPECT_EQ(raw[4], 0xFF);
  EXPECT_FALSE(string_descriptor(make_profile("v2"), 9));
}

}  // namespace
}  // namespace rigor::lab
