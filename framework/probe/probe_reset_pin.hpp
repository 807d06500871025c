// The probe's own NRST output as the bench's way to reset the chip. Whether it reaches the chip is not known here:
// framework/target/reset_evidence.hpp finds out.
#pragma once

#include "framework/probe/probe.hpp"

namespace rigor {

class ProbeResetPin final : public ResetPin {
 public:
  explicit ProbeResetPin(Probe& probe) : probe_(probe) {}

  [[nodiscard]] Result<void> hold() override { return probe_.drive_reset(true); }
  [[nodiscard]] Result<void> release() override { return probe_.drive_reset(false); }
  [[nodiscard]] std::string driven_by() const override { return "probe"; }

 private:
  Probe& probe_;
};

}  // namespace rigor
