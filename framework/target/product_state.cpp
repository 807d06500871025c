#include "framework/target/product_state.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

namespace rigor {
namespace {

struct StateRow {
  ProductState state = ProductState::open;
  std::uint8_t code = 0;
  std::string_view name;
  std::string_view st_name;
};

// The codes are the H5's, Hamming(8,4) words (stm32h5.md 4.2); the F4's levels are no state of the H5.
constexpr std::uint8_t kNoCode = 0;
constexpr std::array kStates{
    StateRow{ProductState::open, 0xED, "open", "open"},
    StateRow{ProductState::provisioning, 0x17, "provisioning", "provisioning"},
    StateRow{ProductState::provisioned, 0x2E, "provisioned", "irot-provisioned"},
    StateRow{ProductState::tz_closed, 0xC6, "tz-closed", "tz_closed"},
    StateRow{ProductState::closed, 0x72, "closed", "closed"},
    StateRow{ProductState::locked, 0x5C, "locked", "locked"},
    StateRow{ProductState::regression, 0x9A, "regression", "regression"},
    StateRow{ProductState::ns_regression, 0xA3, "ns-regression", "ns_regression"},
    StateRow{ProductState::rdp_0, kNoCode, "rdp-0", "rdp_0"},
    StateRow{ProductState::rdp_1, kNoCode, "rdp-1", "rdp_1"},
    StateRow{ProductState::rdp_2, kNoCode, "rdp-2", "rdp_2"},
};

const StateRow& row_of(ProductState state) { return *std::ranges::find(kStates, state, &StateRow::state); }

std::optional<ProductState> from_number(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  std::uint32_t code = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 2, end, code, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return product_state_from_code(code);
}

}  // namespace

std::uint8_t product_state_code(ProductState state) { return row_of(state).code; }
std::string_view product_state_name(ProductState state) { return row_of(state).name; }

std::optional<ProductState> product_state_from_code(std::uint32_t code) {
  const auto found = std::ranges::find(kStates, code, &StateRow::code);
  if (found == kStates.end() || found->code == kNoCode) return std::nullopt;
  return found->state;
}

std::vector<std::string> product_state_names() {
  std::vector<std::string> names;
  for (const StateRow& row : kStates)
    if (row.state != ProductState::regression && row.state != ProductState::ns_regression) names.emplace_back(row.name);
  return names;
}

std::optional<ProductState> product_state_from_name(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found =
      std::ranges::find_if(kStates, [&](const StateRow& row) { return row.name == lower || row.st_name == lower; });
  if (found != kStates.end()) return found->state;
  return from_number(lower);
}

bool closes_debug(ProductState state) {
  return state == ProductState::provisioned || state == ProductState::tz_closed || state == ProductState::closed ||
         state == ProductState::locked || state == ProductState::rdp_2;
}

}  // namespace rigor
