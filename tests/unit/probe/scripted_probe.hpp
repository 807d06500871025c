// An ST-LINK on a script, with a clock whose waits end at once. What was scripted has to be asked for by the
// end.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "framework/probe/st_link.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor::test {

struct ScriptedTest : testing::Test {
  ScriptedHost host;
  Script& script = host.script;
  InstantClock clock;

  void TearDown() override { script.finish(); }
};

struct ScriptedProbe : ScriptedTest {
  std::unique_ptr<Probe> probe;

  void open(const std::string& version = kV2J47S7) {
    script.open_with(version);
    probe = open_st_link(host, "1-2", clock).value();
  }
  // `version` is the reply to FB: hardware, SWIM, JTAG, disk, bridge, power.
  void open_v3(const std::string& version = "0301110a0600") {
    host.identity.product = 0x374F;
    script.open_with_long_version(version);
    probe = open_st_link(host, "1-2", clock).value();
  }
  void attach() {
    script.answer("f5", "0100");
    script.answer("f230a3", kOk2);
    ASSERT_TRUE(probe->attach());
  }
};

}  // namespace rigor::test
