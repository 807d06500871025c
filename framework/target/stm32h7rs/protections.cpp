#include "framework/target/stm32h7rs/protections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/target/stm32h7rs/option_fields.hpp"
#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

constexpr std::string_view kRegress = "regress: an authenticated regression opens it and erases the flash";
constexpr std::string_view kHdpCure = "options: {set: {HDP_AREA_START: 1, HDP_AREA_END: 0}}";

void add_write_protection(std::vector<Protection>& found, const ChipFacts& facts, std::uint32_t wrps,
                          std::uint32_t offset, std::uint32_t size) {
  std::string sectors;
  std::string cure;
  const auto all = flash_sectors(facts, facts.flash_size);
  for (const FlashSector& sector : sectors_in(all, offset, size)) {
    if ((wrps >> sector.index & 1U) != 0) continue;
    sectors += fmt::format("{}{}", sectors.empty() ? "" : ", ", sector.index);
    cure += fmt::format("{}WRPS{}: 1", cure.empty() ? "" : ", ", sector.index);
  }
  if (sectors.empty()) return;
  found.push_back({fmt::format("WRPSR is 0x{:02X}, where 0 means protected: sectors {}", wrps & 0xFF, sectors),
                   fmt::format("options: {{set: {{{}}}}}", cure)});
}

// Both ends belong to the area; equal ends mean all of the flash, and none when the end lies before the start
// (stm32h7rs.md 4).
void add_hide_protection(std::vector<Protection>& found, const ChipFacts& facts, std::uint32_t hdp,
                         std::uint32_t offset, std::uint32_t size) {
  const std::uint32_t start = hdp & 0x1FF;
  const std::uint32_t end = hdp >> 16 & 0x1FF;
  if (end < start || size == 0) return;
  const bool whole = start == end;
  const std::uint32_t first = whole ? 0 : start * kHdpUnit;
  const std::uint32_t last = whole ? facts.flash_size - 1 : (end + 1) * kHdpUnit - 1;
  if (offset > last || offset + size - 1 < first) return;
  found.push_back(
      {fmt::format("HDP area 0x{:X} to 0x{:X}: flash from offset 0x{:X} to 0x{:X} is hidden from the levels "
                   "above the boot's",
                   start, end, first, last),
       std::string(kHdpCure), ProtectionKind::hide});
}

}  // namespace

std::vector<Protection> explain_protections(const ChipFacts& facts, const ProtectionWords& words, std::uint32_t offset,
                                            std::uint32_t size) {
  std::vector<Protection> found;
  if (words.nvstate != kNvstateOpen) {
    found.push_back({fmt::format("NVSTATE is 0x{:02X}: the part is not open", words.nvstate), std::string(kRegress),
                     ProtectionKind::state});
  } else if (words.state.value_or(ProductState::open) != ProductState::open) {
    found.push_back({fmt::format("the product state is {}: the part is not open", product_state_name(*words.state)),
                     std::string(kRegress), ProtectionKind::state});
  }
  add_write_protection(found, facts, words.wrps, offset, size);
  add_hide_protection(found, facts, words.hdp, offset, size);
  return found;
}

}  // namespace rigor::h7rs
