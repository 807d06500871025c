// What a firmware can do, from its version alone: one table (st-link-protocol.md 6).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "framework/probe/version.hpp"

namespace rigor {

enum class Feature : std::uint8_t {
  target_voltage,            // F7
  status_with_address,       // F2 3E; older: F2 3B, without the address
  clock_divisor,             // F2 43
  clock_table,               // F2 61, 62
  debug_port_registers,      // F2 45
  halfword_memory,           // F2 47, 48
  access_port_selection,     // F2 4B; before it the probe opens access port 0 by itself
  access_port_close,         // F2 4C works (J28 always answers 1D)
  access_port_in_commands,   // access port and CSW bytes of memory commands are honoured
  target_power,              // FD
  board_identifier,          // F2 56
  access_port_must_be_open,  // memory commands answer 1D before F2 4B
};

struct FeatureRow {
  Feature feature = Feature::target_voltage;
  std::string_view name;
  int since_v2 = 0;  // J number; kNeverHad where no firmware has it
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

 private:
  StLinkVersion version_;
};

}  // namespace rigor
