#include "framework/target/make_target.hpp"

#include <fmt/format.h>

#include "framework/target/stm32f4/stm32f4.hpp"
#include "framework/target/stm32h5/stm32h5.hpp"
#include "framework/target/stm32h7rs/stm32h7rs.hpp"

namespace rigor {

Result<std::unique_ptr<Target>> make_target(Probe& probe, Clock& clock, const ChipFacts& facts, Timeline& timeline,
                                            unsigned flash_parallelism) {
  if (facts.family == Family::stm32h5) return make_stm32h5(probe, clock, facts, timeline);
  if (facts.family == Family::stm32h7rs) return make_stm32h7rs(probe, clock, facts, timeline);
  if (facts.family == Family::stm32f4) return make_stm32f4(probe, clock, facts, timeline, flash_parallelism);
  return fail(Code::unsupported, fmt::format("no driver for the family of {}", facts.name));
}

}  // namespace rigor
