// The STM32H5's witnesses of reset and power: option status, RCC_RSR and the mailbox.
#pragma once

#include "framework/target/observation.hpp"
#include "framework/target/stm32h5/access.hpp"

namespace rigor::h5 {

class Evidence final : public WitnessSource {
 public:
  explicit Evidence(Access& access) : access_(access) {}
  [[nodiscard]] Result<Witnesses> of_open_chip() override;
  [[nodiscard]] Result<Witnesses> after_reset(Duration limit) override;

 private:
  [[nodiscard]] Witnesses witnesses(const View& view) const;

  Access& access_;
};

}  // namespace rigor::h5
