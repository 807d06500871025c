// Lines of the form "name    value", and permissions by name: what the pages of credentials are made of.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/auth/permissions.hpp"

namespace rigor::cli {

// "H5", "H7RS": for people.
[[nodiscard]] std::string_view family_title(Family family);
// "h5", "h7rs": for programs, and for --family.
[[nodiscard]] std::string_view family_key(Family family);

class Fields {
 public:
  void title(std::string text);
  // Each line of a longer value stands under the first.
  void add(std::string_view name, std::string_view value);
  void add_all(std::string_view name, std::span<const std::string> values);
  // The mask as a number, then its names per family.
  void add(std::string_view name, const Permissions& mask, std::span<const Family> families);

  [[nodiscard]] std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

// "full-regression, level-2-debug and 3 bits without a name"; "none" for an empty mask.
[[nodiscard]] std::string permission_words(Family family, const Permissions& mask);
// {"h5": ["full-regression"], "h7rs": [...]}; bits without a name are in the mask only.
[[nodiscard]] nlohmann::json permission_names_json(std::span<const Family> families, const Permissions& mask);

}  // namespace rigor::cli
