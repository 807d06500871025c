#include "framework/probe/attaching.hpp"

#include <tuple>

namespace rigor {
namespace {

Result<void> attach_at(Probe& probe, unsigned speed_khz) {
  RIGOR_CHECK(probe.set_speed_khz(speed_khz));
  return probe.attach();
}

Result<void> attach_held(Probe& probe, unsigned speed_khz, ResetPin& reset) {
  RIGOR_CHECK(reset.hold());
  auto attached = attach_at(probe, speed_khz);
  // A failure must not leave a board in reset that nobody knows is held.
  if (!attached) std::ignore = reset.release();
  return attached;
}

}  // namespace

Result<void> attach(Probe& probe, AttachMode mode, unsigned speed_khz, ResetPin* reset) {
  switch (mode) {
    case AttachMode::hot_plug:
      return probe.attach();
    case AttachMode::normal:
      return attach_at(probe, speed_khz);
    case AttachMode::under_reset:
      break;
  }
  if (reset == nullptr) return fail(Code::capability_missing, "attaching under reset needs something that drives NRST");
  return attach_held(probe, speed_khz, *reset);
}

}  // namespace rigor
