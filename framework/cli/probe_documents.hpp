// Fingerprints and comparisons of probes as JSON (docs/probes.md), and fingerprints back from a file.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "framework/base/result.hpp"
#include "framework/probe/comparison.hpp"

namespace rigor::cli {

[[nodiscard]] nlohmann::json fingerprint_document(const Fingerprint& print);

// What `rigor probe fingerprint --json` wrote. Errors: file_unreadable; file_invalid with the field that is wrong.
[[nodiscard]] Result<Fingerprint> read_fingerprint(const std::filesystem::path& path);

[[nodiscard]] nlohmann::json comparison_document(const Fingerprint& a, const Fingerprint& b,
                                                 const Comparison& comparison);

// "n 1000, min 104, p50 104, p90 104, p99 104, max 110 us" as numbers.
[[nodiscard]] nlohmann::json timing_document(const Samples& samples);

}  // namespace rigor::cli
