// The target-voltage reading of an ST-LINK (command F7, st-link-protocol.md 4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "framework/probe/command_port.hpp"

namespace rigor {

struct VoltageReading {
  std::uint32_t factor = 0;  // ADC reading of the 1.2 V reference; 0: the probe has no voltage input
  std::uint32_t sense = 0;   // ADC reading of the target's divider

  // Volts; 0 where the factor is 0.
  [[nodiscard]] double volts() const { return factor == 0 ? 0.0 : 2.0 * sense * 1.2 / factor; }
  bool operator==(const VoltageReading&) const = default;
};

[[nodiscard]] Result<VoltageReading> read_voltage(CommandPort& port);

// Several readings as one value.
struct VoltageSpread {
  double lowest = 0;
  double highest = 0;
};
// `readings` is not empty.
[[nodiscard]] VoltageSpread spread_of(const std::vector<VoltageReading>& readings);

}  // namespace rigor
