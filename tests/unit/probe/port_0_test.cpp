// Access port 0 is opened for debug authentication, while nothing may touch the core: the commands prove it.
#include <gmock/gmock.h>

#include "framework/probe/attaching.hpp"
#include "tests/unit/probe/obliging_usb.hpp"
#include "tests/unit/probe/scripted_probe.hpp"

namespace rigor {
namespace {

using namespace test;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

class Port0 : public testing::TestWithParam<std::uint16_t> {};
INSTANTIATE_TEST_SUITE_P(Probes, Port0, testing::Values(0x3748, 0x374F),
                         [](const auto& each) { return each.param == 0x3748 ? "v2" : "v3"; });

// Of every command that there is, these reach no memory and no register of a core, nor do they move NRST: mode,
// versions, leaving the bootloader and debug mode, speed, entering SWD, opening and closing an access port, identity of
// the debug port.
TEST_P(Port0, is_opened_without_a_command_that_touches_the_core) {
  InstantClock clock;
  ObligingHost host(GetParam());
  {
    const auto probe = open_st_link(host, "1-2", clock).value();
    ASSERT_TRUE(attach(*probe, AttachMode::normal, 1000));
    ASSERT_TRUE(probe->read_debug_port_id());
    ASSERT_TRUE(probe->open_access_port(0));
    ASSERT_TRUE(probe->close_access_port(0));
  }
  EXPECT_THAT(host.commands, Contains(padded_command("f24b00")));  // mode byte 00: no core
  EXPECT_THAT(host.commands, Each(AnyOf(padded_command("f5"), padded_command("f1"), padded_command("fb"),
                                        padded_command("f307"), padded_command("f221"), padded_command("f230a3"),
                                        padded_command("f24b00"), padded_command("f24c00"), StartsWith("f243"),
                                        StartsWith("f261"), padded_command("f262"), padded_command("f245ffff0000"))));
}

using Refused = ScriptedProbe;

TEST_F(Refused, port_0_by_the_firmware_known_for_it_is_the_probes_fault) {
  open("2b9a 8304 4b37");  // V2J46M26
  script.answer("f24b00", "1d00");
  script.answer("f246ffff0000 1e000000", kOk2);
  const auto opened = probe->open_access_port(0);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::probe_refused);
  EXPECT_THAT(opened.error().message(), HasSubstr("V2J46M26"));
  EXPECT_THAT(opened.error().hint_text(), HasSubstr("STLINK-V3"));
}

TEST_F(Refused, the_next_port_by_the_same_firmware_is_the_chips) {
  open();  // V2J47S7
  script.answer("f24b01", "1d00");
  script.answer("f246ffff0000 1e000000", kOk2);
  EXPECT_EQ(probe->open_access_port(1).error().code(), Code::access_port_locked);
}

TEST_F(Refused, port_0_by_another_firmware_is_the_chips) {
  open("2b47 8304 4837");  // V2J45S7
  script.answer("f24b00", "1d00");
  script.answer("f246ffff0000 1e000000", kOk2);
  EXPECT_EQ(probe->open_access_port(0).error().code(), Code::access_port_locked);
}

// A fault comes from the other end of the wire.
TEST_F(Refused, port_0_with_a_fault_is_the_chips) {
  open();
  script.answer("f24b00", "1100");
  script.answer("f246ffff0000 1e000000", kOk2);
  EXPECT_EQ(probe->open_access_port(0).error().code(), Code::access_port_locked);
}

}  // namespace
}  // namespace rigor
