#include "framework/target/option_field.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/suggest.hpp"

namespace rigor {

Result<const OptionField*> find_option(std::span<const OptionField> fields, std::string_view name,
                                       std::string_view chip) {
  const auto found = std::ranges::find(fields, name, &OptionField::name);
  if (found != fields.end()) return &*found;
  std::vector<std::string> names;
  for (const OptionField& field : fields) names.emplace_back(field.name);
  return fail(Error(Code::name_unknown, fmt::format("{} has no option {}", chip, name)).hint(suggestion(name, names)));
}

Result<std::vector<OptionWish>> resolve_wishes(std::span<const OptionField> fields, std::string_view chip,
                                               std::span<const OptionValue> wanted, const ReadRegister& read) {
  std::vector<OptionWish> wishes;
  for (const OptionValue& each : wanted) {
    RIGOR_TRY(const OptionField* const field, find_option(fields, each.name, chip));
    if (field->get(field->set(0, each.value)) != each.value) {
      return fail(Code::usage,
                  fmt::format("{} has {} bits, 0x{:X} does not fit", field->name, field->width, each.value));
    }
    RIGOR_TRY(const std::uint32_t word, read(field->offset));
    wishes.push_back({.field = field, .before = field->get(word), .wanted = each.value});
  }
  return wishes;
}

Result<std::vector<OptionDifference>> read_back(std::span<const OptionWish> wishes, const ReadRegister& read) {
  std::vector<OptionDifference> fields;
  for (const OptionWish& wish : wishes) {
    RIGOR_TRY(const std::uint32_t word, read(wish.field->offset));
    fields.push_back({std::string(wish.field->name), wish.before, wish.wanted, wish.field->get(word)});
  }
  return fields;
}

bool all_stuck(std::span<const OptionDifference> fields) {
  return std::ranges::all_of(fields, [](const OptionDifference& each) { return each.after == each.wanted; });
}

std::string what_stayed(std::span<const OptionDifference> fields) {
  std::string text;
  for (const OptionDifference& each : fields) {
    if (each.after == each.wanted) continue;
    text += fmt::format("{}{}: 0x{:X} was asked for, 0x{:X} is there", text.empty() ? "" : "; ", each.name, each.wanted,
                        each.after);
  }
  return text;
}

}  // namespace rigor
