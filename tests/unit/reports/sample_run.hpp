// A run as benches write it: two boards that were closed and brought back, one whose reset wire is missing.
#pragma once

#include "framework/store/run_record.hpp"

namespace rigor::test {

[[nodiscard]] RunRecord sample_run();

// One test of the sample with `suffix` in its name, for runs of many.
[[nodiscard]] TestRecord sample_test(const std::string& bench, bool reset_wired);

}  // namespace rigor::test
