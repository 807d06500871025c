#include "framework/target/life_cycle.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

namespace rigor {
namespace {

using enum ProductState;

constexpr std::array kH5States{open, provisioning, provisioned, tz_closed, closed, locked};
constexpr std::array kH503States{open, provisioning, provisioned, closed, locked};
constexpr std::array kH7rsStates{open, provisioning, closed, locked};
constexpr std::array kF4States{rdp_0, rdp_1, rdp_2};

// lifecycle.md 1.1
Passage h5_passage(bool security, ProductState from, ProductState to) {
  if (from == locked) return Passage::refused;
  if (to == open) return Passage::regression;
  if (from == open && to != provisioning) return to == provisioned ? Passage::unknown : Passage::refused;
  if (to == provisioning) return from == open ? Passage::forward : Passage::refused;
  if (to == tz_closed && !security) return Passage::refused;  // debug-authentication.md 12.1
  if (to == tz_closed && from == closed) return Passage::regression;
  if (from != provisioning) {
    const auto rank = [](ProductState state) { return std::ranges::find(kH5States, state) - kH5States.begin(); };
    return rank(to) > rank(from) ? Passage::unknown : Passage::refused;
  }
  return to == locked ? Passage::terminal : Passage::forward;
}

// lifecycle.md 2.1. OPEN to CLOSED at once is unknown there, and refused by decision.
Passage h7rs_passage(ProductState from, ProductState to) {
  if (from == locked) return Passage::refused;
  if (to == open) return Passage::regression;
  if (from == open) return to == provisioning ? Passage::forward : Passage::refused;
  if (from == provisioning && to == closed) return Passage::forward;
  if (from == provisioning && to == locked) return Passage::terminal;
  return Passage::refused;
}

// lifecycle.md 3
Passage f4_passage(ProductState from, ProductState to) {
  if (from == rdp_2) return Passage::refused;
  if (to == rdp_2) return Passage::terminal;
  return to == rdp_0 ? Passage::erases : Passage::forward;
}

std::string_view way_to(Passage passage) {
  return passage == Passage::regression ? "only an authenticated regression leads there"
                                        : "open goes to provisioning, provisioning goes forward, nothing leaves locked";
}

}  // namespace

std::span<const ProductState> states_of(const ChipFacts& facts) {
  if (facts.family == Family::stm32f4) return kF4States;
  if (facts.family == Family::stm32h7rs) return kH7rsStates;
  if (facts.has_security_extension) return kH5States;
  return kH503States;
}

Passage passage(const ChipFacts& facts, bool security, ProductState from, ProductState to) {
  if (from == to) return Passage::stays;
  if (facts.family == Family::stm32f4) return f4_passage(from, to);
  if (facts.family == Family::stm32h7rs) return h7rs_passage(from, to);
  return h5_passage(security, from, to);
}

Result<void> check_passage(const ChipFacts& facts, bool security, ProductState from, ProductState to) {
  const auto states = states_of(facts);
  if (std::ranges::find(states, to) == states.end()) {
    std::vector<std::string_view> names;
    for (const ProductState state : states) names.push_back(product_state_name(state));
    return fail(Error(Code::usage, fmt::format("{} has no state {}", facts.name, product_state_name(to)))
                    .hint(fmt::format("it has {}", fmt::join(names, ", "))));
  }
  const Passage found = passage(facts, security, from, to);
  if (found != Passage::refused && found != Passage::regression) return {};
  return fail(Error(Code::state_unsuitable,
                    fmt::format("no request leads from {} to {}{}", product_state_name(from), product_state_name(to),
                                to == tz_closed && !security ? " with TZEN off" : ""))
                  .hint(std::string(way_to(found))));
}

bool is_terminal(ProductState state) { return state == locked || state == rdp_2; }

ProductState open_state(const ChipFacts& facts) { return facts.family == Family::stm32f4 ? rdp_0 : open; }

}  // namespace rigor
