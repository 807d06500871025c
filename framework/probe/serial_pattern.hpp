// What the serial number of an ST-LINK says about who made it (st-link-clones.md 1.5). Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "framework/probe/products.hpp"

namespace rigor {

enum class SerialPattern : std::uint8_t {
  absent,        // none, or not 24 hex digits
  unique_id,     // as the unique id of ST's part prints; copied images have it too
  copied_tail,   // ends in 4E00, as three different clones do
  all_digits,    // twelve ASCII digits
  counter,       // six arbitrary bytes, then six ASCII digits
  known_shared,  // owned by several people at once
  odd,           // none of ST's patterns
};

// `serial` as st_link_serial_text() gives it.
[[nodiscard]] SerialPattern serial_pattern(std::string_view serial, StLinkKind kind);

}  // namespace rigor
