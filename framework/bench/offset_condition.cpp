#include "framework/bench/offset_condition.hpp"

#include <fmt/format.h>
#include <cctype>

namespace rigor {
namespace {

constexpr const char* kForm = "expected sums of names and durations around one of >=, <=, > and <: r2 >= a2 + 2ms";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// Adds one side, with this sign, to the condition. A sign belongs to a term when a blank or nothing stands before it:
// names may contain '-'.
std::expected<void, Misfit> add_side(std::string_view side, int sign, OffsetCondition& condition) {
  int term_sign = sign;
  bool term_expected = true;
  for (side = trimmed(side); !side.empty(); side = trimmed(side)) {
    const std::string_view word = side.substr(0, side.find(' '));
    side.remove_prefix(word.size());
    if (word == "+" || word == "-") {
      if (term_expected) return std::unexpected(Misfit{fmt::format("has no term before '{}'", word), kForm});
      term_sign = word == "+" ? sign : -sign;
      term_expected = true;
      continue;
    }
    if (!term_expected) return std::unexpected(Misfit{fmt::format("has no sign before '{}'", word), kForm});
    term_expected = false;
    if (std::isdigit(static_cast<unsigned char>(word.front())) == 0) {
      condition.factors[std::string(word)] += term_sign;
      continue;
    }
    const auto duration = parse_duration(word);
    if (!duration) return std::unexpected(duration.error());
    condition.constant += term_sign * *duration;
  }
  if (term_expected) return std::unexpected(Misfit{"has an empty side", kForm});
  return {};
}

}  // namespace

bool OffsetCondition::holds(const Offsets& offsets) const {
  Duration sum = constant;
  for (const auto& [name, factor] : factors) {
    const auto known = offsets.find(name);
    if (known != offsets.end()) sum += factor * known->second;
  }
  return strict ? sum > Duration::zero() : sum >= Duration::zero();
}

std::vector<std::string> OffsetCondition::names() const {
  std::vector<std::string> names;
  for (const auto& entry : factors) names.push_back(entry.first);
  return names;
}

Parsed<OffsetCondition> parse_offset_condition(std::string_view text) {
  OffsetCondition condition;
  condition.text = text;
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos || text.find_first_of("<>", at + 1) != std::string_view::npos)
    return std::unexpected(Misfit{"is no comparison", kForm});
  const bool or_equal = at + 1 < text.size() && text[at + 1] == '=';
  condition.strict = !or_equal;
  const int left_sign = text[at] == '>' ? 1 : -1;
  if (auto left = add_side(text.substr(0, at), left_sign, condition); !left) return std::unexpected(left.error());
  const std::string_view right = text.substr(at + (or_equal ? 2 : 1));
  if (auto added = add_side(right, -left_sign, condition); !added) return std::unexpected(added.error());
  return condition;
}

}  // namespace rigor
