// The judges of the rows in evidence_rows.cpp. Pure; each returns one of its row's answers, or why there is none.
// Private to this room.
#pragma once

#include "framework/probe/fingerprint.hpp"

namespace rigor::evidence {

// Who it says it is.
[[nodiscard]] Judged identity(const ProbeObservation& seen);
[[nodiscard]] Judged interfaces(const ProbeObservation& seen);
[[nodiscard]] Judged serial_number(const ProbeObservation& seen);
[[nodiscard]] Judged serial_shared(const ProbeObservation& seen);
[[nodiscard]] Judged unique_id(const ProbeObservation& seen);
[[nodiscard]] Judged type_character(const ProbeObservation& seen);
[[nodiscard]] Judged straps(const ProbeObservation& seen);
[[nodiscard]] Judged firmware_version(const ProbeObservation& seen);
[[nodiscard]] Judged board_identifier(const ProbeObservation& seen);
[[nodiscard]] Judged bootloader_jump(const ProbeObservation& seen);

// What it does.
[[nodiscard]] Judged voltage_floating(const ProbeObservation& seen);
[[nodiscard]] Judged voltage_tracking(const ProbeObservation& seen);
[[nodiscard]] Judged voltage_factor(const ProbeObservation& seen);
[[nodiscard]] Judged unknown_command(const ProbeObservation& seen);
[[nodiscard]] Judged speed_steps(const ProbeObservation& seen);
[[nodiscard]] Judged latency(const ProbeObservation& seen);
[[nodiscard]] Judged debug_entry(const ProbeObservation& seen);
[[nodiscard]] Judged reset_drive(const ProbeObservation& seen);

}  // namespace rigor::evidence
