// What a line can be there for, and the words for its two states.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/gpio/line_driver.hpp"

namespace rigor {

struct LineJob {
  std::string_view name;  // "nrst"; one that ends in '-' takes a name of its own behind it
  Level active;
  Drive drive;
  std::string_view active_word;
  std::string_view inactive_word;
};

// Null when `name` is no job.
[[nodiscard]] const LineJob* find_line_job(std::string_view name);
// nrst, power, ..., aux-NAME: for suggestions.
[[nodiscard]] std::vector<std::string> line_job_names();

struct StateWords {
  std::string active;
  std::string inactive;
};
[[nodiscard]] std::optional<StateWords> state_words(std::string_view job);

}  // namespace rigor
