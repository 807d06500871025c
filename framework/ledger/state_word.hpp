// Product states as the ledger writes them: lower case, dashes, so that "TZ_CLOSED" and "tz-closed" are one state.
#pragma once

#include <string>
#include <string_view>

namespace rigor {

inline constexpr std::string_view kStateOpen = "open";
inline constexpr std::string_view kStateProvisioning = "provisioning";

// Everything is allowed and nothing is at stake: OPEN, or an F4's level 0.
[[nodiscard]] inline bool is_open_word(std::string_view state) { return state == kStateOpen || state == "rdp-0"; }

[[nodiscard]] inline std::string state_word(std::string_view state) {
  std::string word;
  for (const char c : state)
    word += c == '_' || c == ' ' ? '-' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  return word;
}

}  // namespace rigor
