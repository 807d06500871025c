#include "framework/probe/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::array kStatusRows{
    StatusRow{0x01, Code::probe_confused, "unknown error"},
    StatusRow{0x02, Code::probe_confused, "SPI error inside the probe"},
    StatusRow{0x03, Code::probe_confused, "DMA error inside the probe"},
    StatusRow{0x04, Code::swd_no_answer, "unknown JTAG chain"},
    StatusRow{0x05, Code::swd_no_answer, "no device connected"},
    StatusRow{0x06, Code::probe_refused, "internal error or bad argument"},
    StatusRow{0x07, Code::swd_wait, "command wait"},
    // Seen where the access port was not open or the chip did not respond (st-link-protocol.md 11): the far end's
    // trouble.
    StatusRow{0x08, Code::swd_fault, "command error"},
    StatusRow{0x09, Code::swd_no_answer, "cannot read the id code"},
    StatusRow{0x0A, Code::probe_refused, "alignment error"},
    StatusRow{0x0B, Code::swd_fault, "debug power error"},
    StatusRow{0x0C, Code::swd_fault, "write error"},
    StatusRow{0x0E, Code::probe_busy, "already open in another mode"},
    StatusRow{0x10, Code::swd_wait, "access port wait"},
    StatusRow{0x11, Code::swd_fault, "access port fault"},
    StatusRow{0x12, Code::swd_fault, "access port error"},
    StatusRow{0x13, Code::swd_parity, "access port parity error"},
    StatusRow{0x14, Code::swd_wait, "debug port wait"},
    StatusRow{0x15, Code::swd_fault, "debug port fault"},
    StatusRow{0x16, Code::swd_fault, "debug port error"},
    StatusRow{0x17, Code::swd_parity, "debug port parity error"},
    StatusRow{0x18, Code::swd_fault, "access port write data error"},
    StatusRow{0x19, Code::swd_fault, "sticky error"},
    StatusRow{0x1A, Code::swd_fault, "sticky overrun"},
    StatusRow{0x1B, Code::probe_busy, "access port used by another client"},
    StatusRow{0x1C, Code::swd_fault, "turnaround error"},
    StatusRow{kStatusBadAccessPort, Code::access_port_closed, "access port not open"},
    StatusRow{0x20, Code::probe_refused, "trace not available"},
    StatusRow{0x21, Code::probe_refused, "no jump to the bootloader"},
    StatusRow{0x29, Code::probe_refused, "too many access ports"},
    StatusRow{0x30, Code::probe_refused, "client not known to the server"},
    StatusRow{0x31, Code::probe_busy, "too many clients of the server"},
    StatusRow{0x41, Code::probe_refused, "frequency not supported"},
    StatusRow{0x42, Code::probe_refused, "command not known to this firmware"},
    StatusRow{0x81, Code::swd_fault, "fault"},
};

}  // namespace

std::span<const StatusRow> status_table() { return kStatusRows; }

bool status_is_ok(std::uint8_t status) {
  // 0D: the probe's own read-back differs, normal for registers with write-only bits (OpenOCD ignores it too).
  // 40: the speed table changed as asked.
  return status == kStatusOk || status == 0x0D || status == 0x40;
}

Result<void> check_status(std::uint8_t status, const std::string& what) {
  if (status_is_ok(status)) return {};
  const auto found = std::ranges::find(kStatusRows, status, &StatusRow::status);
  if (found == kStatusRows.end()) return fail(Code::probe_confused, fmt::format("{}: status 0x{:02X}", what, status));
  return fail(found->code, fmt::format("{}: {} (status 0x{:02X})", what, found->meaning, status));
}

}  // namespace rigor
