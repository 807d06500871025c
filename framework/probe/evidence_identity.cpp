// Evidence in what a probe says of itself (st-link-clones.md 2.1, rows 1 to 5, 8 to 10 and 15).
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "framework/probe/evidence_judges.hpp"
#include "framework/probe/serial_pattern.hpp"

namespace rigor::evidence {
namespace {

constexpr int kDeliveredUpTo = 29;  // clones are delivered with V2J17 to V2J29 (st-link-clones.md 1.3)
constexpr std::size_t kBoardIdentifierSize = 128;

int hardware_of(StLinkKind kind) {
  switch (kind) {
    case StLinkKind::v1:
      return 1;
    case StLinkKind::v2:
    case StLinkKind::v2_1:
      return 2;
    case StLinkKind::v3:
      return 3;
    case StLinkKind::v3pwr:
      break;
  }
  return 4;
}

std::string_view answer_for(SerialPattern pattern) {
  switch (pattern) {
    case SerialPattern::absent:
      return "absent";
    case SerialPattern::unique_id:
      return "unique-id";
    case SerialPattern::copied_tail:
      return "copied-tail";
    case SerialPattern::all_digits:
      return "digits";
    case SerialPattern::counter:
      return "counter";
    case SerialPattern::known_shared:
      return "known-shared";
    case SerialPattern::odd:
      break;
  }
  return "odd";
}

}  // namespace

Judged identity(const ProbeObservation& seen) {
  if (!seen.version) return {{}, seen.version.error()};
  const StLinkVersion& version = *seen.version;
  const bool same_kind = version.hardware == hardware_of(seen.product.kind) && version.product == seen.usb.product;
  return {same_kind ? "consistent" : "mismatch",
          fmt::format("{:04x}, firmware of {:04x} for V{}", seen.usb.product, version.product, version.hardware)};
}

Judged interfaces(const ProbeObservation& seen) {
  const std::size_t count = seen.usb.interfaces.size();
  if (count == 0) return {{}, "the host gave no descriptor"};
  const bool lone = seen.product.kind == StLinkKind::v2_1 && count == 1;
  return {lone ? "too-few" : "as-the-kind", fmt::format("{}", count)};
}

Judged serial_number(const ProbeObservation& seen) {
  const std::string form = seen.raw_serial ? " (12 raw bytes)" : "";
  return {answer_for(serial_pattern(seen.serial, seen.product.kind)), seen.serial + form};
}

Judged serial_shared(const ProbeObservation& seen) {
  if (seen.serial.empty()) return {{}, "there is no serial number"};
  return {seen.same_serial == 0 ? "alone" : "shared", fmt::format("{} other probes", seen.same_serial)};
}

Judged unique_id(const ProbeObservation& seen) {
  if (!seen.bootloader) return {{}, seen.bootloader.error()};
  const auto serial = from_hex(seen.serial);
  // A V2-1 prints the words of the id most significant byte first, and its bootloader may give them either way.
  Bytes swapped = seen.bootloader->unique_id;
  for (std::size_t word = 0; word + 4 <= swapped.size(); word += 4)
    std::reverse(swapped.begin() + static_cast<std::ptrdiff_t>(word),
                 swapped.begin() + static_cast<std::ptrdiff_t>(word) + 4);
  const bool same = serial && (*serial == seen.bootloader->unique_id || *serial == swapped);
  return {same ? "same" : "different", to_hex(seen.bootloader->unique_id)};
}

Judged type_character(const ProbeObservation& seen) {
  if (!seen.bootloader) return {{}, seen.bootloader.error()};
  if (seen.product.kind != StLinkKind::v2) return {{}, "known of the V2 only"};
  const char type = seen.bootloader->type;
  const bool usual = std::string_view("JLMO").find(type) != std::string_view::npos;
  const bool printable = type > ' ' && type < 0x7F;
  return {usual ? "of-the-kind" : "other",
          printable ? std::string(1, type) : fmt::format("0x{:02X}", static_cast<unsigned char>(type))};
}

Judged straps(const ProbeObservation& seen) {
  if (!seen.straps) return {{}, seen.straps.error()};
  if (seen.product.kind != StLinkKind::v2 && seen.product.kind != StLinkKind::v2_1)
    return {{}, "known of the V2 and V2-1 only"};
  const std::string value = fmt::format("{}", *seen.straps);
  if (*seen.straps == 3 && seen.product.kind == StLinkKind::v2) return {"unstrapped", value};
  return {*seen.straps == 0 ? "discovery" : "genuine-or-copied", value};
}

Judged firmware_version(const ProbeObservation& seen) {
  if (!seen.version) return {{}, seen.version.error()};
  const bool old = seen.product.kind == StLinkKind::v2 && seen.version->jtag <= kDeliveredUpTo;
  return {old ? "old" : "current", seen.version->text()};
}

Judged board_identifier(const ProbeObservation& seen) {
  if (!seen.board_identifier) return {{}, seen.board_identifier.error()};
  const CommandOutcome& outcome = *seen.board_identifier;
  const bool full = outcome.kind == CommandOutcome::Kind::replied && outcome.reply.size() == kBoardIdentifierSize;
  const std::string value = outcome.kind == CommandOutcome::Kind::replied
                                ? fmt::format("{} bytes", outcome.reply.size())
                                : std::string(outcome.kind == CommandOutcome::Kind::stalled ? "stall" : "silence");
  if (seen.product.kind == StLinkKind::v2_1) return {full ? "answered" : "missing", value};
  return {full ? "answered" : "generic", value};
}

Judged bootloader_jump(const ProbeObservation& seen) {
  if (!seen.bootloader_jump) return {{}, seen.bootloader_jump.error()};
  return *seen.bootloader_jump ? Judged{"available", "yes"} : Judged{"unavailable", "no"};
}

}  // namespace rigor::evidence
