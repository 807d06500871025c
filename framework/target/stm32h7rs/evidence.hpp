// The STM32H7RS's witnesses of reset and power: DHCSR, RCC_RSR and the mailbox. Its options are none: the bus to them
// stands while NRST is low (stm32h7rs.md 1).
#pragma once

#include "framework/target/observation.hpp"
#include "framework/target/stm32h7rs/services.hpp"

namespace rigor::h7rs {

class Evidence final : public WitnessSource {
 public:
  Evidence(Access& access, Services& services) : access_(access), services_(services) {}
  [[nodiscard]] Result<Witnesses> of_open_chip() override;
  [[nodiscard]] Result<Witnesses> after_reset(Duration limit) override;

 private:
  [[nodiscard]] Witnesses witnesses() const;

  Access& access_;
  Services& services_;
};

}  // namespace rigor::h7rs
