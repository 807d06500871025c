#include "framework/suite/option_effects.hpp"

#include <algorithm>
#include <array>

namespace rigor {
namespace {

// Which values of a field have the effect.
struct Values {
  enum class Kind : std::uint8_t { every, only, all_but };
  Kind kind = Kind::every;
  std::uint32_t value = 0;

  [[nodiscard]] constexpr bool contain(std::uint32_t written) const {
    return kind == Kind::every || (kind == Kind::only) == (written == value);
  }
};
constexpr Values kEvery{};
constexpr Values only(std::uint32_t value) { return {Values::Kind::only, value}; }
constexpr Values all_but(std::uint32_t value) { return {Values::Kind::all_but, value}; }

struct EffectRow {
  Family family;
  std::string_view name;
  Values values;
  OptionEffect effect;
};

constexpr OptionEffect final_because(std::string_view why) { return {.effect = Effect::irreversible, .why = why}; }
constexpr OptionEffect erases(std::string_view why) { return {.effect = Effect::wears, .why = why}; }
constexpr OptionEffect way_back(Effect effect, std::string_view why) {
  return {.effect = effect, .changes_way_back = true, .why = why};
}
constexpr OptionEffect fast_pins(std::string_view supply) {
  return {.supply = supply, .why = "fast pins at low voltage damage the part at a higher one"};
}

constexpr std::uint32_t kBootUnlocked = 0xC3;  // stm32h5.md 4.1; what another value does is written nowhere
constexpr std::string_view kBootLockStays = "only a full regression is believed to clear it";

using enum Family;
constexpr auto kEffects = std::to_array<EffectRow>({
    {stm32h5, "LOCKBL", all_but(0), final_because("a locked block of one-time memory stays locked")},
    {stm32h5, "SECBOOT_LOCK", all_but(kBootUnlocked), final_because(kBootLockStays)},
    {stm32h5, "NSBOOT_LOCK", all_but(kBootUnlocked), final_because(kBootLockStays)},
    {stm32h5, "TZEN", only(0xB4), erases("turning the security extension on erases the flash")},
    {stm32h5, "IO_VDD_HSLV", only(1), fast_pins(kCoreSupply)},
    {stm32h5, "IO_VDDIO2_HSLV", only(1), fast_pins("VDDIO2")},
    {stm32h7rs, "OTPL", all_but(0), final_because("a locked block of one-time memory stays locked")},
    {stm32h7rs, "DBG_AUTH", kEvery, way_back(Effect::irreversible, "it decides what opens a closed part, if anything")},
    {stm32h7rs, "OEM_PROVD", kEvery, way_back(Effect::irreversible, "it may take the part out of OPEN")},
    {stm32h7rs, "IROT_SELECT", kEvery, way_back(Effect::reversible, "it decides whose boot code runs")},
    {stm32h7rs, "VDDIO_HSLV", only(1), fast_pins(kCoreSupply)},
    {stm32h7rs, "XSPI1_HSLV", only(1), fast_pins("XSPI1")},
    {stm32h7rs, "XSPI2_HSLV", only(1), fast_pins("XSPI2")},
    {stm32f4, "SPRMOD", only(1), erases("read protection by sector goes away only together with the flash")},
});

}  // namespace

OptionEffect option_effect(Family family, std::string_view name, std::uint32_t value) {
  const auto found = std::ranges::find_if(kEffects, [&](const EffectRow& row) {
    return row.family == family && row.name == name && row.values.contain(value);
  });
  return found == kEffects.end() ? OptionEffect{} : found->effect;
}

}  // namespace rigor
