// What is wrong in a file that a person wrote, and where.
//
// Readers do not stop at the first mistake: they collect Faults and go on, so that one look at the output mends the
// whole file. Printed form (docs and editors rely on it):
//
//   rigs/rack.yaml:4:5: error: unknown key 'bord', did you mean 'board'?
//       bord: weact-h523
//       ^
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "framework/base/error.hpp"

namespace rigor {

// A spot in a file. Line and column count from 1, columns in characters; line 0 means the file as a whole.
struct Place {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string source;  // the text of that line, for the caret
};

struct Fault {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;  // what is wrong, with the value: "'flash' is a list"
  std::string hint;     // what would be right, reads on after a comma: "expected a size such as 512KiB"; may be empty
  std::string source;   // the text of that line
};

// "FILE:LINE:COL: error: message, hint"; without line and column when the fault is the file itself.
[[nodiscard]] std::string format_fault(const Fault& fault);
// format_fault(), then the line of the file and a caret under the column. Ends without a newline.
[[nodiscard]] std::string describe_fault(const Fault& fault);

class Faults {
 public:
  static constexpr std::size_t kMost = 1000;  // nobody reads further; the rest is not kept

  // The same fault at the same place is kept once, so that a file reached on two ways is not reported twice.
  void add(const Place& place, std::string message, std::string hint = {});

  [[nodiscard]] bool empty() const { return faults_.empty(); }
  [[nodiscard]] std::size_t size() const { return faults_.size(); }
  // In the order in which files were first reported, and in the order of places within a file.
  [[nodiscard]] std::vector<Fault> sorted() const;
  // All of sorted(), described, one after the other.
  [[nodiscard]] std::string describe() const;
  // Code::file_invalid: the first fault as the message, the others as causes. Must not be empty.
  [[nodiscard]] Error to_error() const;

 private:
  std::vector<Fault> faults_;
};

}  // namespace rigor
