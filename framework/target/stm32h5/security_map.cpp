#include "framework/target/stm32h5/security_map.hpp"

namespace rigor::h5 {
namespace {

constexpr std::array<std::uint32_t, 2> kWatermarkRegisters{kSecwm1Cur, kSecwm2Cur};
constexpr std::array<std::uint32_t, 2> kBlockRegisters{0xA0, 0x1A0};  // SECBB1R1, SECBB2R1; stm32h5.md 3.1

}  // namespace

Result<SecurityMap> SecurityMap::read(Access& access, const View& view) {
  SecurityMap map;
  if (!view.trustzone) return map;
  const OptionTable table(access.facts().device_id);
  for (std::size_t bank = 0; bank < kBanks; ++bank) {
    RIGOR_TRY(const std::uint32_t watermark, access.read(view, kWatermarkRegisters[bank]));
    map.watermarks_[bank] = table.sector_range(watermark);
    if (!view.secure) continue;
    for (std::uint32_t word = 0; word < kBlockWords; ++word) {
      RIGOR_TRY(map.blocks_[bank][word], access.read(view, kBlockRegisters[bank] + 4 * word));
    }
  }
  return map;
}

}  // namespace rigor::h5
