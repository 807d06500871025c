// A test's lines, probe commands, mailbox words and steps over time, as inline SVG. Its size depends on its width in
// pixels, not on the length of the timeline. Used inside reports only.
#pragma once

#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

// Empty when nothing happened that could be drawn.
[[nodiscard]] std::string waveform_svg(const TestRecord& test);

}  // namespace rigor
