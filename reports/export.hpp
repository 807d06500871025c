// A run for other programs: one JSON document, or CSV with one line per test (RFC 4180).
#pragma once

#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

// Everything but the timelines, unless asked for.
[[nodiscard]] std::string run_json(const RunRecord& run, bool with_timelines = false);

// The document that `rigor run --json` promises: run, exit, seed, tests (suite, test, bench, verdict, reason,
// duration_ms, attempts), out. One entry per test, bench and repeat, with its last attempt.
[[nodiscard]] std::string run_summary_json(const RunRecord& run, const std::string& out_directory);

[[nodiscard]] std::string run_csv(const RunRecord& run);

}  // namespace rigor
