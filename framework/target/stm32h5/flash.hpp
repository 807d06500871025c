// The flash controller of the STM32H5: erase and program, from the debugger (stm32h5.md 3).
//
// Errors of the chip keep their names: flash_write_protected, flash_sequence, flash_strobe, flash_inconsistent,
// flash_locked (keys refused until the next system reset), flash_busy (an operation outlasted its limit).
#pragma once

#include <functional>

#include "framework/target/loader/flash_loader.hpp"
#include "framework/target/stm32h5/access.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {

inline constexpr std::uint32_t kProgramUnit = 16;

class Flash {
 public:
  explicit Flash(Access& access) : access_(access), loader_(access.probe(), access.clock()) {}

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size);
  [[nodiscard]] Result<void> erase_bank(unsigned bank);
  [[nodiscard]] Result<FlashRange> bank_range(unsigned bank);
  [[nodiscard]] Result<void> erase_all();
  // Large data go through the loader where the core runs it; the rest, and where it does not, through the access port.
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data);
  // One-time memory and high-cycle data: 16 bits at a time, non-secure. The caller knows that the cells are unwritten.
  [[nodiscard]] Result<void> program_cells(std::uint32_t address, ByteView data);

  // Bytes of user flash of this very chip; the facts' where it does not tell.
  [[nodiscard]] Result<std::uint32_t> size();
  // Target::flash_addresses().
  [[nodiscard]] Result<std::vector<FlashRange>> addresses(std::uint32_t offset, std::uint32_t size);

  // FlashLoader::holds() and changed(), where there is RAM for it.
  [[nodiscard]] Result<bool> holds(const View& view, std::uint32_t address, ByteView expected);
  [[nodiscard]] Result<std::optional<std::vector<FlashRange>>> changed(const View& view,
                                                                       std::span<const FlashRange> pieces,
                                                                       ByteView wanted);
  // After everything that may have let the chip's own code run.
  void forget_ram() { loader_.forget_ram(); }

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
  using Work = std::function<Result<void>()>;
  [[nodiscard]] Result<void> unlocked(const Side& side, const Work& work);
  [[nodiscard]] Result<void> run(const Side& side, std::uint32_t mode, Duration limit, const std::string& what);
  [[nodiscard]] Result<void> finish(const Side& side, Duration limit, const std::string& what);
  [[nodiscard]] Result<void> erase_sector(const Side& side, std::uint32_t sector);
  // Of one bank, 1 or 2, or of both. With TZEN on each side erases its own sectors only (stm32h5.md 3.5).
  [[nodiscard]] Result<void> erase_secure_and_nonsecure(std::optional<unsigned> bank);
  // With a watchdog that the option bytes start, the core is held and the watchdog frozen meanwhile.
  [[nodiscard]] Result<void> undisturbed(const Side& side, const Work& work);
  [[nodiscard]] std::optional<LoaderSite> loader_site(const View& view, const ControlSet& set) const;
  // False: nothing was programmed, the core does not run the loader.
  [[nodiscard]] Result<bool> program_through_core(const Side& side, std::uint32_t address, ByteView data);
  [[nodiscard]] Result<void> program_through_port(const Side& side, std::uint32_t address, ByteView data);

  Access& access_;
  FlashLoader loader_;
};

}  // namespace rigor::h5
