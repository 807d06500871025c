#include "framework/probe/capabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::array kTable{
    FeatureRow{Feature::target_voltage, "target-voltage", "reading the target voltage", 13, 0},
    FeatureRow{Feature::trace, "trace", "trace on the SWO pin", 13, 0},
    FeatureRow{Feature::status_with_address, "status-with-address", "the address of a failed access", 15, 0},
    FeatureRow{Feature::floating_point_registers, "floating-point-registers", "floating-point registers", 15, 0},
    FeatureRow{Feature::jtag_without_reset, "jtag-without-reset", "entering JTAG without a reset", 15, 0},
    FeatureRow{Feature::clock_divisor, "clock-divisor", "choosing the SWD speed", 22, kNeverHad},
    FeatureRow{Feature::jtag_clock_divisor, "jtag-clock-divisor", "choosing the JTAG speed", 24, kNeverHad},
    FeatureRow{Feature::clock_table, "clock-table", "choosing the SWD speed in kHz", kNeverHad, 0},
    FeatureRow{Feature::debug_port_registers, "debug-port-registers", "reading debug port registers", 24, 0},
    FeatureRow{Feature::halfword_memory, "halfword-memory", "16-bit memory access", 26, 1},
    FeatureRow{Feature::fixed_address_write, "fixed-address-write", "writing to one address again and again", 26, 1},
    FeatureRow{Feature::access_port_selection, "access-port-selection", "opening access ports", 28, 0},
    FeatureRow{Feature::access_port_close, "access-port-close", "closing access ports", 29, 0},
    FeatureRow{Feature::access_port_in_commands, "access-port-in-commands",
               "memory access through another access port or with CSW bits", 32, 2},
    FeatureRow{Feature::banked_debug_port, "banked-debug-port", "banked debug port registers", 32, 2},
    FeatureRow{Feature::fixed_address_read, "fixed-address-read", "reading one address again and again", 32, 2},
    FeatureRow{Feature::mixed_accesses, "mixed-accesses", "many accesses in one exchange", 32, 2},
    FeatureRow{Feature::target_power, "target-power", "switching target power", 34, 4},
    FeatureRow{Feature::design_for_test_register, "design-for-test-register", "the DFT register", 35, 5},
    FeatureRow{Feature::board_identifier, "board-identifier", "the board identifier", 36, 6},
    FeatureRow{Feature::long_byte_blocks, "long-byte-blocks", "8-bit blocks of 512 bytes", kNeverHad, 6},
    FeatureRow{Feature::access_port_must_be_open, "access-port-must-be-open", "opening the access port first", 37, 7},
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

std::size_t Capabilities::largest_block(AccessSize size) const {
  // 6144: what every client keeps to, whatever the probe might take.
  if (size != AccessSize::byte) return 6144;
  if (!has(Feature::long_byte_blocks)) return 64;
  // Reads of 256 bytes and more were seen to fail with J7, which offers 512; probe-rs keeps to 128.
  return version_.hardware == 3 && version_.jtag <= 7 ? 128 : 512;
}

bool Capabilities::may_refuse_port_0() const {
  return version_.hardware == 2 && (version_.jtag == 46 || version_.jtag == 47);
}

std::size_t Capabilities::largest_mixed_access() const {
  if (!has(Feature::mixed_accesses)) return 0;
  return version_.hardware >= 3 ? 1227 : 64;
}

}  // namespace rigor
