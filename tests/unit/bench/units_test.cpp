#include "framework/bench/units.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rigor {
namespace {

using namespace std::chrono_literals;

struct DurationCase {
  std::string text;
  Duration value;
};

TEST(Units, durations_carry_a_unit) {
  const DurationCase cases[] = {{"20ms", 20ms},     {"5s", 5s},       {"300us", 300us}, {"10ns", 10ns},
                                {"1.5ms", 1500us},  {"0.25s", 250ms}, {"2min", 2min},   {"1h", 1h},
                                {"-300ms", -300ms}, {"+2ms", 2ms},    {"0ms", 0ms},     {"20 ms", 20ms}};
  for (const auto& [text, value] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(*parsed, value) << text;
  }
}

struct Refusal {
  std::string text;
  std::string message;
  std::string hint;
};

TEST(Units, refused_durations_say_why) {
  const Refusal cases[] = {
      {"20", "'20' has no unit", "write 20ms, 20us or 20s"},
      {"", "'' is not a duration", "expected one such as 20ms"},
      {"soon", "'soon' is not a duration", "expected one such as 20ms"},
      {"20msec", "'20msec' has the unknown unit 'msec'", "expected ns, us, ms, s, min or h"},
      {"1.5ns", "'1.5ns' is not a duration that can be counted in nanoseconds", "expected one such as 20ms"},
      {"1..5ms", "'1..5ms' is not a duration that can be counted in nanoseconds", "expected one such as 20ms"},
      {"9999999999h", "'9999999999h' is not a duration that can be counted in nanoseconds",
       "expected one such as 20ms"},
      {"--1ms", "'--1ms' is not a duration that can be counted in nanoseconds", "expected one such as 20ms"},
  };
  for (const auto& [text, message, hint] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().message, message);
    EXPECT_EQ(parsed.error().hint, hint);
  }
}

TEST(Units, sizes_are_bytes_or_powers_of_two) {
  const std::pair<std::string, std::uint64_t> cases[] = {
      {"512KiB", 524288}, {"8KiB", 8192}, {"1MiB", 1048576}, {"4096", 4096}, {"0x1000", 4096}, {"96B", 96}, {"0", 0}};
  for (const auto& [text, value] : cases) EXPECT_EQ(parse_size(text).value_or(1), value) << text;
  for (const char* text : {"", "-1", "1.5KiB", "KiB", "0x", "99999999999GiB", "18446744073709551616", "4 096"}) {
    EXPECT_FALSE(parse_size(text).has_value()) << text;
  }
  ASSERT_FALSE(parse_size("512KB").has_value());
  EXPECT_EQ(parse_size("512KB").error().hint, "write 512KiB for powers of two");
}

TEST(Units, integers_are_decimal_or_hex_and_never_octal) {
  const std::pair<std::string, std::int64_t> cases[] = {{"0", 0},
                                                        {"12", 12},
                                                        {"-7", -7},
                                                        {"0x1F", 31},
                                                        {"0XfF", 255},
                                                        {"9223372036854775807", INT64_MAX},
                                                        {"-9223372036854775808", INT64_MIN}};
  for (const auto& [text, value] : cases) EXPECT_EQ(parse_integer(text).value_or(99), value) << text;
  for (const char* text : {"", "-", "0x", "12a", "1e3", "1_000", "0b1", "9223372036854775808", "0xFFFFFFFFFFFFFFFFF"}) {
    EXPECT_FALSE(parse_integer(text).has_value()) << text;
  }
  ASSERT_FALSE(parse_integer("010").has_value());
  EXPECT_EQ(parse_integer("010").error().hint, "write 10 or 0xa");
}

TEST(Units, hex_bytes_and_words) {
  EXPECT_EQ(parse_hex_bytes("0a 1B2c").value_or(Bytes{}), (Bytes{0x0A, 0x1B, 0x2C}));
  for (const char* text : {"", "0", "0a1", "0 a", "zz", "0x0a"}) EXPECT_FALSE(parse_hex_bytes(text)) << text;

  const std::vector<std::uint32_t> uid{0x0032001A, 0x3333510A, 0x30363532};
  EXPECT_EQ(parse_hex_words("0032001A 3333510A 30363532").value_or(std::vector<std::uint32_t>{}), uid);
  EXPECT_EQ(parse_hex_words(" 0x1  2 ").value_or(std::vector<std::uint32_t>{}), (std::vector<std::uint32_t>{1, 2}));
  for (const char* text : {"", " ", "123456789", "0x", "xyz"}) EXPECT_FALSE(parse_hex_words(text)) << text;
}

TEST(Units, printed_values_read_back) {
  for (const Duration value : {Duration(0), Duration(20ms), Duration(1500us), Duration(90s), Duration(7ns)}) {
    EXPECT_EQ(parse_duration(format_duration(value)).value_or(Duration(-1)), value) << format_duration(value);
  }
  EXPECT_EQ(format_duration(1500us), "1500us");
  EXPECT_EQ(format_duration(20ms), "20ms");
  EXPECT_EQ(format_size(512 * 1024), "512KiB");
  EXPECT_EQ(format_size(100), "100");
  EXPECT_EQ(format_size(0), "0");
}

}  // namespace
}  // namespace rigor
