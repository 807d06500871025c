#include "tests/lab/wiring/open_questions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>

namespace rigor::lab::test {
namespace {

bool is_open(const std::string& comment) {
  static const std::regex mark(R"((^|[^A-Za-z0-9])[IU]([^A-Za-z0-9]|$))");
  return std::regex_search(comment, mark);
}

// "bool pcrop = false;" and "Bytes otp_content;" are fields; so is a value that goes over two lines.
std::string key_of(const std::string& statement) {
  static const std::regex field(R"(^\s*[\w:<>, ]+\s(\w+)\s*(=.*)?;\s*$)");
  std::smatch found;
  if (!std::regex_match(statement, found, field)) return {};
  std::string key = found[1];
  std::ranges::replace(key, '_', '-');
  return key;
}

}  // namespace

std::vector<std::string> open_questions(const std::string& file) {
  std::ifstream header(RIGOR_SOURCE_DIR "/fixtures/virtual/" + file);
  EXPECT_TRUE(header) << file;
  std::vector<std::string> keys;
  std::string statement, comment;
  for (std::string line; std::getline(header, line);) {
    const std::size_t slashes = line.find("//");
    const std::string code = line.substr(0, slashes);
    if (code.find_first_not_of(' ') == std::string::npos) continue;
    if (slashes != std::string::npos) comment += line.substr(slashes);
    statement += code;
    if (!code.contains(';') && !code.ends_with("{ ") && !code.ends_with('{')) continue;
    const std::string key = is_open(comment) ? key_of(statement) : std::string();
    if (!key.empty()) keys.push_back(key);
    statement.clear();
    comment.clear();
  }
  return keys;
}

}  // namespace rigor::lab::test
