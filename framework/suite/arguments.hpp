// What a verb was asked to do: parameters as the verb describes them, values as somebody wrote them.
//
// A suite file, `rigor do` and a C++ suite all end up here, so all three are checked by the same table and complain in
// the same words. RawArguments are words with their places; bind_arguments() turns them into Arguments, typed and
// complete.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/bench/fault.hpp"

namespace rigor {

enum class ParameterKind : std::uint8_t { text, flag, integer, size, duration, words, table };
[[nodiscard]] std::string_view kind_name(ParameterKind kind);

struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::text;
  bool required = false;
  std::string about;
  std::vector<std::string> choices = {};  // text and words: nothing else is taken; table: the keys it may have
};

using Table = std::vector<std::pair<std::string, std::string>>;  // in the order written

struct RawValue {
  std::variant<std::string, std::vector<std::string>, Table> value;
  Place place;
};
using RawArguments = std::vector<std::pair<std::string, RawValue>>;

// Checked values. Asking for a parameter that was not given is answered with `otherwise`; asking for one that the verb
// does not describe, or as another kind, is a mistake of the program and ends it.
class Arguments {
 public:
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(std::string(name)); }
  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise = {}) const;
  [[nodiscard]] bool flag(std::string_view name, bool otherwise = false) const;
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const;
  [[nodiscard]] Duration duration(std::string_view name, Duration otherwise) const;
  [[nodiscard]] const std::vector<std::string>& words(std::string_view name) const;
  [[nodiscard]] const Table& table(std::string_view name) const;

  // "method=password, expect={integrity: valid}": for records and messages.
  [[nodiscard]] std::string describe() const;

 private:
  friend class ArgumentBinder;
  using Value = std::variant<std::string, bool, std::int64_t, Duration, std::vector<std::string>, Table>;
  template <typename T>
  [[nodiscard]] const T* get(std::string_view name) const;

  std::map<std::string, Value> values_;
};

// Every mistake becomes a fault at the place of its value; then the arguments are not complete and must not be used.
[[nodiscard]] Arguments bind_arguments(const std::vector<Parameter>& parameters, const RawArguments& raw,
                                       const Place& where, Faults& faults);

}  // namespace rigor
