// One verb on one bench as a suite of one step, so that power, attaching and the safe end are those of a run.
#pragma once

#include "framework/bench/rig_description.hpp"
#include "framework/store/run_record.hpp"
#include "framework/suite/scenario.hpp"

namespace rigor::cli {

// The board is powered and attached first, and identified where the verb needs to know which board it is. `verb` need
// not be of the table.
[[nodiscard]] Suite suite_of_one(const Verb& verb, Arguments arguments, const VerbTable& verbs,
                                 const BenchDescription& bench);

// 0, 1, 3 or 4 of docs/verdicts.md.
[[nodiscard]] int exit_code_of_one(Verdict verdict);

}  // namespace rigor::cli
