// A wire that does not overtake the flash.
//
// A debugger that writes units faster than the flash takes them gets WAIT in the middle of a block, and a block cannot
// be sent twice: its first units would be programmed again.
#pragma once

#include "framework/probe/probe.hpp"

namespace rigor {

// Clocks of one access of the wire (cost-model.md).
inline constexpr unsigned kClocksPerAccess = 50;

class SlowWire {
 public:
  // The fastest wire that the flash can follow, in kHz.
  SlowWire(Probe& probe, unsigned limit_khz) : probe_(probe), limit_(limit_khz), before_(probe.speed_khz()) {}

  [[nodiscard]] Result<void> begin() {
    if (before_ != 0 && before_ <= limit_) return {};
    return without_value(probe_.set_speed_khz(limit_));
  }
  // Puts the speed back; one that nobody had chosen stays slow.
  [[nodiscard]] Result<void> end() {
    if (before_ == 0 || probe_.speed_khz() == before_) return {};
    return without_value(probe_.set_speed_khz(before_));
  }

 private:
  Probe& probe_;
  unsigned limit_;
  unsigned before_;
};

}  // namespace rigor
