// The debug-authentication dialogue of a test as an HTML list: mailbox words in runs of one direction, between the log
// lines that explain them. Used inside reports only.
#pragma once

#include <cstddef>
#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

// At most about `limit` bytes, what is left out is said. Empty when the test had no such dialogue.
[[nodiscard]] std::string dialogue_html(const TestRecord& test, std::size_t limit);

}  // namespace rigor
