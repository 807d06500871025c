#include "framework/target/stm32h5/protections.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "framework/target/stm32h5/registers.hpp"
#include "framework/target/stm32h5/security_map.hpp"

namespace rigor::h5 {
namespace {

class Search {
 public:
  Search(const ChipFacts& facts, const View& view, const SecurityMap& map, const std::vector<OptionValue>& options)
      : facts_(facts), view_(view), map_(map) {
    for (const OptionValue& option : options) options_[option.name] = option.value;
  }

  std::vector<Protection> run(std::span<const FlashSector> sectors, bool swapped, bool secure) {
    if (view_.state_code() != product_state_code(ProductState::open))
      found_.push_back({"the part is not in OPEN", "regress", ProtectionKind::state});
    for (const FlashSector& sector : sectors) {
      // The options name physical banks; the address map may have them exchanged.
      const unsigned bank = swapped && facts_.flash_bank_count == 2 ? 3 - sector.bank : sector.bank;
      note_write_protection(bank, sector.index);
      hide_protection(bank, sector.index);
      if (view_.trustzone) security(bank, sector.index, secure);
    }
    for (const unsigned bank : {1U, 2U}) write_protection(bank);
    return std::move(found_);
  }

 private:
  std::uint32_t option(const std::string& name) const {
    const auto found = options_.find(name);
    return found == options_.end() ? 0 : found->second;
  }

  // One sentence for all sectors that one protection covers.
  void add(Protection protection) {
    if (std::ranges::find(found_, protection.what, &Protection::what) == found_.end())
      found_.push_back(std::move(protection));
  }

  // 0 protects. H503: a bit a sector, elsewhere a bit for four (stm32h5.md 4.1).
  [[nodiscard]] unsigned group() const { return facts_.device_id == kDeviceH503 ? 1 : 4; }

  void note_write_protection(unsigned bank, unsigned sector) {
    const std::uint32_t bit = 1U << sector / group();
    if ((option(fmt::format("WRPSGn{}", bank)) & bit) == 0) in_the_way_[bank - 1] |= bit;
  }

  // One sentence and one cure for all groups of a bank.
  void write_protection(unsigned bank) {
    const std::uint32_t bits = in_the_way_[bank - 1];
    if (bits == 0) return;
    const std::string name = fmt::format("WRPSGn{}", bank);
    std::vector<std::string> sectors;
    for (unsigned first = 0; first < 32; ++first) {
      if ((bits >> first & 1U) == 0) continue;
      unsigned last = first;
      while (last < 31 && (bits >> (last + 1) & 1U) != 0) ++last;
      sectors.push_back(fmt::format("{}..{}", first * group(), (last + 1) * group() - 1));
      first = last;
    }
    add({fmt::format("{} write-protects sectors {} of bank {}", name, fmt::join(sectors, ", "), bank),
         fmt::format("options: {{set: {{{}: {}}}}}", name, hex_word(option(name) | bits, 1)), ProtectionKind::write});
  }

  void hide_protection(unsigned bank, unsigned sector) {
    const std::uint32_t first = option(fmt::format("HDP{}_STRT", bank));
    const std::uint32_t last = option(fmt::format("HDP{}_END", bank));
    if (sector < first || sector > last) return;
    add({fmt::format("HDP{} hides sectors {}..{} of bank {}", bank, first, last, bank),
         fmt::format("options: {{set: {{HDP{}_STRT: 1, HDP{}_END: 0}}}} (not while code in the area runs)", bank, bank),
         ProtectionKind::hide});
  }

  void security(unsigned bank, unsigned sector, bool secure) {
    const bool marked = map_.secure(bank, sector);
    if (marked == secure) return;
    const auto [first, last] = map_.watermarks(bank);
    std::string what = fmt::format("the address is secure, sectors outside SECWM{} of bank {} are not", bank, bank);
    if (map_.watermark(bank, sector)) {
      what = fmt::format("SECWM{} makes sectors {}..{} of bank {} secure, the address is non-secure", bank, first, last,
                         bank);
    } else if (marked) {
      what = fmt::format("SECBB{} makes sector {} of bank {} secure, the address is non-secure", bank, sector, bank);
    }
    add({what,
         fmt::format("use the address from {} on", hex_word(marked ? facts_.flash_secure_base : facts_.flash_base)),
         ProtectionKind::security});
  }

  const ChipFacts& facts_;
  const View& view_;
  const SecurityMap& map_;
  std::map<std::string, std::uint32_t> options_;
  std::array<std::uint32_t, 2> in_the_way_{};  // bits of WRPSGn1 and WRPSGn2
  std::vector<Protection> found_;
};

}  // namespace

Result<std::vector<Protection>> protections(Access& access, Options& options, std::uint32_t flash_size,
                                            std::uint32_t address, std::uint32_t size) {
  const ChipFacts& facts = access.facts();
  const bool secure = is_secure_alias(address);
  const std::uint32_t offset = address - (secure ? facts.flash_secure_base : facts.flash_base);
  if (offset >= flash_size)
    return fail(Code::usage, fmt::format("{} is not inside the {} KB of flash", hex_word(address), flash_size / 1024));
  RIGOR_TRY(const View view, access.look());
  RIGOR_TRY(const auto values, options.read_all());
  RIGOR_TRY(const SecurityMap map, SecurityMap::read(access, view));
  RIGOR_TRY(const std::uint32_t control, access.read(view, kOptcr));
  const auto sectors = flash_sectors(facts, flash_size);
  return Search(facts, view, map, values)
      .run(sectors_in(sectors, offset, size), (control & kOptcrSwapBank) != 0, secure);
}

}  // namespace rigor::h5
