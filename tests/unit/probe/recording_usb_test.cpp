#include "framework/probe/recording_usb.hpp"

#include "tests/unit/probe/scripted_probe.hpp"

namespace rigor {
namespace {

using namespace test;

struct Recording : ScriptedTest {
  Timeline timeline{clock};
  RecordingUsbHost recording{host, timeline};
  std::unique_ptr<Probe> probe;

  void SetUp() override {
    script.open_with(kV2J47S7);
    probe = open_st_link(recording, "1-2", clock).value();
    timeline.clear();
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const Record& each : timeline.records()) {
      lines.push_back(std::string(channel_name(each.channel)) + " " + each.name + " " +
                      (each.channel == Channel::line ? std::to_string(each.value) : each.text));
    }
    return lines;
  }
};

TEST_F(Recording, shows_command_and_data) {
  script.take_data("f208 00000020 1400", "000102030405060708090a0b0c0d0e0f10111213");
  script.answer("f23e", kOk12);
  ASSERT_TRUE(probe->write_memory({}, 0x20000000, hex("000102030405060708090a0b0c0d0e0f10111213")));
  EXPECT_EQ(lines(), (std::vector<std::string>{
                         "usb write-memory f2080000002014 > 000102030405060708090a0b0c0d0e0f... (20 bytes)",
                         "usb memory-status f23e < 800000000000000000000000"}));
}

TEST_F(Recording, a_data_block_of_sixteen_bytes_is_no_command) {
  const std::string block = "f23c0000000000000000000000000000";
  script.take_data("f208 00000020 1000", block);
  script.answer("f23e", kOk12);
  const auto before = recording.round_trips();
  ASSERT_TRUE(probe->write_memory({}, 0x20000000, hex(block)));
  EXPECT_EQ(recording.round_trips() - before, 2U);
  EXPECT_EQ(lines().front(), "usb write-memory f2080000002010 > " + block);
}

TEST_F(Recording, shows_the_reset_line_beside_the_command) {
  script.answer("f23c00", kOk2);
  ASSERT_TRUE(probe->drive_reset(true));
  script.answer("f23c01", kOk2);
  ASSERT_TRUE(probe->drive_reset(false));
  EXPECT_EQ(lines(), (std::vector<std::string>{"line nrst (probe) 0", "usb nrst-assert f23c < 8000",
                                               "line nrst (probe) 1", "usb nrst-release f23c01 < 8000"}));
}

TEST_F(Recording, hides_what_is_concealed) {
  script.take_data("f208 00000020 0400", "deadbeef");
  script.answer("f23e", kOk12);
  {
    const Timeline::Concealment hidden(timeline);
    ASSERT_TRUE(probe->write_memory({}, 0x20000000, hex("deadbeef")));
  }
  for (const Record& each : timeline.records()) {
    EXPECT_TRUE(each.concealed);
    EXPECT_EQ(each.text, "");
  }
  EXPECT_EQ(timeline.records().front().name, "write-memory");
}

TEST_F(Recording, shows_failures) {
  script.break_with("f7", Code::probe_stalled);
  ASSERT_FALSE(probe->target_voltage());
  EXPECT_EQ(lines().front(), "usb target-voltage f700 ! PROBE_STALLED");
}

TEST_F(Recording, counts_commands_and_bytes_not_draining) {
  const auto round_trips = recording.round_trips();
  const auto transfers = recording.traffic().transfers.load();
  script.answer("f7", "fa050000fb070000");
  ASSERT_TRUE(probe->target_voltage());
  EXPECT_EQ(recording.round_trips() - round_trips, 1U);
  EXPECT_EQ(recording.traffic().transfers.load() - transfers, 2U);
}

TEST(CommandName, covers_the_unnamed) {
  EXPECT_EQ(command_name(hex("f27f00")), "command-f2-7f");
  EXPECT_EQ(command_name(hex("f23c01")), "nrst-release");
  EXPECT_EQ(command_name(hex("f23000")), "enter-jtag");
}

}  // namespace
}  // namespace rigor
