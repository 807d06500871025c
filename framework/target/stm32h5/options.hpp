// Option bytes and product state of the STM32H5: write, launch, and judge by what reads back (stm32h5.md 4).
//
// Whether a launch resets the chip is unknown, so it may: after OPTSTRT the link may fault or vanish and the locks
// engage again. The driver attaches again within a bound and believes only the read-back.
#pragma once

#include <span>

#include "framework/base/timeline.hpp"
#include "framework/target/stm32h5/access.hpp"
#include "framework/target/stm32h5/option_fields.hpp"
#include "framework/target/target.hpp"

namespace rigor::h5 {

class Options {
 public:
  Options(Access& access, Timeline& timeline)
      : access_(access), timeline_(timeline), table_(access.facts().device_id) {}

  [[nodiscard]] Result<std::vector<OptionValue>> read_all();
  [[nodiscard]] Result<OptionValue> read(const std::string& name);
  [[nodiscard]] Result<OptionChange> write(std::span<const OptionValue> wanted);
  [[nodiscard]] Result<StateChange> set_product_state(ProductState state);

 private:
  // What the chip shows after a launch.
  struct Settled {
    View view;
    bool link_lost = false;
    bool refused = false;  // OPTCHANGEERR was seen
  };

  [[nodiscard]] Result<const OptionField*> find(const std::string& name) const;
  [[nodiscard]] ReadRegister reader(const View& view);
  // Sends the values and starts the launch. True when the link went away with it.
  [[nodiscard]] Result<bool> launch(const View& view, std::span<const OptionWish> wishes);
  // Waits until the chip answers and is idle.
  [[nodiscard]] Result<Settled> settle(Duration limit);
  [[nodiscard]] Result<StateChange> await_state(ProductState state, bool link_lost);

  Access& access_;
  Timeline& timeline_;
  OptionTable table_;
};

}  // namespace rigor::h5
