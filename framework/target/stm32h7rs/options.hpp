// Option bytes of the STM32H7RS: written to their program registers, or through the services, loaded at the next reset,
// and judged by what reads back (stm32h7rs.md 4).
//
// A change ends with a system reset, since no option is in force before one.
#pragma once

#include <span>

#include "framework/base/timeline.hpp"
#include "framework/target/stm32h7rs/access.hpp"
#include "framework/target/stm32h7rs/option_fields.hpp"
#include "framework/target/stm32h7rs/services.hpp"

namespace rigor::h7rs {

class Options {
 public:
  Options(Access& access, Services& services, Timeline& timeline)
      : access_(access), services_(services), timeline_(timeline) {}

  [[nodiscard]] Result<std::vector<OptionValue>> read_all();
  [[nodiscard]] Result<OptionValue> read(const std::string& name);
  // Errors also: chip_unexpected when the reset finds a corrupted option word. Whether the supply suits VDDIO_HSLV,
  // which damages the part on a higher one, is asked before (framework/suite/option_effects.hpp).
  [[nodiscard]] Result<OptionChange> write(std::span<const OptionValue> wanted);

  // One program register, in the surroundings that it needs: unlocked, PG_OPT, judged by OPTERRF, locked again.
  // True when the controller took it.
  [[nodiscard]] Result<bool> program(std::uint32_t offset, std::uint32_t word);

 private:
  [[nodiscard]] ReadRegister reader();
  [[nodiscard]] Result<void> check_routes(std::span<const OptionWish> wishes, bool open) const;
  [[nodiscard]] Result<bool> is_open(std::uint32_t nvstate);
  // True when nothing was refused.
  [[nodiscard]] Result<bool> apply(std::span<const OptionWish> wishes, bool open);
  [[nodiscard]] Result<void> load_at_reset();

  Access& access_;
  Services& services_;
  Timeline& timeline_;
};

}  // namespace rigor::h7rs
