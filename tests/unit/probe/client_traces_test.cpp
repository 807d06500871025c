// Our bytes against those recorded from other programs (shared vectors, stlink/client-traces; requests are real, the
// replies there are not evidence). Of every command that both use, ours has to be one that they sent.
#include <gtest/gtest.h>

#include <fstream>
#include <ranges>
#include <set>

#include "framework/probe/attaching.hpp"
#include "framework/probe/probe_reset_pin.hpp"
#include "framework/probe/st_link.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/obliging_usb.hpp"

namespace rigor {
namespace {

using namespace test;

// Over USB a line of their own; to a stlink-server behind the eight bytes that begin its request 05.
std::optional<std::string> command_in(const std::string& line) {
  constexpr std::string_view kUsb = "CMD[16] ", kServer = "] 05 00 00 00 ";
  constexpr std::size_t kConnection = 3 * 4, kCommand = 3 * 16;
  if (const auto at = line.find(kUsb); at != std::string::npos) return padded_command(line.substr(at + kUsb.size()));
  const auto at = line.find(kServer);
  if (at == std::string::npos || line.find("C>S[") == std::string::npos) return std::nullopt;
  return padded_command(line.substr(at + kServer.size() + kConnection, kCommand));
}

std::vector<std::string> recorded_commands(const std::string& trace) {
  std::ifstream file(st_link_vectors() / "client-traces" / trace);
  std::vector<std::string> commands;
  for (std::string line; std::getline(file, line);)
    if (auto command = command_in(line)) commands.push_back(*std::move(command));
  return commands;
}

// Group and operation: F2 07. Of other groups than F2 the first byte alone is the command.
std::string operation_of(const std::string& command) { return command.substr(0, command.starts_with("f2") ? 4 : 2); }

Result<void> read_core_id(Probe& probe, std::uint32_t control = 0) {
  return without_value(probe.read_word({0, control}, 0xE000ED00));
}

// What OpenOCD does when it connects, at the speeds and on the port it uses.
template <unsigned Khz>
Result<void> as_openocd(Probe& probe) {
  RIGOR_CHECK(probe.target_voltage());
  RIGOR_CHECK(probe.set_speed_khz(5));
  RIGOR_CHECK(probe.attach());
  RIGOR_CHECK(probe.open_access_port(0));
  RIGOR_CHECK(read_core_id(probe));
  RIGOR_CHECK(probe.set_speed_khz(Khz));
  RIGOR_CHECK(probe.drive_reset(false));
  RIGOR_CHECK(read_core_id(probe, 0xA2000000));
  RIGOR_CHECK(probe.close_access_port(0));
  return probe.detach();
}

Result<void> as_openocd_under_reset(Probe& probe) {
  ProbeResetPin pin(probe);
  RIGOR_CHECK(attach(probe, AttachMode::under_reset, 1800, &pin));
  RIGOR_CHECK(probe.open_access_port(0));
  RIGOR_CHECK(read_core_id(probe));
  return probe.drive_reset(false);
}

Result<void> as_openocd_hla(Probe& probe) {
  RIGOR_CHECK(probe.target_voltage());
  RIGOR_CHECK(attach(probe, AttachMode::normal, 1800));
  RIGOR_CHECK(probe.open_access_port(0));
  RIGOR_CHECK(read_core_id(probe));
  return probe.detach();
}

Result<void> as_pyocd(Probe& probe) {
  RIGOR_CHECK(probe.target_voltage());
  RIGOR_CHECK(attach(probe, AttachMode::normal, 1000));
  RIGOR_CHECK(probe.read_debug_port_id());
  RIGOR_CHECK(probe.open_access_port(0));
  RIGOR_CHECK(probe.read_word({0, 0x23000000}, 0xE000EDFC));
  return probe.detach();
}

Result<void> as_pyocd_list(Probe& probe) { return without_value(probe.target_voltage()); }

template <unsigned Khz>
Result<void> as_st_info(Probe& probe) {
  RIGOR_CHECK(attach(probe, AttachMode::normal, Khz));
  RIGOR_CHECK(probe.drive_reset(true));
  return probe.drive_reset(false);
}

Result<void> as_st_info_under_reset(Probe& probe) {
  ProbeResetPin pin(probe);
  RIGOR_CHECK(attach(probe, AttachMode::under_reset, 1800, &pin));
  return pin.release();
}

Result<void> as_st_flash(Probe& probe) {
  RIGOR_CHECK(attach(probe, AttachMode::normal, 1800));
  Bytes into(64);
  RIGOR_CHECK(probe.read_memory({}, 0x08000000, into));
  return probe.detach();
}

struct Session {
  const char* trace;
  std::uint16_t product;
  Result<void> (*play)(Probe&);
  std::size_t shared;  // commands of ours that the other program uses too, at least
};
class ClientTrace : public testing::TestWithParam<Session> {
 protected:
  void SetUp() override {
    recorded = recorded_commands(GetParam().trace);
    if (recorded.empty()) GTEST_SKIP() << "no traces at " << st_link_vectors() << "; set RIGOR_VECTORS";
    InstantClock clock;
    ObligingHost host(GetParam().product);
    auto probe = open_st_link(host, "1-2", clock).value();
    const auto played = GetParam().play(*probe);
    ASSERT_TRUE(played) << played.error().describe();
    ours = host.commands;
  }
  std::vector<std::string> recorded;
  std::vector<std::string> ours;
};

TEST_P(ClientTrace, has_our_bytes_wherever_the_commands_overlap) {
  std::set<std::string> operations;
  for (const std::string& command : recorded) operations.insert(operation_of(command));
  std::size_t shared = 0;
  for (const std::string& command : ours) {
    if (!operations.contains(operation_of(command))) continue;
    EXPECT_NE(std::ranges::find(recorded, command), recorded.end()) << command;
    ++shared;
  }
  EXPECT_GE(shared, GetParam().shared);
}

// NRST and the entry into SWD keep the order in which the others move them.
TEST_P(ClientTrace, has_our_order_of_reset_and_entry) {
  const auto is_reset_or_entry = [](const std::string& command) {
    return command.starts_with("f23c") || command.starts_with("f230a3");
  };
  auto next = recorded.begin();
  for (const std::string& command : ours | std::views::filter(is_reset_or_entry)) {
    next = std::find(next, recorded.end(), command);
    if (next == recorded.end()) break;
    ++next;
  }
  // stlink-tools does not assert NRST again after the entry, we and OpenOCD do.
  const bool once = GetParam().play == as_st_info_under_reset;
  EXPECT_EQ(next == recorded.end(), once);
}

INSTANTIATE_TEST_SUITE_P(
    table, ClientTrace,
    testing::Values(Session{"openocd-0.12.0_v2_dapdirect-swd_init.trace", 0x3748, as_openocd<1800>, 14},
                    Session{"openocd-0.12.0_v2_dapdirect-swd_memory-registers.trace", 0x3748, as_openocd<1800>, 14},
                    Session{"openocd-0.12.0_v2_dapdirect-swd_connect-assert-srst_reset-halt.trace", 0x3748,
                            as_openocd_under_reset, 10},
                    Session{"openocd-0.12.0_v2_hla-swd_init.trace", 0x3748, as_openocd_hla, 10},
                    Session{"openocd-0.12.0_v2_tcp-backend_init-halt.trace", 0x3748, as_openocd<1800>, 14},
                    Session{"openocd-0.12.0_v3_dapdirect-swd_init.trace", 0x374F, as_openocd<1000>, 16},
                    Session{"pyocd-0.45_v2_commander.trace", 0x3748, as_pyocd, 12},
                    Session{"pyocd-0.45_v2_list.trace", 0x3748, as_pyocd_list, 4},
                    Session{"st-info-1.7.0_v2_probe.trace", 0x3748, as_st_info<1800>, 8},
                    Session{"st-info-1.7.0_v2_probe_connect-under-reset.trace", 0x3748, as_st_info_under_reset, 8},
                    Session{"st-info-1.7.0_v3_probe.trace", 0x374F, as_st_info<1000>, 9},
                    Session{"st-info-1.8.0_v3_probe.trace", 0x374F, as_st_info<1000>, 8},
                    Session{"st-flash-1.7.0_v2_read64.trace", 0x3748, as_st_flash, 8}),
    [](const auto& test) {
      std::string name = test.param.trace;
      std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

}  // namespace
}  // namespace rigor
