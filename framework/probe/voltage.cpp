#include "framework/probe/voltage.hpp"

#include <algorithm>

namespace rigor {

Result<VoltageReading> read_voltage(CommandPort& port) {
  RIGOR_TRY(const Bytes reply, port.ask(Command{0xF7}, 8));
  return VoltageReading{.factor = load_le32(reply, 0), .sense = load_le32(reply, 4)};
}

VoltageSpread spread_of(const std::vector<VoltageReading>& readings) {
  VoltageSpread spread{readings.front().volts(), readings.front().volts()};
  for (const VoltageReading& reading : readings) {
    spread.lowest = std::min(spread.lowest, reading.volts());
    spread.highest = std::max(spread.highest, reading.volts());
  }
  return spread;
}

}  // namespace rigor
