#include "framework/base/line_splitter.hpp"

namespace rigor {
namespace {

constexpr char kEscape = '\x1b';
// ECMA-48: the byte that ends a control sequence.
bool ends_sequence(char c) { return c >= 0x40 && c <= 0x7E; }

}  // namespace

void LineSplitter::add(std::string_view bytes) {
  for (const char c : bytes) {
    switch (state_) {
      case State::escape:
        state_ = c == '[' ? State::sequence : State::text;
        continue;
      case State::sequence:
        if (ends_sequence(c)) state_ = State::text;
        continue;
      case State::text:
        break;
    }
    if (c == kEscape) {
      state_ = State::escape;
      continue;
    }
    if (c != '\n' && c != '\r') line_ += c;
    if (c == '\n' || c == '\r' || line_.size() >= kMostLine) end();
  }
}

void LineSplitter::end() {
  if (!line_.empty()) tell_(line_);
  line_.clear();
}

}  // namespace rigor
