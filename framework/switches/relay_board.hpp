// One USB relay board of the common kind: 16C0:05DF, product "USBRelay2", sold with 1 to 8 relays.
//
// It speaks through one feature report of 8 bytes without a number (the firmware is V-USB's HID example). Read: its
// serial of 5 characters and a zero, a byte of nothing, and the relays' state, a bit for each, relay 1 the lowest.
// Written: FF n switches relay n on, FD n off (FE and FC do it to all of them); the rest is zero. Its USB descriptors
// have no serial number, so it is the one in the report that counts. Sources: the program usb-relay-hid, and the
// firmware that J. McDowell wrote for the board in 2016.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "framework/switches/hid_devices.hpp"

namespace rigor {

inline constexpr std::uint16_t kRelayBoardVendor = 0x16C0;
inline constexpr std::uint16_t kRelayBoardProduct = 0x05DF;
inline constexpr unsigned kMostRelays = 8;

// The number at the end of "USBRelay2"; 0 for a product of another name, since other devices share the numbers.
[[nodiscard]] unsigned relay_count(const std::string& product);

struct RelayBoardReport {
  std::string serial;
  std::uint8_t state = 0;
  [[nodiscard]] bool is_on(unsigned relay) const { return (state >> (relay - 1) & 1U) != 0; }
};

// Errors: line_failed, also for an answer that is none.
[[nodiscard]] Result<RelayBoardReport> read_relay_board(HidDevice& board);
// Relays count from 1. Returns when the board's report says so.
[[nodiscard]] Result<void> switch_relay(HidDevice& board, unsigned relay, bool on);

}  // namespace rigor
