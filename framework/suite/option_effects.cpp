#include "framework/suite/option_effects.hpp"

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr double kFastPinLimit = 2.7;  // V; stm32h5.md 9, stm32h7rs.md 9

struct EffectRow {
  Family family;
  std::string_view name;
  // The only value that has the effect; nothing: every value but 0.
  std::optional<std::uint32_t> value;
  OptionEffect effect;
};

constexpr OptionEffect final_because(std::string_view why) { return {Effect::irreversible, {}, why}; }
constexpr OptionEffect erases(std::string_view why) { return {Effect::wears, {}, why}; }
constexpr OptionEffect fast_pins() {
  return {Effect::reversible, kFastPinLimit, "fast pins at low voltage damage the part at a higher one"};
}

using enum Family;
constexpr auto kEffects = std::to_array<EffectRow>({
    {stm32h5, "LOCKBL", {}, final_because("a locked block of one-time memory stays locked")},
    {stm32h5, "SECBOOT_LOCK", 0xB4, final_because("only a full regression is believed to clear it")},
    {stm32h5, "NSBOOT_LOCK", 0xB4, final_because("only a full regression is believed to clear it")},
    {stm32h5, "TZEN", 0xB4, erases("turning the security extension on erases the flash")},
    {stm32h5, "IO_VDD_HSLV", 1, fast_pins()},
    {stm32h5, "IO_VDDIO2_HSLV", 1, fast_pins()},
    {stm32h7rs, "OTPL", {}, final_because("a locked block of one-time memory stays locked")},
    {stm32h7rs, "DBG_AUTH", 0xB4, final_because("debug authentication is forbidden for ever")},
    {stm32h7rs, "VDDIO_HSLV", 1, fast_pins()},
    {stm32f4, "SPRMOD", 1, erases("read protection by sector goes away only together with the flash")},
});

}  // namespace

OptionEffect option_effect(Family family, std::string_view name, std::uint32_t value) {
  const auto found = std::ranges::find_if(kEffects, [&](const EffectRow& row) {
    return row.family == family && row.name == name && (row.value ? *row.value == value : value != 0);
  });
  return found == kEffects.end() ? OptionEffect{} : found->effect;
}

}  // namespace rigor
