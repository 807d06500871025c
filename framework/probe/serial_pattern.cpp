#include "framework/probe/serial_pattern.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "framework/base/bytes.hpp"

namespace rigor {
namespace {

constexpr std::size_t kIdSize = 12;

// st-link-clones.md 1.5: three units known of the first, several owners of the second.
constexpr std::array<std::string_view, 2> kShared{"3544170029135147324D4E00", "303030303030303030303031"};

bool is_digit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }

// An F1's unique id in memory order: xx FF xx 05|06, then mostly characters.
bool is_f1_id(ByteView id) { return id[1] == 0xFF && (id[3] == 0x05 || id[3] == 0x06); }

bool has_st_pattern(ByteView id, StLinkKind kind) {
  switch (kind) {
    case StLinkKind::v1:
    case StLinkKind::v2:
      return is_f1_id(id);
    case StLinkKind::v2_1: {
      // The three words are printed most significant byte first.
      const std::array<std::uint8_t, 4> first{id[3], id[2], id[1], id[0]};
      return is_f1_id(first);
    }
    case StLinkKind::v3:
    case StLinkKind::v3pwr:
      break;
  }
  return id[0] == 0x00;
}

}  // namespace

SerialPattern serial_pattern(std::string_view serial, StLinkKind kind) {
  const auto id = from_hex(serial);
  if (!id || id->size() != kIdSize) return SerialPattern::absent;
  if (std::ranges::find(kShared, serial) != kShared.end()) return SerialPattern::known_shared;
  const bool tail_of_digits = std::all_of(id->begin() + 6, id->end(), is_digit);
  if (tail_of_digits && std::all_of(id->begin(), id->begin() + 6, is_digit)) return SerialPattern::all_digits;
  if (serial.ends_with("4E00")) return SerialPattern::copied_tail;
  if (has_st_pattern(*id, kind)) return SerialPattern::unique_id;
  return tail_of_digits ? SerialPattern::counter : SerialPattern::odd;
}

}  // namespace rigor
