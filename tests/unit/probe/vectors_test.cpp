// Our bytes against those that pyswd published.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "framework/probe/st_link.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/obliging_usb.hpp"

namespace rigor {
namespace {

using namespace test;

using Call = std::function<Result<void>(Probe&)>;

Call read(AccessSize size, std::size_t length) {
  return [=](Probe& probe) {
    Bytes into(length);
    return probe.read_sized(size, {}, 0x08000000, into);
  };
}
Call write(AccessSize size, std::size_t length) {
  return [=](Probe& probe) { return probe.write_sized(size, {}, 0x20001000, Bytes(length)); };
}

// What our driver does for a vector of that name. Left out are commands that it has no use for: registers of the core
// (33, 34) and single words (35, 36), and the version, which it asks for without pyswd's second byte.
const std::map<std::string, Call> kCalls{
    {"get_mode", [](Probe& probe) { return probe.attach(); }},
    {"enter_swd", [](Probe& probe) { return probe.attach(); }},
    {"leave_debug",
     [](Probe& probe) -> Result<void> {
       RIGOR_CHECK(probe.attach());
       return probe.detach();
     }},
    {"target_voltage", [](Probe& probe) { return without_value(probe.target_voltage()); }},
    {"read_idcodes", [](Probe& probe) { return without_value(probe.read_debug_port_id()); }},
    {"read8_1", read(AccessSize::byte, 1)},
    {"read8_64", read(AccessSize::byte, 64)},
    {"read16_4", read(AccessSize::halfword, 4)},
    {"read16_1024", read(AccessSize::halfword, 1024)},
    {"read32_4", read(AccessSize::word, 4)},
    {"read32_1024", read(AccessSize::word, 1024)},
    {"write8_1", write(AccessSize::byte, 1)},
    {"write8_64", write(AccessSize::byte, 64)},
    {"write16_4", write(AccessSize::halfword, 4)},
    {"write16_1024", write(AccessSize::halfword, 1024)},
    {"write32_4", write(AccessSize::word, 4)},
    {"write32_1024", write(AccessSize::word, 1024)},
};

TEST(PyswdVectors, our_commands_are_the_same_bytes) {
  std::ifstream file(st_link_vectors() / "pyswd-byte-vectors.json");
  if (!file) GTEST_SKIP() << "no vectors at " << st_link_vectors() << "; set RIGOR_VECTORS";
  std::size_t compared = 0;
  const auto document = nlohmann::json::parse(file);
  for (const auto& vector : document.at("vectors")) {
    const auto call = kCalls.find(vector.at("name"));
    if (call == kCalls.end()) continue;
    InstantClock clock;
    ObligingHost host(0x3748);
    // The id code is asked for by its own command only where firmware has no register access.
    if (call->first == "read_idcodes") host.v2_version = "25c783044837";
    auto probe = open_st_link(host, "1-2", clock);
    ASSERT_TRUE(probe) << probe.error().describe();
    host.commands.clear();
    const auto done = call->second(**probe);
    ASSERT_TRUE(done) << call->first << ": " << done.error().describe();
    EXPECT_NE(std::ranges::find(host.commands, padded_command(vector.at("command"))), host.commands.end())
        << call->first;
    ++compared;
  }
  EXPECT_EQ(compared, kCalls.size());
}

}  // namespace
}  // namespace rigor
