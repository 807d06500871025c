#include "framework/probe/st_link.hpp"

#include "framework/probe/attaching.hpp"
#include "framework/probe/probe_reset_pin.hpp"
#include "tests/unit/probe/scripted_probe.hpp"

namespace rigor {
namespace {

using namespace test;

using StLink = ScriptedProbe;

TEST_F(StLink, attaches_without_reset_or_halt) {
  open();
  attach();
}

TEST_F(StLink, hot_plug_sends_nothing_but_the_entry) {
  open();
  script.answer("f5", "0100");
  script.answer("f230a3", kOk2);
  EXPECT_TRUE(rigor::attach(*probe, AttachMode::hot_plug, 1800));
}

TEST_F(StLink, a_normal_attach_sets_the_speed_first) {
  open();
  script.answer("f243 0100", kOk2);
  script.answer("f5", "0100");
  script.answer("f243 0100", kOk2);
  script.answer("f230a3", kOk2);
  EXPECT_TRUE(rigor::attach(*probe, AttachMode::normal, 1800));
}

// st-link-protocol.md 8: 3C 00, 30 A3, 3C 00 again; whoever asked releases it.
TEST_F(StLink, under_reset_holds_nrst_around_the_entry) {
  open();
  ProbeResetPin pin(*probe);
  script.answer("f23c00", kOk2);
  script.answer("f243 0100", kOk2);
  script.answer("f5", "0100");
  script.answer("f243 0100", kOk2);
  script.answer("f230a3", kOk2);
  script.answer("f23c00", kOk2);
  EXPECT_TRUE(rigor::attach(*probe, AttachMode::under_reset, 1800, &pin));
}

TEST_F(StLink, a_failed_attach_under_reset_lets_go_of_nrst) {
  open();
  ProbeResetPin pin(*probe);
  script.answer("f23c00", kOk2);
  script.answer("f243 0100", "4100");
  script.answer("f23c01", kOk2);
  EXPECT_EQ(rigor::attach(*probe, AttachMode::under_reset, 1800, &pin).error().code(), Code::probe_refused);
  EXPECT_EQ(rigor::attach(*probe, AttachMode::under_reset, 1800).error().code(), Code::capability_missing);
}

TEST_F(StLink, leaves_debug_mode_when_it_goes) {
  open();
  attach();
  script.answer("f5", "0200");
  script.take("f221");
  probe.reset();
}

TEST_F(StLink, says_nothing_at_the_end_when_it_never_attached) {
  open();
  probe.reset();
}

TEST_F(StLink, silence_comes_with_the_voltage_the_probe_sees) {
  open();
  script.answer("f5", "0100");
  script.answer("f230a3", "0500");
  script.answer("f7", "fa050000 04000000");
  const auto attached = probe->attach();
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().code(), Code::swd_no_answer);
  EXPECT_NE(attached.error().hint_text().find("0.01 V"), std::string::npos) << attached.error().describe();
}

TEST_F(StLink, attaching_again_enters_anew_and_opens_ports_when_they_are_used) {
  open();
  attach();
  script.answer("f24b01", kOk2);
  ASSERT_TRUE(probe->open_access_port(1));
  // The target lost power; the probe stayed in debug mode.
  script.answer("f5", "0200");
  script.take("f221");
  script.answer("f230a3", kOk2);
  ASSERT_TRUE(probe->attach());
  script.answer("f24b01", kOk2);
  script.answer("f207 00ed00e0 0400 01", "41c20f41");
  script.answer("f23e", kOk12);
  EXPECT_EQ(probe->read_word({1}, 0xE000ED00).value(), 0x410FC241U);
}

TEST_F(StLink, attaching_again_keeps_speed_and_a_held_reset) {
  open();
  script.answer("f243 0100", kOk2);
  ASSERT_EQ(probe->set_speed_khz(1800).value(), 1800U);
  script.answer("f23c00", kOk2);
  ASSERT_TRUE(probe->drive_reset(true));
  script.answer("f5", "0100");
  script.answer("f243 0100", kOk2);
  script.answer("f230a3", kOk2);
  script.answer("f23c00", kOk2);
  ASSERT_TRUE(probe->attach());
}

TEST_F(StLink, sets_a_divisor_on_v2) {
  open();
  script.answer("f243 1e03", kOk2);
  EXPECT_EQ(probe->set_speed_khz(5).value(), 5U);
  script.answer("f243 0300", kOk2);
  EXPECT_EQ(probe->set_speed_khz(1000).value(), 950U);
}

TEST_F(StLink, sets_kilohertz_on_v3_and_believes_the_answer) {
  open_v3();
  script.answer("f262", "80000000 e8030000 07000000 c05d0000 401f0000 e40c0000 e8030000 c8000000 32000000 05000000" +
                            std::string(24, '0'));
  script.answer("f26100 00 401f0000", "80000000 401f0000");
  EXPECT_EQ(probe->set_speed_khz(10000).value(), 8000U);
}

TEST_F(StLink, refuses_a_v3_that_offers_no_speed) {
  open_v3();
  script.answer("f262", "80" + std::string(102, '0'));
  EXPECT_EQ(probe->set_speed_khz(1000).error().code(), Code::probe_confused);
}

TEST_F(StLink, reads_the_debug_port_s_id) {
  open();
  script.answer("f245ffff0000", "80000000 7724e10b");
  EXPECT_EQ(probe->read_debug_port_id().value(), 0x0BE12477U);
}

TEST_F(StLink, reads_the_id_code_where_firmware_has_no_register_access) {
  open("25c4 8304 4837");  // J23
  script.answer("f231", "80005555 7724e10b 00000000");
  EXPECT_EQ(probe->read_debug_port_id().value(), 0x0BE12477U);
}

TEST_F(StLink, a_fault_in_reading_the_id_is_silence) {
  open();
  script.answer("f245ffff0000", "16000000 00000000");
  script.answer("f246ffff0000 1e000000", kOk2);
  script.answer("f7", "fa050000 fb070000");
  const auto id = probe->read_debug_port_id();
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code(), Code::swd_no_answer);
  EXPECT_TRUE(id.error().involves(Code::swd_fault));
}

TEST_F(StLink, an_id_of_all_ones_is_silence) {
  open();
  script.answer("f245ffff0000", "80000000 ffffffff");
  script.answer("f7", "fa050000 fb070000");
  EXPECT_EQ(probe->read_debug_port_id().error().code(), Code::swd_no_answer);
}

TEST_F(StLink, reads_the_voltage_recorded_by_pyswd) {
  open();
  script.answer("f7", "fa050000 fb070000");
  EXPECT_NEAR(probe->target_voltage().value(), 3.204706, 1e-6);
}

TEST_F(StLink, a_voltage_without_reference_is_none) {
  open();
  script.answer("f7", "00000000 00000000");
  EXPECT_EQ(probe->target_voltage().error().code(), Code::probe_confused);
}

TEST_F(StLink, drives_nrst) {
  open();
  ProbeResetPin pin(*probe);
  script.answer("f23c00", kOk2);
  EXPECT_TRUE(pin.hold());
  script.answer("f23c01", kOk2);
  EXPECT_TRUE(pin.release());
  EXPECT_EQ(pin.driven_by(), "probe");
}

TEST_F(StLink, a_port_is_opened_once) {
  open();
  script.answer("f24b01", kOk2);
  EXPECT_TRUE(probe->open_access_port(1));
  EXPECT_TRUE(probe->open_access_port(1));
  script.answer("f24c01", kOk2);
  EXPECT_TRUE(probe->close_access_port(1));
  EXPECT_TRUE(probe->close_access_port(1));
}

TEST_F(StLink, a_port_that_does_not_open_is_locked) {
  open();
  script.answer("f24b01", "1d00");
  script.answer("f246ffff0000 1e000000", kOk2);
  const auto opened = probe->open_access_port(1);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::access_port_locked);
  EXPECT_TRUE(opened.error().involves(Code::access_port_closed));
}

TEST_F(StLink, j28_is_not_asked_to_close) {
  open("2707 8304 4837");  // J28
  script.answer("f24b00", kOk2);
  EXPECT_TRUE(probe->open_access_port(0));
  EXPECT_TRUE(probe->close_access_port(0));
}

struct TooOld {
  const char* version;
  const char* needed;
  Result<void> (*call)(Probe&);
};
class OldFirmware : public StLink, public testing::WithParamInterface<TooOld> {};
TEST_P(OldFirmware, says_what_would_do) {
  open(GetParam().version);
  const auto outcome = GetParam().call(*probe);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Code::probe_too_old);
  EXPECT_NE(outcome.error().message().find(GetParam().needed), std::string::npos) << outcome.error().message();
  EXPECT_FALSE(outcome.error().hint_text().empty());
}
INSTANTIATE_TEST_SUITE_P(
    table, OldFirmware,
    testing::Values(TooOld{"2304 8304 4837", "V2J13",
                           [](Probe& p) -> Result<void> {
                             RIGOR_CHECK(p.target_voltage());
                             return {};
                           }},
                    TooOld{"2544 8304 4837", "V2J22",
                           [](Probe& p) -> Result<void> {
                             RIGOR_CHECK(p.set_speed_khz(1000));
                             return {};
                           }},
                    TooOld{"26c7 8304 4837", "V2J28", [](Probe& p) { return p.open_access_port(1); }},
                    TooOld{"27c7 8304 4837", "V2J32", [](Probe& p) { return p.write_word({1}, 0, 0); }},
                    TooOld{"27c7 8304 4837", "V2J32", [](Probe& p) { return p.write_word({0, 0x0B000000}, 0, 0); }}));

TEST_F(StLink, port_zero_needs_no_opening_on_old_firmware) {
  open("26c7 8304 4837");  // J27
  EXPECT_TRUE(probe->open_access_port(0));
}

class UsbFailure : public StLink, public testing::WithParamInterface<Code> {};
TEST_P(UsbFailure, keeps_its_name_and_the_next_command_works) {
  open();
  script.break_with("f7", GetParam());
  EXPECT_EQ(probe->target_voltage().error().code(), GetParam());
  script.stale.push_back(hex("fa050000fb070000"));  // the late answer
  script.answer("f23c01", kOk2);
  EXPECT_TRUE(probe->drive_reset(false));
}
INSTANTIATE_TEST_SUITE_P(table, UsbFailure,
                         testing::Values(Code::probe_stalled, Code::probe_timeout, Code::probe_lost, Code::io_failed));

TEST_F(StLink, a_short_reply_is_confusion) {
  open();
  script.answer("f7", "fa05");
  EXPECT_EQ(probe->target_voltage().error().code(), Code::probe_confused);
}

}  // namespace
}  // namespace rigor
