// One verb on one bench as a suite of one step, so that power, attaching and the safe end are those of a run.
#pragma once

#include "framework/bench/rig_description.hpp"
#include "framework/suite/scenario.hpp"

namespace rigor::cli {

// The board is powered and attached first, and identified where the verb needs to know which board it is. `verb` need
// not be of the table.
[[nodiscard]] Suite suite_of_one(const Verb& verb, Arguments arguments, const VerbTable& verbs,
                                 const BenchDescription& bench);

}  // namespace rigor::cli
