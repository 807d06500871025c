#include "framework/probe/capabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::array kTable{
    FeatureRow{Feature::target_voltage, "reading the target voltage", 13, 0},
    FeatureRow{Feature::status_with_address, "the address of a failed access", 15, 0},
    FeatureRow{Feature::clock_divisor, "choosing the SWD speed", 22, kNeverHad},
    FeatureRow{Feature::clock_table, "choosing the SWD speed in kHz", kNeverHad, 0},
    FeatureRow{Feature::debug_port_registers, "reading debug port registers", 24, 0},
    FeatureRow{Feature::halfword_memory, "16-bit memory access", 26, 1},
    FeatureRow{Feature::access_port_selection, "opening access ports", 28, 0},
    FeatureRow{Feature::access_port_close, "closing access ports", 29, 0},
    FeatureRow{Feature::access_port_in_commands, "memory access through another access port or with CSW bits", 32, 2},
    FeatureRow{Feature::target_power, "switching target power", 34, 4},
    FeatureRow{Feature::board_identifier, "the board identifier", 36, 6},
    FeatureRow{Feature::access_port_must_be_open, "opening the access port first", 37, 7},
};

const FeatureRow& row_of(Feature feature) { return *std::ranges::find(kTable, feature, &FeatureRow::feature); }

}  // namespace

std::span<const FeatureRow> feature_table() { return kTable; }

bool Capabilities::has(Feature feature) const {
  const FeatureRow& row = row_of(feature);
  if (version_.hardware >= 4) return row.since_v3 != kNeverHad;  // V3PWR started with everything
  return version_.jtag >= (version_.hardware == 3 ? row.since_v3 : row.since_v2);
}

Result<void> Capabilities::require(Feature feature) const {
  if (has(feature)) return {};
  const FeatureRow& row = row_of(feature);
  const int since = version_.hardware >= 3 ? row.since_v3 : row.since_v2;
  if (since == kNeverHad)
    return fail(Code::unsupported, fmt::format("{} does not exist on {}", row.name, version_.text()));
  return fail(Error(Code::probe_too_old, fmt::format("{} needs firmware V{}J{} or later, the probe has {}", row.name,
                                                     version_.hardware, since, version_.text()))
                  .hint("upgrade the probe's firmware with ST's STLinkUpgrade, or use another probe"));
}

}  // namespace rigor
