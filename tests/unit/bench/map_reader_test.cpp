#include <gtest/gtest.h>

#include <string>

#include "framework/bench/yaml.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

enum class Color { red, green };
constexpr Word<Color> kColors[] = {{"red", Color::red}, {"green", Color::green}};

class MapReaderTest : public ::testing::Test {
 protected:
  YamlNode parse(std::string_view text) { return parse_yaml(text, "f.yaml", faults_); }
  // The only fault, as one line.
  std::string only_fault() {
    const auto faults = faults_.sorted();
    return faults.size() == 1 ? format_fault(faults[0]) : "not one fault:\n" + faults_.describe();
  }
  Faults faults_;
};

TEST_F(MapReaderTest, reads_every_type) {
  MapReader reader(parse("text: a b\n"
                         "number: 0x1F\n"
                         "negative: -3\n"
                         "flag: off\n"
                         "hold: 20ms\n"
                         "size: 8KiB\n"
                         "color: green\n"
                         "bytes: 0a1b\n"
                         "uid: 0032001A 3333510A\n"
                         "words: [0x44414F4B, 1]\n"
                         "names: [a, b]\n"
                         "one: a\n"),
                   faults_);
  EXPECT_EQ(reader.text("text"), "a b");
  EXPECT_EQ(reader.integer<std::uint8_t>("number"), 31);
  EXPECT_EQ(reader.integer<int>("negative"), -3);
  EXPECT_FALSE(reader.boolean("flag"));
  EXPECT_EQ(reader.duration("hold"), 20ms);
  EXPECT_EQ(reader.size("size"), 8192U);
  EXPECT_EQ(reader.word("color", kColors), Color::green);
  EXPECT_EQ(reader.hex_bytes("bytes"), (Bytes{0x0A, 0x1B}));
  EXPECT_EQ(reader.hex_words("uid"), (std::vector<std::uint32_t>{0x0032001A, 0x3333510A}));
  EXPECT_EQ(reader.hex_words("words"), (std::vector<std::uint32_t>{0x44414F4B, 1}));
  EXPECT_EQ(reader.texts("names"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.texts("one"), (std::vector<std::string>{"a"}));
  reader.finish();
  EXPECT_TRUE(faults_.empty()) << faults_.describe();
}

TEST_F(MapReaderTest, absent_keys_take_their_default) {
  MapReader reader(parse("a: 1\n"), faults_);
  EXPECT_EQ(reader.integer<int>("a"), 1);
  EXPECT_EQ(reader.text("b", "default"), "default");
  EXPECT_TRUE(reader.boolean("c", true));
  EXPECT_EQ(reader.duration("d", 7ms), 7ms);
  EXPECT_EQ(reader.word("e", kColors, Color::green), Color::green);
  EXPECT_EQ(reader.integer<std::uint32_t>("f", 5), 5U);
  EXPECT_TRUE(reader.list("g", std::vector<YamlNode>{}).empty());
  reader.finish();
  EXPECT_TRUE(faults_.empty()) << faults_.describe();
}

TEST_F(MapReaderTest, one_misspelt_required_key_is_one_fault) {
  MapReader reader(parse("bord: x\n"), faults_);
  EXPECT_EQ(reader.text("board"), "");
  reader.finish();
  EXPECT_EQ(only_fault(), "f.yaml:1:1: error: unknown key 'bord', did you mean 'board'?");
}

TEST_F(MapReaderTest, unknown_keys_far_from_all_others_list_what_there_is) {
  MapReader reader(parse("zebra: x\n"), faults_);
  static_cast<void>(reader.text("name", ""));
  static_cast<void>(reader.text("chip", ""));
  reader.finish();
  EXPECT_EQ(only_fault(), "f.yaml:1:1: error: unknown key 'zebra', one of: name, chip");
}

TEST_F(MapReaderTest, a_missing_key_is_reported_even_without_finish) {
  {
    EXPECT_EQ(MapReader(parse("m: {a: 1}\n").at("m"), faults_).text("board"), "");
  }
  EXPECT_EQ(only_fault(), "f.yaml:1:4: error: 'm' has no 'board', add 'board: ...'");
}

TEST_F(MapReaderTest, what_is_no_map_is_one_fault_and_then_silence) {
  MapReader reader(parse("m: [1, 2]\n").at("m"), faults_);
  EXPECT_EQ(reader.text("board"), "");
  EXPECT_EQ(reader.integer<int>("n"), 0);
  reader.finish();
  EXPECT_EQ(only_fault(), "f.yaml:1:4: error: 'm' is a list, expected a map such as {key: value}");
}

struct Mistake {
  std::string text;
  std::string fault;
};

TEST_F(MapReaderTest, wrong_values_say_what_they_are_and_what_would_be_right) {
  const Mistake cases[] = {
      {"text: [a]", "f.yaml:1:7: error: 'text' is a list, expected text"},
      {"text: ", "f.yaml:1:1: error: 'text' is empty, expected text"},
      {"flag: yes", "f.yaml:1:7: error: 'flag': 'yes' is neither on nor off, expected on, off, true or false"},
      {"number: 300", "f.yaml:1:9: error: 'number': 300 is out of range, expected 0 to 255"},
      {"number: twelve",
       "f.yaml:1:9: error: 'number': 'twelve' is not a whole number, expected one such as 12 or 0x1F"},
      {"number: {}", "f.yaml:1:9: error: 'number' is a map, expected a whole number such as 12 or 0x1F"},
      {"hold: 20", "f.yaml:1:7: error: 'hold': '20' has no unit, write 20ms, 20us or 20s"},
      {"hold: -20ms", "f.yaml:1:7: error: 'hold': -20ms is too short, expected at least 0ms"},
      {"hold: [1]", "f.yaml:1:7: error: 'hold' is a list, expected a duration such as 20ms"},
      {"size: 8KB", "f.yaml:1:7: error: 'size': '8KB' may mean 1000 or 1024, write 8KiB for powers of two"},
      {"color: gren", "f.yaml:1:8: error: 'color' is 'gren', did you mean 'green'?"},
      {"color: [green]", "f.yaml:1:8: error: 'color' is a list, expected one of: red, green"},
      {"words: [1, x]",
       "f.yaml:1:12: error: item 2 of 'words': 'x' is not a whole number, expected one such as 12 or 0x1F"},
      {"names: {a: b}", "f.yaml:1:8: error: 'names' is a map, expected a list such as [a, b]"},
      {"names: [a, [b]]", "f.yaml:1:12: error: item 2 of 'names' is a list, expected text"},
      {"bytes: 0a1",
       "f.yaml:1:8: error: 'bytes': '0a1' is not a row of bytes, expected pairs of hex digits such as "
       "0a1b or '0a 1b'"},
  };
  for (const auto& [text, fault] : cases) {
    faults_ = Faults();
    MapReader reader(parse(text), faults_);
    static_cast<void>(reader.text("text", ""));
    static_cast<void>(reader.boolean("flag", false));
    static_cast<void>(reader.integer<std::uint8_t>("number", 0));
    static_cast<void>(reader.duration("hold", 0ms));
    static_cast<void>(reader.size("size", 0));
    static_cast<void>(reader.word("color", kColors, Color::red));
    static_cast<void>(reader.hex_words("words", std::vector<std::uint32_t>{}));
    static_cast<void>(reader.texts("names", std::vector<std::string>{}));
    static_cast<void>(reader.hex_bytes("bytes", Bytes{}));
    reader.finish();
    EXPECT_EQ(only_fault(), fault) << text;
  }
}

TEST_F(MapReaderTest, durations_may_be_negative_where_that_is_allowed) {
  const YamlNode file = parse("a: -300ms\nb: 900ms\n");
  EXPECT_EQ(read_duration(file.at("a"), faults_, -1s, 1s), Duration(-300ms));
  EXPECT_EQ(read_duration(file.at("b"), faults_, -1s, 500ms), std::nullopt);
  EXPECT_EQ(only_fault(), "f.yaml:2:4: error: 'b': 900ms is out of range, expected -1s to 500ms");
}

}  // namespace
}  // namespace rigor
