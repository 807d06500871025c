#include "framework/probe/opening.hpp"

#include <fmt/format.h>

#include <utility>

namespace rigor {
namespace {

using namespace std::chrono_literals;

// A V2-1 look-alike disconnects for about 1.5 s (st-link-protocol.md 3); twice that, and room for a slow host.
constexpr Duration kReenumerationLimit = 5s;
constexpr Duration kReenumerationPoll = 100ms;

bool is_bootloader(StLinkMode mode) { return mode == StLinkMode::bootloader || mode == StLinkMode::usb_bootloader; }

Result<void> leave(CommandPort& port, StLinkMode mode) {
  switch (mode) {
    case StLinkMode::bootloader:
    case StLinkMode::usb_bootloader:
      return port.send(Command{0xF3, 0x07});
    case StLinkMode::debug:
      return port.send(Command{0xF2, 0x21});
    case StLinkMode::swim:
      return port.send(Command{0xF4, 0x01});
    case StLinkMode::idle:
      break;
  }
  return {};
}

// The first command after plugging times out on some clones, later ones are answered (st-link-clones.md 1.6).
Result<StLinkMode> read_first_mode(CommandPort& port) {
  auto mode = read_mode(port);
  if (!mode && mode.error().code() == Code::probe_timeout) mode = read_mode(port);
  return mode;
}

Result<void> settle_mode(CommandPort& port, bool& left_bootloader) {
  RIGOR_TRY(const StLinkMode mode, read_first_mode(port));
  if (mode == StLinkMode::idle) return {};
  RIGOR_CHECK(leave(port, mode));
  left_bootloader = left_bootloader || is_bootloader(mode);
  RIGOR_TRY(const StLinkMode now, read_mode(port));
  if (now == StLinkMode::idle) return {};
  return fail(Code::probe_confused,
              fmt::format("{} at {} stays in mode {}", port.product().model, port.usb().path, std::to_underlying(now)));
}

Result<std::unique_ptr<CommandPort>> open_settled(UsbHost& host, const std::string& usb_path, bool& left_bootloader) {
  RIGOR_TRY(auto port, CommandPort::open(host, usb_path));
  port->drain();
  RIGOR_CHECK(settle_mode(*port, left_bootloader));
  return port;
}

Error never_came_back(Error last, const std::string& usb_path) {
  if (last.code() != Code::probe_missing) return last;
  return Error(Code::probe_lost, fmt::format("the probe at {} left its bootloader and did not come back", usb_path))
      .hint("check the USB cable")
      .because(std::move(last));
}

}  // namespace

Result<StLinkMode> read_mode(CommandPort& port) {
  RIGOR_TRY(const Bytes reply, port.ask(Command{0xF5}, 2));
  if (reply[0] > std::to_underlying(StLinkMode::usb_bootloader)) {
    return fail(Code::probe_confused,
                fmt::format("{} at {} answers mode {}", port.product().model, port.usb().path, to_hex(reply)));
  }
  return static_cast<StLinkMode>(reply[0]);
}

Result<StLinkVersion> read_version(CommandPort& port) {
  RIGOR_TRY(const Bytes reply, port.ask(Command{0xF1}, kShortVersionSize));
  RIGOR_TRY(const StLinkVersion version, decode_short_version(reply));
  if (!version.needs_extended()) return version;
  RIGOR_TRY(const Bytes extended, port.ask(Command{0xFB}, kExtendedVersionSize));
  return decode_extended_version(extended);
}

Result<std::unique_ptr<CommandPort>> open_application(UsbHost& host, const std::string& usb_path, Clock& clock) {
  const TimePoint deadline = clock.now() + kReenumerationLimit;
  bool left_bootloader = false;
  for (;;) {
    auto port = open_settled(host, usb_path, left_bootloader);
    if (port || !left_bootloader) return port;
    if (clock.now() >= deadline) return fail(never_came_back(std::move(port).error(), usb_path));
    RIGOR_CHECK(clock.sleep_for(kReenumerationPoll));
  }
}

}  // namespace rigor
