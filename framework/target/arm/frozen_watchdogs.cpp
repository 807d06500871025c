#include "framework/target/arm/frozen_watchdogs.hpp"

namespace rigor::arm {
namespace {

Result<void> work_frozen(Probe& probe, const WatchdogFreeze& freeze, const std::function<Result<void>()>& work) {
  RIGOR_TRY(const std::uint32_t before, probe.read_word(freeze.port, freeze.address));
  RIGOR_CHECK(probe.write_word(freeze.port, freeze.address, before | freeze.bits));
  Result<void> outcome = work();
  auto thawed = probe.write_word(freeze.port, freeze.address, before);
  return outcome ? thawed : outcome;
}

}  // namespace

Result<void> with_watchdogs_frozen(Probe& probe, Core& core, const WatchdogFreeze& freeze,
                                   const std::function<Result<void>()>& work) {
  RIGOR_CHECK(core.hold());
  Result<void> outcome = work_frozen(probe, freeze, work);
  auto gone = core.let_go();
  return outcome ? gone : outcome;
}

}  // namespace rigor::arm
