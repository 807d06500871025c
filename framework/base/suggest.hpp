// "Did you mean": the known word nearest to what somebody wrote.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rigor {

// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// Nothing when no word is near enough to be meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view written, std::span<const std::string> known);

// "did you mean 'power'?" or, when nothing is near, "one of: a, b, c".
[[nodiscard]] std::string suggestion(std::string_view written, std::span<const std::string> known);

}  // namespace rigor
