// The facts that a family's options.hpp marks as inferred (I) or unknown (U).
#pragma once

#include <string>
#include <vector>

namespace rigor::lab::test {

// Their YAML keys, in the order of the file. `file` is below fixtures/virtual.
[[nodiscard]] std::vector<std::string> open_questions(const std::string& file);

}  // namespace rigor::lab::test
