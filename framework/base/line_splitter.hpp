// Output of programs, cut into lines as it comes.
//
// A line ends with a line feed, with a carriage return (progress bars), or after kMostLine bytes. Control sequences of
// terminals (ESC [ ... letter: colours) are left out, empty lines too.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace rigor {

class LineSplitter {
 public:
  static constexpr std::size_t kMostLine = 1024;
  using Tell = std::function<void(std::string_view line)>;

  explicit LineSplitter(Tell tell) : tell_(std::move(tell)) {}
  void add(std::string_view bytes);
  // Tells what has come since the last end of a line.
  void end();

 private:
  enum class State : unsigned char { text, escape, sequence };

  Tell tell_;
  std::string line_;
  State state_ = State::text;
};

}  // namespace rigor
