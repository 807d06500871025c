// The user flash of the STM32F4: its sectors, erase and program (stm32f4.md 2 and 3). What the option bytes forbid is
// refused before the chip is touched.
#pragma once

#include "framework/target/stm32f4/controller.hpp"
#include "framework/target/stm32f4/protection.hpp"

namespace rigor::f4 {

class Flash {
 public:
  Flash(Access& access, Controller& controller)
      : access_(access), controller_(controller), loader_(access.probe(), access.clock()) {}

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size);
  [[nodiscard]] Result<void> erase_bank(unsigned bank);
  [[nodiscard]] Result<FlashRange> bank_range(unsigned bank);
  [[nodiscard]] Result<void> erase_all();
  // Large data go through the loader where the core runs it; the rest, and where it does not, through the access port.
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data);
  [[nodiscard]] Result<std::vector<Protection>> protections(std::uint32_t address, std::uint32_t size);

  // FlashLoader::holds() and changed(), where there is RAM for it.
  [[nodiscard]] Result<bool> holds(std::uint32_t address, ByteView expected);
  [[nodiscard]] Result<std::optional<std::vector<FlashRange>>> changed(std::span<const FlashRange> pieces,
                                                                       ByteView wanted);
  // After everything that may have let the chip's own code run.
  void forget_ram() { loader_.forget_ram(); }

 private:
  // This very chip's flash.
  struct Map {
    View view;
    std::uint32_t size = 0;
    unsigned banks = 1;
    std::vector<FlashSector> sectors;
  };

  [[nodiscard]] Result<Map> map();
  [[nodiscard]] Result<std::uint32_t> measure(const View& view);
  // Errors: usage; unsupported for the second bank of a part that has one.
  [[nodiscard]] Result<std::vector<FlashSector>> sectors_of_bank(const Map& flash, unsigned bank) const;
  // The sectors that the range touches. Errors: usage when it is not inside the flash.
  [[nodiscard]] Result<std::span<const FlashSector>> touched(const Map& map, std::uint32_t address,
                                                             std::uint32_t size) const;
  [[nodiscard]] Result<void> mass_erase(const Map& map, std::uint32_t mode, const std::string& what);

  [[nodiscard]] std::optional<LoaderSite> loader_site(const View& view) const;
  [[nodiscard]] Result<void> program_through_port(std::uint32_t address, ByteView data);

  Access& access_;
  Controller& controller_;
  FlashLoader loader_;
};

}  // namespace rigor::f4
