// What framework/base/clock.hpp promises, over the steady clock and over the virtual one.
#include "tests/unit/contracts/clock_contract.hpp"

#include "fixtures/virtual/virtual_clock.hpp"

namespace rigor {
namespace {

INSTANTIATE_TEST_SUITE_P(Clocks, ClockContract,
                         testing::Values(MadeClock{"steady", make_steady_clock},
                                         MadeClock{"virtual", [] { return std::make_shared<lab::VirtualClock>(); }}),
                         clock_name);

}  // namespace
}  // namespace rigor
