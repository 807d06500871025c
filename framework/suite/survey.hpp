// What a board answers, without changing anything: read before a new board, or a new kind of part, is trusted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/base/result.hpp"

namespace rigor {

class Step;

struct SurveyRow {
  std::string subject;         // "device id", "option TZEN", "authentication.answers"
  std::string seen;            // what was read, or why it could not be
  std::string expected;        // by the chip or board file; empty where they say nothing
  std::optional<bool> agrees;  // nothing where there is nothing to compare with
};

// The board is powered and attached. What cannot be read is a row and no error; so is every fact that the chip file
// only assumes, with what can be seen of it without leaving OPEN. Errors: none but an interruption.
[[nodiscard]] Result<std::vector<SurveyRow>> survey(Step& step);

}  // namespace rigor
