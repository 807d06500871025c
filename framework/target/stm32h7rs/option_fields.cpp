#include "framework/target/stm32h7rs/option_fields.hpp"

#include <array>

#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

constexpr std::array kFields{
    OptionField{"NVSTATE", kNvsr, 0, 8},         OptionField{"OEM_PROVD", kRotsr, 0, 8},
    OptionField{"DBG_AUTH", kRotsr, 8, 8},       OptionField{"IROT_SELECT", kRotsr, 24, 8},
    OptionField{"OTPL", kOtplsr, 0, 16},         OptionField{"WRPS0", kWrpsr, 0, 1},
    OptionField{"WRPS1", kWrpsr, 1, 1},          OptionField{"WRPS2", kWrpsr, 2, 1},
    OptionField{"WRPS3", kWrpsr, 3, 1},          OptionField{"WRPS4", kWrpsr, 4, 1},
    OptionField{"WRPS5", kWrpsr, 5, 1},          OptionField{"WRPS6", kWrpsr, 6, 1},
    OptionField{"WRPS7", kWrpsr, 7, 1},          OptionField{"HDP_AREA_START", kHdpsr, 0, 9},
    OptionField{"HDP_AREA_END", kHdpsr, 16, 9},  OptionField{"EPOCH", kEpochsr, 0, 24},
    OptionField{"BOR_LEV", kObw1sr, 2, 2},       OptionField{"IWDG_HW", kObw1sr, 4, 1},
    OptionField{"NRST_STOP", kObw1sr, 6, 1},     OptionField{"NRST_STBY", kObw1sr, 7, 1},
    OptionField{"XSPI1_HSLV", kObw1sr, 8, 1},    OptionField{"XSPI2_HSLV", kObw1sr, 9, 1},
    OptionField{"IWDG_FZ_STOP", kObw1sr, 17, 1}, OptionField{"IWDG_FZ_SDBY", kObw1sr, 18, 1},
    OptionField{"PERSO_OK", kObw1sr, 28, 1},     OptionField{kVddioHslv, kObw1sr, 29, 1},
    OptionField{kItcmShare, kObw2sr, 0, 3},      OptionField{kDtcmShare, kObw2sr, 4, 3},
    OptionField{"ECC_ON_SRAM", kObw2sr, 8, 1},   OptionField{"I2C_NI3C", kObw2sr, 9, 1},
};

}  // namespace

std::span<const OptionField> option_fields() { return kFields; }

OptionRoute route_of(const OptionField& field) {
  switch (field.offset) {
    case kWrpsr:
    case kHdpsr:
      return OptionRoute::either;
    case kRotsr:
      return OptionRoute::service;
    case kObw1sr:
      return field.name == "PERSO_OK" ? OptionRoute::none : OptionRoute::program;
    case kObw2sr:
      return OptionRoute::program;
    default:
      return OptionRoute::none;
  }
}

}  // namespace rigor::h7rs
