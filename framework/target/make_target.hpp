// The Target for a chip file, by its family.
#pragma once

#include <memory>

#include "framework/base/timeline.hpp"
#include "framework/target/target.hpp"

namespace rigor {

// The arguments must outlive the target. `flash_parallelism`: as make_stm32f4(); the other families need none. Errors:
// unsupported for a family nobody drives yet.
[[nodiscard]] Result<std::unique_ptr<Target>> make_target(Probe& probe, Clock& clock, const ChipFacts& facts,
                                                          Timeline& timeline, unsigned flash_parallelism = 32);

}  // namespace rigor
