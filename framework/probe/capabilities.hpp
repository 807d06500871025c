// What a firmware can do, from its version alone: one table (st-link-protocol.md 6).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "framework/probe/probe.hpp"
#include "framework/probe/version.hpp"

namespace rigor {

enum class Feature : std::uint8_t {
  target_voltage,            // F7
  trace,                     // F2 40, 41, 42: the SWO pin
  status_with_address,       // F2 3E; older: F2 3B, without the address
  floating_point_registers,  // F2 33 from 0x20 on
  jtag_without_reset,        // F2 30 A4
  clock_divisor,             // F2 43
  jtag_clock_divisor,        // F2 44
  clock_table,               // F2 61, 62
  debug_port_registers,      // F2 45
  halfword_memory,           // F2 47, 48
  fixed_address_write,       // F2 50
  access_port_selection,     // F2 4B; before it the probe opens access port 0 by itself
  access_port_close,         // F2 4C works (J28 always answers 1D)
  access_port_in_commands,   // access port and CSW bytes of memory commands are honoured
  banked_debug_port,         // F2 45, 46 take (bank << 4) | register
  fixed_address_read,        // F2 54
  mixed_accesses,            // F2 51, 52: many accesses in one exchange
  target_power,              // FD
  design_for_test_register,  // F2 55
  board_identifier,          // F2 56
  long_byte_blocks,          // 512 bytes in one 8-bit memory command instead of 64
  access_port_must_be_open,  // memory commands answer 1D before F2 4B
};

struct FeatureRow {
  Feature feature = Feature::target_voltage;
  std::string_view key;   // "target-voltage", for documents
  std::string_view name;  // "reading the target voltage", for messages
  int since_v2 = 0;       // J number; kNeverHad where no firmware has it
  int since_v3 = 0;
};
inline constexpr int kNeverHad = 1000;

[[nodiscard]] std::span<const FeatureRow> feature_table();

class Capabilities {
 public:
  explicit Capabilities(StLinkVersion version) : version_(version) {}

  [[nodiscard]] bool has(Feature feature) const;
  // Errors: probe_too_old with the firmware that would do; unsupported when none of this kind does.
  [[nodiscard]] Result<void> require(Feature feature) const;
  // Most bytes of one memory command with accesses of `size` (st-link-protocol.md 4.4).
  [[nodiscard]] std::size_t largest_block(AccessSize size) const;
  // Most items of one mixed access; 0 where there is none.
  [[nodiscard]] std::size_t largest_mixed_access() const;
  // Firmware reported to refuse access port 0 of an STM32H5 (st-link-protocol.md 11).
  [[nodiscard]] bool may_refuse_port_0() const;
  [[nodiscard]] const StLinkVersion& version() const { return version_; }

 private:
  StLinkVersion version_;
};

}  // namespace rigor
