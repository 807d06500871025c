#include "framework/target/stm32h5/option_fields.hpp"

#include <algorithm>
#include <array>

#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {
namespace {

constexpr std::array kCommon{
    OptionField{"BOR_LEV", kOptsrCur, 0, 2},         OptionField{"BORH_EN", kOptsrCur, 2, 1},
    OptionField{"IWDG_SW", kOptsrCur, 3, 1},         OptionField{"WWDG_SW", kOptsrCur, 4, 1},
    OptionField{"NRST_STOP", kOptsrCur, 6, 1},       OptionField{"NRST_STDBY", kOptsrCur, 7, 1},
    OptionField{kProductState, kOptsrCur, 8, 8},     OptionField{"IO_VDD_HSLV", kOptsrCur, 16, 1},
    OptionField{"IO_VDDIO2_HSLV", kOptsrCur, 17, 1}, OptionField{"IWDG_STOP", kOptsrCur, 20, 1},
    OptionField{"IWDG_STDBY", kOptsrCur, 21, 1},     OptionField{"SWAP_BANK", kOptsrCur, 31, 1},
    OptionField{"SRAM2_RST", kOptsr2Cur, 3, 1},      OptionField{"BKPRAM_ECC", kOptsr2Cur, 4, 1},
    OptionField{"SRAM2_ECC", kOptsr2Cur, 6, 1},      OptionField{"NSBOOT_LOCK", 0x80, 0, 8},
    OptionField{"NSBOOTADD", 0x80, 8, 24},           OptionField{"LOCKBL", 0x90, 0, 32},
};

constexpr std::array kSmall{
    OptionField{"SRAM1_RST", kOptsr2Cur, 9, 1},
    OptionField{"SRAM1_ECC", kOptsr2Cur, 10, 1},
};

constexpr std::array kLarge{
    OptionField{"BOOT_UBE", kOptsrCur, 22, 8},    OptionField{"SRAM1_3_RST", kOptsr2Cur, 2, 1},
    OptionField{"SRAM3_ECC", kOptsr2Cur, 5, 1},   OptionField{"USBPD_DIS", kOptsr2Cur, 8, 1},
    OptionField{kTzen, kOptsr2Cur, 24, 8},        OptionField{"SECBOOT_LOCK", 0x88, 0, 8, true},
    OptionField{"SECBOOTADD", 0x88, 8, 24, true}, OptionField{"EDATA1_STRT", 0xF0, 0, 3},
    OptionField{"EDATA1_EN", 0xF0, 15, 1},        OptionField{"EDATA2_STRT", 0x1F0, 0, 3},
    OptionField{"EDATA2_EN", 0x1F0, 15, 1},
};

struct Widths {
  unsigned sector = 7;    // SECWM and HDP borders
  unsigned protect = 32;  // WRP groups
};

Widths widths_of(std::uint16_t device_id) {
  switch (device_id) {
    case kDeviceH503:
      return {.sector = 3, .protect = 8};
    case kDeviceH52x:
      return {.sector = 5, .protect = 8};
    default:
      return {};
  }
}

}  // namespace

OptionTable::OptionTable(std::uint16_t device_id) : fields_(kCommon.begin(), kCommon.end()) {
  const bool small = device_id == kDeviceH503;
  const std::span<const OptionField> extra = small ? std::span<const OptionField>(kSmall) : kLarge;
  fields_.insert(fields_.end(), extra.begin(), extra.end());

  const Widths widths = widths_of(device_id);
  const auto add_borders = [&](std::string_view start, std::string_view end, std::uint32_t offset) {
    fields_.push_back({start, offset, 0, widths.sector});
    fields_.push_back({end, offset, 16, widths.sector});
  };
  if (!small) {
    add_borders("SECWM1_STRT", "SECWM1_END", kSecwm1Cur);
    add_borders("SECWM2_STRT", "SECWM2_END", kSecwm2Cur);
  }
  fields_.push_back({"WRPSGn1", 0xE8, 0, widths.protect});
  fields_.push_back({"WRPSGn2", 0x1E8, 0, widths.protect});
  add_borders("HDP1_STRT", "HDP1_END", 0xF8);
  add_borders("HDP2_STRT", "HDP2_END", 0x1F8);
}

const OptionField* OptionTable::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &OptionField::name);
  return found == fields_.end() ? nullptr : &*found;
}

SectorRange OptionTable::sector_range(std::uint32_t watermark) const {
  const OptionField* const first = find("SECWM1_STRT");
  const OptionField* const last = find("SECWM1_END");
  if (first == nullptr || last == nullptr) return {};
  return {.first = first->get(watermark), .last = last->get(watermark)};
}

}  // namespace rigor::h5
