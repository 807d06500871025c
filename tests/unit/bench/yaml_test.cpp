#include "framework/bench/yaml.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>

namespace rigor {
namespace {

std::string fault_of(std::string_view text) {
  Faults faults;
  static_cast<void>(parse_yaml(text, "f.yaml", faults));
  return faults.describe();
}

TEST(Yaml, every_node_knows_its_place) {
  Faults faults;
  const YamlNode file = parse_yaml(
      "rig: a\n"
      "list: [1, 'two']\n"
      "map:\n"
      "  \xC3\xA4\xC3\xB6: {k: v}\n"
      "empty:\n"
      "last: x\n",
      "f.yaml", faults);
  ASSERT_TRUE(faults.empty()) << faults.describe();
  EXPECT_EQ(file.keys(), (std::vector<std::string>{"rig", "list", "map", "empty", "last"}));

  const auto expect_place = [](const Place& place, std::size_t line, std::size_t column) {
    EXPECT_EQ(place.file, "f.yaml");
    EXPECT_EQ(place.line, line);
    EXPECT_EQ(place.column, column);
  };
  expect_place(file.at("rig").place(), 1, 6);
  expect_place(file.key_place("rig"), 1, 1);
  expect_place(file.at("list").items().at(1).place(), 2, 11);
  expect_place(file.at("map").at("\xC3\xA4\xC3\xB6").at("k").place(), 4, 11);  // characters, not bytes
  expect_place(file.at("empty").place(), 5, 1);
  EXPECT_EQ(file.at("list").place().source, "list: [1, 'two']");

  EXPECT_EQ(file.label(), "the file");
  EXPECT_EQ(file.at("list").items().at(1).label(), "item 2 of 'list'");
  EXPECT_TRUE(file.at("list").items().at(1).is_quoted());
  EXPECT_FALSE(file.at("list").items().at(0).is_quoted());
  EXPECT_EQ(file.at("map").kind(), "a map");
  EXPECT_TRUE(file.at("empty").is_empty());
  EXPECT_FALSE(file.at("absent"));
  EXPECT_FALSE(file.at("rig").at("deeper"));
  EXPECT_EQ(YamlNode().scalar(), "");
}

TEST(Yaml, aliases_repeat_a_value) {
  Faults faults;
  const YamlNode file = parse_yaml("a: &x {k: 1}\nb: *x\n", "f.yaml", faults);
  ASSERT_TRUE(faults.empty()) << faults.describe();
  EXPECT_EQ(file.at("b").at("k").scalar(), "1");
}

struct Golden {
  std::string text;
  std::string faults;
};

TEST(Yaml, faults_print_byte_for_byte) {
  const Golden cases[] = {
      {"", "f.yaml: error: the file is empty, expected a description"},
      {"# only a comment\n", "f.yaml: error: the file is empty, expected a description"},
      {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: error: key 'a' is given twice, it stands in line 1 already\na: 3\n^"},
      {"a: {b: 1\n", "f.yaml:1:4: error: a '{' is not closed, add the '}' or the ',' that is missing\na: {b: 1\n   ^"},
      {"a: [1, 2\nb: 3\n",
       "f.yaml:1:4: error: a '[' is not closed, add the ']' or the ',' that is missing\na: [1, 2\n   ^"},
      {"a: 'open\n", "f.yaml:1:4: error: a quote is not closed, add the quote that is missing\na: 'open\n   ^"},
      {"a: 'it''s\n", "f.yaml:1:4: error: a quote is not closed, add the quote that is missing\na: 'it''s\n   ^"},
      {"a: \"open\\\"\n",
       "f.yaml:1:4: error: a quote is not closed, add the quote that is missing\na: \"open\\\"\n   ^"},
      {"a: b: c\n",
       "f.yaml:1:5: error: a ':' cannot stand here, put text that holds ': ' in quotes, or mend the "
       "indentation\na: b: c\n    ^"},
      {"a:\n\tb: 1\n", "f.yaml:2:1: error: a tab stands in the indentation, use blanks\n\tb: 1\n^"},
      {"a: *nobody\n",
       "f.yaml:1:4: error: an alias names an anchor that is not defined above it, define it with '&' first\na: "
       "*nobody\n   ^"},
      {"a: &x [*x]\n",
       "f.yaml:1:8: error: an alias stands inside the value that it repeats, write the value out\na: &x [*x]\n       "
       "^"},
      {"a: !!python/object x\n",
       "f.yaml:1:4: error: the tag 'tag:yaml.org,2002:python/object' is not used here, remove it\na: !!python/object "
       "x\n   ^"},
      {"[a, b]: 1\n", "f.yaml:1:1: error: a key is a list, expected plain text\n[a, b]: 1\n^"},
      {"a: 1\n---\nb: 2\n",
       "f.yaml:3:1: error: a second document begins here, expected one document per file\nb: 2\n^"},
      {std::string("a: \x01\n"), "f.yaml:1:4: error: byte 0x01 is not text, expected a text file in UTF-8"},
      {"a: \xFF\xFE\n", "f.yaml:1:4: error: byte 0xff is not text, expected a text file in UTF-8"},
  };
  for (const auto& [text, faults] : cases) EXPECT_EQ(fault_of(text), faults) << text;
}

TEST(Yaml, the_caret_stands_under_its_character) {
  Fault fault{"f.yaml", 2, 4, "m", "h", "\t\xC3\xA4\tx"};
  EXPECT_EQ(describe_fault(fault), "f.yaml:2:4: error: m, h\n\t\xC3\xA4\tx\n\t \t^");
}

TEST(Yaml, bombs_are_refused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_NE(fault_of(bomb).find("grow beyond all use"), std::string::npos);

  std::string chain = "a0: &a0 [x]\n";  // few nodes, but deeper with every line
  for (int i = 1; i < 100; ++i) chain += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
  EXPECT_NE(fault_of(chain).find("grow beyond all use"), std::string::npos);

  EXPECT_NE(fault_of("a: " + std::string(200, '[') + std::string(200, ']')).find("more than 32 levels"),
            std::string::npos);
  EXPECT_NE(fault_of(std::string(2U << 20, 'x')).find("expected at most 1048576"), std::string::npos);
  EXPECT_NE(fault_of(std::string(200, 'k') + ": 1").find("a key has 200 bytes"), std::string::npos);
}

TEST(Yaml, byte_order_mark_and_carriage_returns_do_no_harm) {
  Faults faults;
  const YamlNode file = parse_yaml(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n",
      "f.yaml", faults);
  ASSERT_TRUE(faults.empty()) << faults.describe();
  EXPECT_EQ(file.at("b").scalar(), "2");
  EXPECT_EQ(file.at("b").place().source, "b: 2");
  EXPECT_EQ(file.at("a").place().column, 4U);
}

TEST(Yaml, unreadable_files_are_faults_without_a_line) {
  Faults faults;
  EXPECT_FALSE(load_yaml("/nowhere/x.yaml", faults));
  EXPECT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults.describe().find("/nowhere/x.yaml: error: "), 0U);
  Faults folder;
  EXPECT_FALSE(load_yaml("/tmp", folder));
  EXPECT_EQ(folder.size(), 1U);
}

TEST(Faults, are_sorted_kept_once_and_bounded) {
  Faults faults;
  const Place late{"a", 9, 1, ""};
  const Place early{"a", 2, 5, ""};
  const Place other{"b", 1, 1, ""};
  faults.add(late, "late");
  faults.add(other, "other");
  faults.add(early, "early");
  faults.add(late, "late");
  ASSERT_EQ(faults.size(), 3U);
  const auto sorted = faults.sorted();
  EXPECT_EQ(sorted[0].message, "early");
  EXPECT_EQ(sorted[1].message, "late");
  EXPECT_EQ(sorted[2].message, "other");
  const Error error = faults.to_error();
  EXPECT_EQ(error.code(), Code::file_invalid);
  EXPECT_EQ(error.message(), "a:2:5: error: early");
  EXPECT_EQ(error.causes().size(), 2U);
  for (std::size_t i = 0; i < 2 * Faults::kMost; ++i) faults.add({"c", i, 1, ""}, "many");
  EXPECT_EQ(faults.size(), Faults::kMost);
}

}  // namespace
}  // namespace rigor
