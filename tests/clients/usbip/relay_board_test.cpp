// `rigor-lab serve --relay-board`: the board as a USB device, its pins, its cable.
#include <gmock/gmock.h>

#include <cerrno>

#include "tests/clients/exec_rig.hpp"
#include "tests/clients/usbip/usbip_client.hpp"

namespace rigor::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const std::string kBoardRig = RIGOR_SOURCE_DIR "/rigs/virtual-relays.yaml";

class RelayBoardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_keeper(); !why.empty()) GTEST_SKIP() << why;
  }
  static Finished refused(const std::vector<std::string>& words) {
    std::vector<std::string> argv = {keeper_program(), "serve"};
    argv.insert(argv.end(), words.begin(), words.end());
    ProgramSetting setting;
    setting.environment = plain_environment();
    return run_program(argv, setting);
  }
  static int set_report(const UsbipSocket& kernel, const Bytes& report) {
    kernel.submit({.number = 1,
                   .length = static_cast<std::uint32_t>(report.size()),
                   .setup = {0x21, 9, report[0], 3, 0, 0, static_cast<std::uint8_t>(report.size()), 0},
                   .data = report});
    return kernel.answer(false).status;
  }
  static std::string get_report(const UsbipSocket& kernel, std::uint8_t report) {
    kernel.submit({.number = 2, .in = true, .length = 64, .setup = {0xA1, 1, report, 3, 0, 0, 64, 0}});
    return to_hex(kernel.answer(true).data);
  }
};

TEST_F(RelayBoardTest, ItsPinsAreTheLinesOfTheRig) {
  const KeptRig rig(kBoardRig, "usbip", {"--relay-board"});
  ASSERT_TRUE(rig.ready());
  EXPECT_EQ(rig.tell({"pins"}).out,
            "0 weact/nrst released\n1 weact/power released\n2 f407/nrst released\n3 f407/power released\n");
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-3"), 0U);
  EXPECT_EQ(get_report(kernel, 3), "03f9") << "pin 2 reads NRST of a board without supply, pins 1 and 3 their relays";
  EXPECT_EQ(set_report(kernel, {2, 0x08, 0xFF, 0, 0}), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the relay's 8 ms and the supply's rise, on real time
  EXPECT_EQ(get_report(kernel, 3), "03f5") << "a low switched that board on, and NRST rose";
  EXPECT_EQ(set_report(kernel, {4, 0x08, 0x08}), 0);
  EXPECT_THAT(rig.tell({"record"}).out, MatchesRegex("[0-9.]+ 3 f407/power low\n[0-9.]+ 3 f407/power high\n"));
  EXPECT_EQ(set_report(kernel, {4, 0x08}), -EPIPE) << "a short report";
  EXPECT_EQ(set_report(kernel, {7, 0x08}), -EPIPE) << "none of its reports";
}

TEST_F(RelayBoardTest, ItsCableLetsEveryPinGo) {
  const KeptRig rig(kBoardRig, "usbip", {"--relay-board"});
  ASSERT_TRUE(rig.ready());
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-3"), 0U);
  EXPECT_EQ(set_report(kernel, {2, 0x02, 0xFF, 0, 0}), 0);
  kernel.submit({.number = 9, .in = true, .endpoint = 1, .length = 64});  // waits
  EXPECT_EQ(rig.tell({"unplug", "relay-board"}).exit_code, 0);
  EXPECT_EQ(kernel.answer(true).status, -ESHUTDOWN);
  EXPECT_THAT(rig.tell({"record"}).out, EndsWith("1 weact/power released\n"));
  EXPECT_THAT(rig.tell({"list"}).out, EndsWith("relay-board unplugged 1\n"));
  EXPECT_EQ(rig.tell({"unplug", "relay-board"}).err, "error: relay-board is unplugged already\n");
  EXPECT_EQ(rig.tell({"plug", "relay-board"}).exit_code, 0);
  const UsbipSocket again(rig.port());
  ASSERT_EQ(again.import("1-3"), 0U);
  EXPECT_EQ(get_report(again, 2), "0200000000");
}

TEST_F(RelayBoardTest, IsRefusedWhereItCannotBe) {
  const std::string no_lines = RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml";
  const struct {
    std::vector<std::string> words;
    const char* why;
  } cases[] = {
      {{kBoardRig, "--relay-board", "--stlink-server", "127.0.0.1:0"}, "a relay board is for kernels"},
      {{no_lines, "--relay-board", "--usbip", "127.0.0.1:0"}, "the rig has 0 lines, and the relay board 8 pins"},
  };
  for (const auto& each : cases) {
    const Finished done = refused(each.words);
    EXPECT_EQ(done.exit_code, 2) << each.why;
    EXPECT_THAT(done.err, HasSubstr(each.why));
  }
  const KeptRig without(kBoardRig, "usbip");
  ASSERT_TRUE(without.ready());
  EXPECT_EQ(without.tell({"pins"}).err, "error: there is no relay board\n");
}

}  // namespace
}  // namespace rigor::test
