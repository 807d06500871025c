#include "framework/target/stm32f4/part.hpp"

#include <algorithm>
#include <array>

#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

constexpr std::array kParts{
    Part{.device_id = 0x413, .code_protection = false},  // F405/407/415/417
    Part{.device_id = 0x419, .dual_bank = true},         // F42x/43x
    Part{.device_id = 0x421, .write_protect_bits = 8},   // F446
    Part{.device_id = 0x423, .write_protect_bits = 6},   // F401xB/C
    Part{.device_id = 0x433, .write_protect_bits = 8},   // F401xD/E
    Part{.device_id = 0x431, .write_protect_bits = 8},   // F411
    Part{.device_id = 0x434, .dual_bank = true},         // F469/479
    Part{.device_id = 0x441},                            // F412
    Part{.device_id = 0x463, .write_protect_bits = 15},  // F413/F423: sectors 14 and 15 share the last (CMSIS, RM0430)
};

constexpr unsigned kSectorsOfBank = 12;
constexpr std::array<std::string_view, 2 * kSectorsOfBank> kWriteProtect{
    "WRP0",  "WRP1",  "WRP2",  "WRP3",  "WRP4",  "WRP5",  "WRP6",  "WRP7",  "WRP8",  "WRP9",  "WRP10", "WRP11",
    "WRP12", "WRP13", "WRP14", "WRP15", "WRP16", "WRP17", "WRP18", "WRP19", "WRP20", "WRP21", "WRP22", "WRP23"};

}  // namespace

const Part* find_part(std::uint16_t device_id) {
  const auto found = std::ranges::find(kParts, device_id, &Part::device_id);
  return found == kParts.end() ? nullptr : &*found;
}

unsigned write_protect_bit(const Part& part, unsigned bank, unsigned index) {
  return bank == 1 ? std::min(index, part.write_protect_bits - 1) : index;
}

std::string write_protect_name(const Part& part, unsigned bank, unsigned index) {
  return std::string(kWriteProtect.at((bank - 1) * kSectorsOfBank + write_protect_bit(part, bank, index)));
}

std::vector<OptionField> option_fields(const Part& part) {
  std::vector<OptionField> fields{{kReadProtection, kOptcr, kOptcrLevelShift, 8},
                                  {"BOR_LEV", kOptcr, 2, 2},
                                  {"WDG_SW", kOptcr, 5, 1},
                                  {"nRST_STOP", kOptcr, 6, 1},
                                  {"nRST_STDBY", kOptcr, 7, 1}};
  if (part.code_protection) fields.push_back({kProtectMode, kOptcr, 31, 1});
  if (part.dual_bank) {
    fields.push_back({"BFB2", kOptcr, 4, 1});
    fields.push_back({"DB1M", kOptcr, 30, 1});
  }
  for (unsigned i = 0; i < part.write_protect_bits; ++i)
    fields.push_back({kWriteProtect[i], kOptcr, kWriteProtectShift + i, 1});
  for (unsigned i = 0; part.dual_bank && i < kSectorsOfBank; ++i)
    fields.push_back({kWriteProtect[kSectorsOfBank + i], kOptcr1, kWriteProtectShift + i, 1});
  return fields;
}

}  // namespace rigor::f4
