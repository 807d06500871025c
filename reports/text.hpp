// Texts of any bytes made fit for XML, HTML and people. Used inside reports only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"

namespace rigor {

// Valid UTF-8 of the characters that XML 1.0 allows; every other byte or character becomes U+FFFD.
[[nodiscard]] std::string clean_text(std::string_view text);

// clean_text(), with & < > " ' escaped: for XML and HTML, content and attributes alike.
[[nodiscard]] std::string escaped(std::string_view text);

// At most `limit` bytes, cut between characters, an ellipsis at a cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

// Three significant digits in the unit that fits: "0 s", "42.0 µs", "318 ms", "5.02 s", "12 min 30 s".
[[nodiscard]] std::string duration_text(Duration duration);

// The rows one after the other; when they exceed `limit` bytes, as many from both ends as fit, and between them `gap`
// with "{}" replaced by how many are missing.
[[nodiscard]] std::string both_ends(const std::vector<std::string>& rows, std::size_t limit, std::string_view gap);

}  // namespace rigor
