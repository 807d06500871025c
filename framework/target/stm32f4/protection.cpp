#include "framework/target/stm32f4/protection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

constexpr std::uint32_t kEmptyBits = 0xFFFFFFFF;

// The nWRP bit of a sector.
bool write_protect_option(const View& view, const Part& part, const FlashSector& sector) {
  const std::uint32_t word = sector.bank == 2 ? view.second_options : view.options;
  return (word >> (kWriteProtectShift + write_protect_bit(part, sector.bank, sector.index)) & 1U) != 0;
}

}  // namespace

bool looks_interrupted(const View& view, const Part& part) {
  for (const OptionField& field : option_fields(part)) {
    const std::uint32_t word = field.offset == kOptcr1 ? view.second_options : view.options;
    if (field.get(word) != field.get(kEmptyBits)) return false;
  }
  return true;
}

std::string interrupted_hint() {
  return "every option bit is set, as an interrupted option write leaves them: `set-state: rdp-0` with a good supply "
         "brings the part back and erases its flash; if that does not stick, check VDD and the VCAP capacitors, or "
         "suspect a counterfeit or a damaged option sector";
}

std::optional<Protection> level_protection(const View& view, const Part& part) {
  if (view.level() == ProductState::rdp_0) return std::nullopt;
  if (view.level() == ProductState::rdp_2)
    return Protection{"read-protection level 2: nothing can be changed any more", "none: level 2 is final",
                      ProtectionKind::state};
  return Protection{
      fmt::format("read-protection level 1 (RDP 0x{:02X}): a debugger reads and writes neither flash nor "
                  "one-time memory",
                  view.level_code()),
      looks_interrupted(view, part) ? interrupted_hint() : "set-state: rdp-0 (erases flash and backup SRAM)",
      ProtectionKind::state};
}

std::vector<Protection> sector_protections(const View& view, const Part& part, std::span<const FlashSector> sectors) {
  std::vector<Protection> found;
  for (const FlashSector& sector : sectors) {
    const bool inverted = part.code_protection && view.code_protection();
    if (write_protect_option(view, part, sector) != inverted) continue;
    const std::string name = write_protect_name(part, sector.bank, sector.index);
    const std::string where = fmt::format("sector {} of bank {}", sector.index, sector.bank);
    if (inverted) {
      found.push_back(
          {fmt::format("SPRMOD is 1 and {} is 1: {} has code protection (PCROP)", name, where),
           "only the way from level 1 to level 0 takes it off: set-state: rdp-1, then rdp-0 (erases flash)"});
    } else {
      found.push_back({fmt::format("{} is 0: {} is write protected", name, where),
                       fmt::format("options: {{set: {{{}: 1}}}}", name)});
    }
  }
  return found;
}

Result<void> check_writable(const View& view, const Part& part, std::span<const FlashSector> sectors) {
  if (auto level = level_protection(view, part))
    return fail(Error(Code::state_unsuitable, level->what).hint(level->cure));
  const auto found = sector_protections(view, part, sectors);
  if (found.empty()) return {};
  std::string what;
  for (const Protection& each : found) what += (what.empty() ? "" : "; ") + each.what;
  return fail(Error(Code::flash_write_protected, what).hint(found.front().cure));
}

}  // namespace rigor::f4
