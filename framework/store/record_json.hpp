// Run records as JSON, one shape for the database's columns, the event stream and exports.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "framework/store/run_record.hpp"

namespace rigor {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json step_json(const StepRecord& step);
// Without steps and timeline.
[[nodiscard]] Json test_json(const TestRecord& test);
[[nodiscard]] Json bench_json(const BenchRecord& bench);
// Without benches and tests.
[[nodiscard]] Json run_head_json(const RunRecord& run);

// [[at, "line", "nrst", 0, concealed 0 or 1, "text"], ...]; at in ns of the bench's clock.
[[nodiscard]] Json timeline_json(const std::vector<Record>& records);
// Of more than `limit` records the middle is left out and added to `dropped`. Nothing when the text is no such list.
[[nodiscard]] std::optional<std::vector<Record>> timeline_from(std::string_view text, std::size_t limit,
                                                               std::size_t& dropped);

// One line; bytes that are no UTF-8 (a console prints anything) become U+FFFD.
[[nodiscard]] std::string json_line(const Json& document);

}  // namespace rigor
