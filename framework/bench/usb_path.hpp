// A place on USB as descriptions spell it.
#pragma once

#include <algorithm>
#include <string_view>

namespace rigor {

// "1-2.3": bus, then one port per hub. "1-0" is bus 1's root hub.
[[nodiscard]] constexpr bool is_usb_path(std::string_view text) {
  const auto take_number = [&] {
    const std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(length);
    return length > 0 && length <= 3;
  };
  if (!take_number() || !text.starts_with('-')) return false;
  do {
    text.remove_prefix(1);
    if (!take_number()) return false;
  } while (text.starts_with('.'));
  return text.empty();
}

}  // namespace rigor
