// The STM32F4's witnesses of reset and power: RCC_CSR. It has no mailbox, and no source says what its registers show
// while NRST is low.
#pragma once

#include "framework/target/observation.hpp"
#include "framework/target/stm32f4/access.hpp"

namespace rigor::f4 {

class Evidence final : public WitnessSource {
 public:
  explicit Evidence(Access& access) : access_(access) {}
  [[nodiscard]] Result<Witnesses> of_open_chip() override {
    RIGOR_CHECK(without_value(access_.look_at_open_chip("proving reset and power")));
    return witnesses();
  }
  [[nodiscard]] Result<Witnesses> after_reset(Duration limit) override {
    RIGOR_CHECK(without_value(access_.look_again(limit)));
    return witnesses();
  }

 private:
  [[nodiscard]] Witnesses witnesses() const {
    return {.core = access_.port(),
            .reset_flags = {access_.port(), access_.facts().rcc_reset_status},
            .bits = kStm32f4ResetFlags,
            .options = {},
            .mailbox = {}};
  }

  Access& access_;
};

}  // namespace rigor::f4
