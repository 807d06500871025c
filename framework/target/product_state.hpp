// The life cycle of a secure STM32 as its PRODUCT_STATE option shows it (stm32h5.md 4.2, lifecycle.md 1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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
};

// The 8-bit option value of the H5: open is 0xED.
[[nodiscard]] std::uint8_t product_state_code(ProductState state);
[[nodiscard]] std::optional<ProductState> product_state_from_code(std::uint32_t code);

// "open", "tz-closed": the spelling of suites and reports.
[[nodiscard]] std::string_view product_state_name(ProductState state);
// Takes that spelling, ST's ("TZ-CLOSED", "iROT-PROVISIONED") and "0x17"; case does not matter.
[[nodiscard]] std::optional<ProductState> product_state_from_name(std::string_view name);

// States in which the debug port may be shut, so that a write into them cannot be read back for certain.
[[nodiscard]] bool closes_debug(ProductState state);

}  // namespace rigor
