// What two benches of one rig must not both say.
#pragma once

#include "framework/bench/rig_description.hpp"

namespace rigor {

void check_benches_together(const RigDescription& rig, Faults& faults);

}  // namespace rigor
