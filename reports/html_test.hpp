// One test's part of the page. Used inside reports only.
#pragma once

#include <cstddef>
#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

// "<svg ...><use .../></svg> word": a verdict for eyes that do not tell red from green.
[[nodiscard]] std::string verdict_badge(Verdict verdict);

// `anchor` is the element's id. About `limit` bytes at most; details give way first, what to do next never.
[[nodiscard]] std::string test_html(const TestRecord& test, const std::string& anchor, std::size_t limit);

}  // namespace rigor
