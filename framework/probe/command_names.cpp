// Names of ST-LINK commands for traces (st-link-protocol.md 4).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "framework/probe/recording_usb.hpp"

namespace rigor {
namespace {

struct Name {
  std::uint8_t group = 0;
  int operation = kAny;
  int argument = kAny;
  std::string_view name;
  static constexpr int kAny = -1;
};
constexpr int kAny = Name::kAny;

constexpr std::array kNames{
    Name{0xF1, kAny, kAny, "version"},
    Name{0xFB, kAny, kAny, "version-extended"},
    Name{0xF5, kAny, kAny, "mode"},
    Name{0xF7, kAny, kAny, "target-voltage"},
    Name{0xF8, kAny, kAny, "straps"},
    Name{0xF9, 0x00, kAny, "bootloader-available"},
    Name{0xF9, 0x01, kAny, "enter-bootloader"},
    Name{0xFD, kAny, kAny, "target-power"},
    Name{0xF3, 0x07, kAny, "start-application"},
    Name{0xF3, 0x08, kAny, "bootloader-identity"},
    Name{0xF4, 0x01, kAny, "leave-swim"},
    Name{0xF2, 0x07, kAny, "read-memory"},
    Name{0xF2, 0x08, kAny, "write-memory"},
    Name{0xF2, 0x0C, kAny, "read-memory-8"},
    Name{0xF2, 0x0D, kAny, "write-memory-8"},
    Name{0xF2, 0x21, kAny, "leave-debug"},
    Name{0xF2, 0x30, 0xA3, "enter-swd"},
    Name{0xF2, 0x30, kAny, "enter-jtag"},
    Name{0xF2, 0x31, kAny, "read-id-code"},
    Name{0xF2, 0x32, kAny, "reset-target"},
    Name{0xF2, 0x35, kAny, "write-debug-word"},
    Name{0xF2, 0x36, kAny, "read-debug-word"},
    Name{0xF2, 0x3B, kAny, "memory-status"},
    Name{0xF2, 0x3C, 0x00, "nrst-assert"},
    Name{0xF2, 0x3C, 0x01, "nrst-release"},
    Name{0xF2, 0x3C, 0x02, "nrst-pulse"},
    Name{0xF2, 0x3E, kAny, "memory-status"},
    Name{0xF2, 0x43, kAny, "set-speed"},
    Name{0xF2, 0x45, kAny, "read-dap-register"},
    Name{0xF2, 0x46, kAny, "write-dap-register"},
    Name{0xF2, 0x47, kAny, "read-memory-16"},
    Name{0xF2, 0x48, kAny, "write-memory-16"},
    Name{0xF2, 0x4B, kAny, "open-access-port"},
    Name{0xF2, 0x4C, kAny, "close-access-port"},
    Name{0xF2, 0x50, kAny, "write-memory-fixed"},
    Name{0xF2, 0x51, kAny, "mixed-access"},
    Name{0xF2, 0x52, kAny, "mixed-access-results"},
    Name{0xF2, 0x54, kAny, "read-memory-fixed"},
    Name{0xF2, 0x56, kAny, "board-identifier"},
    Name{0xF2, 0x61, kAny, "set-speed"},
    Name{0xF2, 0x62, kAny, "read-speeds"},
};

}  // namespace

std::string command_name(ByteView command) {
  if (command.size() < 3) return "command";
  const auto fits = [](int wanted, std::uint8_t found) { return wanted == kAny || wanted == found; };
  const auto found = std::ranges::find_if(kNames, [&](const Name& each) {
    return each.group == command[0] && fits(each.operation, command[1]) && fits(each.argument, command[2]);
  });
  if (found != kNames.end()) return std::string(found->name);
  return fmt::format("command-{:02x}-{:02x}", command[0], command[1]);
}

std::vector<std::string> command_names() {
  std::set<std::string> names;
  for (const Name& each : kNames) names.emplace(each.name);
  return {names.begin(), names.end()};
}

}  // namespace rigor
