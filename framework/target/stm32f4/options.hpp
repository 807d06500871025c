// Option bytes and read protection of the STM32F4: write, launch, reset, and judge by what reads back (stm32f4.md 4).
//
// OPTCR shows what was written to it, stored or not; what the chip stored is there after a reset, which loads it. So
// every change ends with a system reset. A launch that is interrupted leaves every option bit set.
#pragma once

#include <span>

#include "framework/base/timeline.hpp"
#include "framework/target/stm32f4/controller.hpp"
#include "framework/target/target.hpp"

namespace rigor::f4 {

class Options {
 public:
  Options(Access& access, Controller& controller, Timeline& timeline)
      : access_(access), controller_(controller), timeline_(timeline), fields_(option_fields(access.part())) {}

  [[nodiscard]] Result<std::vector<OptionValue>> read_all();
  [[nodiscard]] Result<OptionValue> read(const std::string& name);
  [[nodiscard]] Result<OptionChange> write(std::span<const OptionValue> wanted);
  [[nodiscard]] Result<StateChange> set_level(ProductState level);

 private:
  // What became of a launch.
  struct Launched {
    Result<void> outcome;  // the controller's own word
    bool link_lost = false;
  };

  [[nodiscard]] Result<std::vector<OptionWish>> resolve(const View& view, std::span<const OptionValue> wanted) const;
  // Stores the wishes, all in one. Errors: of everything before the launch.
  [[nodiscard]] Result<Launched> launch(const View& view, std::span<const OptionWish> wishes, Duration limit);
  [[nodiscard]] Result<void> store(const View& target, Duration limit, Launched& launched);
  // The option bytes as the chip stored them.
  [[nodiscard]] Result<View> load_again(const Launched& launched);
  [[nodiscard]] Result<StateChange> judge_level(ProductState level, const Launched& launched);
  [[nodiscard]] Result<StateChange> judge_silence(ProductState level, Error why);

  Access& access_;
  Controller& controller_;
  Timeline& timeline_;
  std::vector<OptionField> fields_;
};

// A register of `view`, for the option fields.
[[nodiscard]] ReadRegister reader(const View& view);

}  // namespace rigor::f4
