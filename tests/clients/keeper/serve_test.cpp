// `rigor-lab serve` itself: how it begins and ends, and the stlink-server protocol byte by byte.
#include <gmock/gmock.h>

#include "tests/clients/keeper/server_client.hpp"
#include "tests/clients/kept_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ServeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_keeper(); !why.empty()) GTEST_SKIP() << why;
  }
  static Finished keeper(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), keeper_program());
    ProgramSetting setting;
    setting.environment = plain_environment();
    setting.limit = std::chrono::seconds(30);
    return run_program(arguments, setting);
  }
};

TEST_F(ServeTest, DescribesItsProbes) {
  const KeptRig rig(kF407Rig);
  ASSERT_TRUE(rig.ready());
  const Client client(rig.port());
  EXPECT_THAT(client.words({6, 1, 0, 0}, 4), ElementsAre(3, 2, 1, 1)) << "version";
  EXPECT_THAT(client.words({0, 0}, 1), ElementsAre(1)) << "refresh";
  EXPECT_THAT(client.words({1}, 1), ElementsAre(3)) << "devices";
  struct Case {
    std::uint8_t index;
    const char* serial;
    std::uint16_t product;
  };
  for (const Case& each : {Case{0, "57FF72067265575742132067", 0x3748}, Case{1, "066DFF535550755187191037", 0x374B},
                           Case{2, "003F002B3532511531333430", 0x374E}}) {
    client.say({2, each.index, 0, 0, 41, 0, 0, 0});
    const Bytes info = client.hear(45);
    ASSERT_EQ(info.size(), 45U);
    EXPECT_EQ(load_le32(info, 0), 1U);
    EXPECT_EQ(std::string(info.begin() + 8, info.begin() + 32), each.serial);
    EXPECT_EQ(load_le16(info, 40), 0x0483);
    EXPECT_EQ(load_le16(info, 42), each.product);
  }
}

TEST_F(ServeTest, PassesCommandsAndAnswersEveryOneAtItsLength) {
  const KeptRig rig(kF407Rig);
  ASSERT_TRUE(rig.ready());
  const Client client(rig.port());
  const std::uint32_t connection = client.open(0x11);
  EXPECT_EQ(to_hex(client.command(connection, {0xF5}, 2)), "010000000002") << "a V2 begins in its bootloader";
  EXPECT_EQ(to_hex(client.command(connection, {0xF3, 7}, 0)), "01000000");
  EXPECT_EQ(to_hex(client.command(connection, {0xF5}, 2)), "010000000100");
  EXPECT_EQ(to_hex(client.command(connection, {0xF2, 0x30, 0xA3}, 2)), "010000008000");
  EXPECT_EQ(load_le32(client.command(connection, {0xF2, 0x36, 0x00, 0xED, 0x00, 0xE0}, 8), 8), 0x410FC241U);
  const Bytes late = client.command(connection, {0xF3, 0x08}, 20);
  ASSERT_EQ(late.size(), 24U) << "more was asked for than the probe has to say";
  EXPECT_NE(load_le32(late, 0), 1U);
  EXPECT_EQ(to_hex(client.command(connection, {0xF5}, 2)), "010000000200") << "and nothing is left over";
  EXPECT_THAT(client.words({4, 0, 0, 0, static_cast<std::uint8_t>(connection), 0, 0, 0}, 1), ElementsAre(1));
  EXPECT_EQ(load_le32(client.command(connection, {0xF5}, 2), 0), 1002U) << "closed";
}

TEST_F(ServeTest, TellsAtTheEndWhatEachProbeWasAsked) {
  KeptRig rig(kF407Rig, "stlink-server", {"--count"});
  ASSERT_TRUE(rig.ready());
  {
    const Client client(rig.port());
    const std::uint32_t connection = client.open(0x12);
    EXPECT_EQ(to_hex(client.command(connection, {0xF5}, 2)), "010000000100");
    EXPECT_EQ(to_hex(client.command(connection, {0xF2, 0x30, 0xA3}, 2)), "010000008000");
    EXPECT_EQ(to_hex(client.command(connection, {0xF2, 0x4B, 0}, 2)), "010000008000");
    EXPECT_EQ(client.command(connection, {0xF2, 0x07, 0x00, 0xED, 0x00, 0xE0, 4}, 4).size(), 8U);
    EXPECT_EQ(to_hex(client.command(connection, {0xF2, 0x21}, 0)), "01000000");
  }
  const Finished done = rig.stop();
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.err, HasSubstr("066DFF535550755187191037 round-trips 5 out 5 in 4 bytes-out 80 bytes-in 10\n"));
  EXPECT_THAT(done.err, HasSubstr("57FF72067265575742132067 round-trips 0 out 0 in 0 bytes-out 0 bytes-in 0\n"));
}

TEST_F(ServeTest, ClientsOfOneProbeDoNotTakeTheTargetFromEachOther) {
  const KeptRig rig(kF407Rig);
  ASSERT_TRUE(rig.ready());
  const Client first(rig.port());
  const std::uint32_t one = first.open(0x12);
  EXPECT_EQ(to_hex(first.command(one, {0xF2, 0x30, 0xA3}, 2)), "010000008000");
  EXPECT_EQ(to_hex(first.command(one, {0xF2, 0x4B, 0}, 2)), "010000008000");
  {
    const Client second(rig.port());
    const std::uint32_t two = second.open(0x12);
    EXPECT_EQ(to_hex(second.command(two, {0xF2, 0x30, 0xA3}, 2)), "010000008000");
    EXPECT_EQ(to_hex(second.command(two, {0xF2, 0x4C, 0}, 2)), "010000008000");
    EXPECT_EQ(to_hex(second.command(two, {0xF2, 0x21}, 0)), "01000000");
  }
  EXPECT_EQ(load_le32(first.command(one, {0xF2, 0x07, 0x00, 0xED, 0x00, 0xE0, 4}, 4), 4), 0x410FC241U);
}

TEST_F(ServeTest, RefusesWhatIsNotThereAndHangsUpOnWhatIsNoMessage) {
  const KeptRig rig(kF407Rig);
  ASSERT_TRUE(rig.ready());
  const Client client(rig.port());
  EXPECT_THAT(client.words({3, 0, 0, 0, 99, 0, 0, 0}, 2), ElementsAre(1002, 0)) << "open";
  client.say({2, 9, 0, 0, 41, 0, 0, 0});
  EXPECT_EQ(load_le32(client.hear(45), 0), 1002U) << "info";
  EXPECT_EQ(load_le32(client.command(77, {0xF5}, 2), 0), 1002U) << "no such connection";
  client.say({0x47, 0x45, 0x54});  // GET
  EXPECT_THAT(client.hear(1), IsEmpty());
  const Client greedy(rig.port());
  EXPECT_THAT(greedy.command(1, {0xF5}, 0x7FFFFFFF & 0xFFFFF), IsEmpty());
  const Client next(rig.port());
  EXPECT_THAT(next.words({1}, 1), ElementsAre(3)) << "the others are served on";
}

TEST_F(ServeTest, EndsAtASignalWithClientsConnected) {
  KeptRig rig(kF407Rig);
  ASSERT_TRUE(rig.ready());
  const Client idle(rig.port());
  const Client halfway(rig.port());
  halfway.say({5, 0, 0});
  (void)idle.open(0x11);
  const Finished done = rig.stop();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_LT(done.after_signal, std::chrono::seconds(5));
}

TEST_F(ServeTest, SaysWhatIsWrong) {
  const Scratch scratch;
  const std::string bad = scratch.write("bad.yaml", "rig: bad\nsuites: []\nbenches: [{name: x, bord: y}]\n").string();
  const KeptRig other(kF407Rig);
  ASSERT_TRUE(other.ready());
  struct Case {
    const char* what;
    std::vector<std::string> arguments;
    int code;
    const char* text;
  };
  for (const Case& each : {
           Case{"no command", {}, 2, "subcommand"},
           Case{"no door", {"serve", kF407Rig}, 2, "expected --stlink-server, --usbip or --vhci"},
           Case{"no such file", {"serve", "/nonexistent.yaml", "--stlink-server", "127.0.0.1:0"}, 2, "nonexistent"},
           Case{"a mistake in the rig", {"serve", bad, "--stlink-server", "127.0.0.1:0"}, 2, "bord"},
           Case{"no address", {"serve", kF407Rig, "--stlink-server", "7184"}, 2, "expected HOST:PORT"},
           Case{"a port in use",
                {"serve", kF407Rig, "--stlink-server", "127.0.0.1:" + std::to_string(other.port())},
                3,
                "cannot listen on"},
       }) {
    SCOPED_TRACE(each.what);
    const Finished done = keeper(each.arguments);
    EXPECT_EQ(done.exit_code, each.code) << done.err;
    EXPECT_THAT(done.err, HasSubstr(each.text));
  }
}

}  // namespace
}  // namespace rigor::test
