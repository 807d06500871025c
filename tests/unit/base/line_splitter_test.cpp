// Output of programs, whole or in pieces.
#include "framework/base/line_splitter.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace rigor {
namespace {

std::vector<std::string> split(std::string_view text, std::size_t piece) {
  std::vector<std::string> lines;
  LineSplitter splitter([&](std::string_view line) { lines.emplace_back(line); });
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) splitter.add(text.substr(0, piece));
  splitter.end();
  return lines;
}

TEST(LineSplitter, LinesEndInAllWaysThatProgramsKnow) {
  struct Case {
    std::string text;
    std::vector<std::string> lines;
  };
  const Case cases[] = {
      {"", {}},
      {"one", {"one"}},
      {"one\ntwo\n", {"one", "two"}},
      {"one\r\ntwo\r\n\r\n", {"one", "two"}},
      {"10%\r20%\rdone\n", {"10%", "20%", "done"}},
      {"\x1b[1;32mgreen\x1b[0m text\n", {"green text"}},
      {"\x1b[K\n\x1b(x", {"x"}},
      {std::string(LineSplitter::kMostLine + 3, 'x'), {std::string(LineSplitter::kMostLine, 'x'), "xxx"}}};
  for (const auto& [text, lines] : cases)
    for (const std::size_t piece : {1U, 3U, 100'000U}) EXPECT_EQ(split(text, piece), lines) << text << " by " << piece;
}

}  // namespace
}  // namespace rigor
