// Which product states a family has, and what leads from one to another (lifecycle.md 1.1, 2.1, 3). Pure data: the
// drivers refuse what cannot succeed before they touch the chip, and the guard rails ask here what cannot be undone.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "framework/base/result.hpp"
#include "framework/target/chip_facts.hpp"
#include "framework/target/product_state.hpp"

namespace rigor {

// What a request for a state amounts to.
enum class Passage : std::uint8_t {
  stays,       // the part is in that state
  forward,     // accepted; a regression or, on the F4, an erase leads back
  terminal,    // accepted, and nothing leads back
  erases,      // F4, level 1 to 0: accepted, and flash and backup SRAM are erased first
  unknown,     // no source tells: silicon may accept or refuse it
  regression,  // only an authenticated regression leads there
  refused,
};

// The states that requests may name, in the order in which a part passes through them.
[[nodiscard]] std::span<const ProductState> states_of(const ChipFacts& facts);

// `security`: TZEN is on; ignored where the part has no such thing.
[[nodiscard]] Passage passage(const ChipFacts& facts, bool security, ProductState from, ProductState to);

// Errors: usage for a state that the part does not have; state_unsuitable, naming what would lead there, for one that a
// request from `from` cannot reach. Nothing was touched.
[[nodiscard]] Result<void> check_passage(const ChipFacts& facts, bool security, ProductState from, ProductState to);

// Nothing leads out of it.
[[nodiscard]] bool is_terminal(ProductState state);

// The state in which everything is allowed: open, or level 0.
[[nodiscard]] ProductState open_state(const ChipFacts& facts);

}  // namespace rigor
