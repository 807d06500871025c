// The flash controller of the STM32H5: erase and program, from the debugger (stm32h5.md 3).
//
// Errors of the chip keep their names: flash_write_protected, flash_sequence, flash_strobe, flash_inconsistent,
// flash_locked (keys refused until the next system reset), flash_busy (an operation outlasted its limit).
#pragma once

#include "framework/target/stm32h5/access.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {

inline constexpr std::uint32_t kProgramUnit = 16;

class Flash {
 public:
  explicit Flash(Access& access) : access_(access) {}

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size);
  [[nodiscard]] Result<void> erase_bank(unsigned bank);
  [[nodiscard]] Result<void> erase_all();
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data);
  // One-time memory and high-cycle data: 16 bits at a time, non-secure. The caller knows that the cells are unwritten.
  [[nodiscard]] Result<void> program_cells(std::uint32_t address, ByteView data);

  // Bytes of user flash of this very chip; the facts' where it does not tell.
  [[nodiscard]] Result<std::uint32_t> size();

 private:
  // One operation's surroundings: unlocked on entry, locked on exit.
  struct Side {
    View view;
    bool secure = false;
    ControlSet set{};
    std::uint32_t size = 0;  // user flash of this very chip, bytes
    bool swapped = false;
  };

  [[nodiscard]] Result<Side> open_side(bool secure);
  [[nodiscard]] Result<Side> side_of(std::uint32_t address, std::uint32_t size);
  [[nodiscard]] Result<std::uint32_t> measure(const View& view);
  template <typename Work>
  [[nodiscard]] Result<void> unlocked(const Side& side, Work&& work);
  [[nodiscard]] Result<void> run(const Side& side, std::uint32_t mode, Duration limit, const std::string& what);
  [[nodiscard]] Result<void> finish(const Side& side, Duration limit, const std::string& what);
  [[nodiscard]] Result<void> erase_sector(const Side& side, std::uint32_t sector);
  [[nodiscard]] Result<void> erase_secure_and_nonsecure();

  Access& access_;
};

}  // namespace rigor::h5
