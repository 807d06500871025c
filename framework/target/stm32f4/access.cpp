#include "framework/target/stm32f4/access.hpp"

#include <fmt/format.h>

#include "framework/target/arm/core.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

constexpr Duration kResetLimit = std::chrono::milliseconds(500);

}  // namespace

ProductState View::level() const {
  if (level_code() == kLevel0) return ProductState::rdp_0;
  return level_code() == kLevel2 ? ProductState::rdp_2 : ProductState::rdp_1;
}

Result<View> Access::look() {
  RIGOR_CHECK(probe_.open_access_port(facts_.core_access_port));
  View view;
  RIGOR_TRY(view.options, read(kOptcr));
  // OPTLOCK is set after reset, and the driver sets it after each change.
  if (view.options == 0) {
    return fail(Error(Code::chip_in_reset, "the option control register reads zero, which no option bytes give")
                    .hint("release NRST"));
  }
  if (part_.dual_bank) {
    RIGOR_TRY(view.second_options, read(kOptcr1));
  }
  return view;
}

Result<View> Access::look_again(Duration limit) {
  return look_until(probe_, clock_, limit, [this] { return look(); });
}

Result<View> Access::look_at_open_chip(std::string_view what) {
  RIGOR_TRY(const View view, look());
  if (view.level() == ProductState::rdp_0) return view;
  return fail(
      Error(Code::state_unsuitable, fmt::format("{} needs read-protection level 0, this chip is at {} (RDP 0x{:02X})",
                                                what, product_state_name(view.level()), view.level_code()))
          .hint("`set-state: rdp-0` opens a chip at level 1, and erases its flash"));
}

Result<View> Access::reset() {
  View view;
  RIGOR_CHECK(arm::system_reset(probe_, port(), [&]() -> Result<AccessPort> {
    RIGOR_TRY(view, look_again(kResetLimit));
    return port();
  }));
  return view;
}

}  // namespace rigor::f4
