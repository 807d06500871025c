// How far a part has been closed: PRODUCT_STATE of the H5 (stm32h5.md 4.2), the virtual product state of the H7RS
// (stm32h7rs.md 4), the read-protection level of the F4 (stm32f4.md 4.1). Which of them a family has, and how they
// follow each other, is in life_cycle.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigor {

enum class ProductState : std::uint8_t {
  open,
  provisioning,
  provisioned,
  tz_closed,
  closed,
  locked,
  regression,     // transient
  ns_regression,  // transient
  rdp_0,          // F4: nothing is protected
  rdp_1,          // F4: no debugger reads the flash; the way back erases it
  rdp_2,          // F4: no debugger at all, for ever
};

// The 8-bit PRODUCT_STATE of the H5: open is 0xED. The state must be one of the H5's.
[[nodiscard]] std::uint8_t product_state_code(ProductState state);
[[nodiscard]] std::optional<ProductState> product_state_from_code(std::uint32_t code);

// "open", "tz-closed": the spelling of suites and reports.
[[nodiscard]] std::string_view product_state_name(ProductState state);
// All of them but the transient ones, in the order of the life cycle.
[[nodiscard]] std::vector<std::string> product_state_names();
// Takes that spelling, ST's ("TZ-CLOSED", "iROT-PROVISIONED") and "0x17"; case does not matter.
[[nodiscard]] std::optional<ProductState> product_state_from_name(std::string_view name);

// States in which the debug port may be shut, so that a write into them cannot be read back for certain.
[[nodiscard]] bool closes_debug(ProductState state);

}  // namespace rigor
