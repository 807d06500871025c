// Which sectors of the user flash are secure right now: by the watermarks and the block bits together (stm32h5.md 3.5).
#pragma once

#include <array>
#include <cstdint>

#include "framework/target/stm32h5/access.hpp"
#include "framework/target/stm32h5/option_fields.hpp"

namespace rigor::h5 {

class SecurityMap {
 public:
  // None is secure while TZEN is off. The block bits are taken for clear where the secure registers are out of reach:
  // they are, outside OPEN (stm32h5.md 3.5), and a reset has cleared them then.
  [[nodiscard]] static Result<SecurityMap> read(Access& access, const View& view);

  // Physical bank, 1 or 2; the sector counted inside it.
  [[nodiscard]] bool secure(unsigned bank, unsigned sector) const {
    return watermark(bank, sector) || block(bank, sector);
  }
  [[nodiscard]] bool watermark(unsigned bank, unsigned sector) const { return watermarks_[bank - 1].contains(sector); }
  [[nodiscard]] bool block(unsigned bank, unsigned sector) const {
    return (blocks_[bank - 1][sector / 32] >> (sector % 32) & 1U) != 0;
  }
  [[nodiscard]] SectorRange watermarks(unsigned bank) const { return watermarks_[bank - 1]; }

 private:
  static constexpr std::size_t kBanks = 2;
  static constexpr std::size_t kBlockWords = 4;  // one bit a sector, up to 128 of them

  std::array<SectorRange, kBanks> watermarks_{};
  std::array<std::array<std::uint32_t, kBlockWords>, kBanks> blocks_{};
};

}  // namespace rigor::h5
