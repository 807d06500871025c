// No file, however broken, may do more than cause faults.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "framework/bench/check.hpp"
#include "framework/bench/rig_description.hpp"
#include "tests/unit/bench/files.hpp"

namespace rigor {
namespace {

class NastyFilesTest : public FilesTest {
 protected:
  // Reads `text` as each kind of description.
  std::size_t faults_of(std::string_view text) {
    write("nasty.yaml", text);
    Faults faults;
    static_cast<void>(load_rig("nasty.yaml", search_, faults));
    static_cast<void>(load_board("nasty.yaml", search_, faults));
    static_cast<void>(load_chip("nasty.yaml", faults));
    for (const Fault& fault : faults.sorted()) EXPECT_FALSE(describe_fault(fault).empty());
    return faults.size();
  }
};

TEST_F(NastyFilesTest, nasty_files_cause_faults_and_nothing_else) {
  const std::string cases[] = {
      "",
      "\n\n\n",
      "---\n...\n",
      "%YAML 9.9\n---\na: 1\n",
      "%TAG ! x\n%TAG ! y\n---\na: 1\n",
      "~",
      "null",
      "42",
      "[]",
      "{}",
      "- - - - - - - -",
      "? ? ? ?",
      ": : : :",
      "{{{{{{",
      "[[[[[[",
      "]]]]",
      "}}}}",
      "&a",
      "*a",
      "&a *a",
      "&a &b c: d",
      "!!binary ===",
      "!<",
      "!<tag",
      "'",
      "\"",
      "\"\\x",
      "\"\\uD800\"",
      "\"\\U00110000\"",
      "|",
      ">99",
      "|+-\n x",
      "a: |\n x\n y",
      "\t",
      "a:\n  b: 1\n c: 2",
      "rig: {a: {b: {c: [1, {d: e}]}}}",
      "rig: [a]\nbenches: 3",
      "rig: r\nbenches: {a: b}",
      "rig: r\nbenches: [1, [2], {name: [x]}, {probe: 3, wiring: 4, lines: 5, console: 6, lab: 7}, ~]",
      "rig: r\nbenches:\n  - {name: x, board: y, probe: {lab: z}, wiring: {nrst: line}, lines: {nrst: ~, power: []}}",
      "rig: r\ncredentials: [a]\nbenches: []",
      "rig: r\ncredentials: {a: b, \"\": {}, \"x y\": {file: /}}\nbenches: []",
      "board: b\nchip: 7\nflash: 99999999999999999999",
      "board: /etc/passwd\nchip: ../../etc/passwd\nflash: -1",
      "chip: c\nfamily: stm32h5\nflash: {size: 512KiB, sector: 1, banks: 2}\nsram: [{name: [], base: x}, 4]",
      "<<: *x",
      "<<: {a: b}\nrig: r",
      std::string("a\0b", 3),
      "\xFF\xFE"
      "a\0",
      "\xEF\xBB\xBF",
      "\xC0\xAF: 1",
      "a: \xED\xA0\x80",
      "\x7F"
      "ELF\x02\x01\x01",
      std::string(100'000, '['),
      std::string(100'000, '{'),
      std::string(100'000, '-'),
      std::string(100'000, '\n') + "x: [",
      std::string(300'000, ' ') + "a",
      std::string(100'000, '"'),
  };
  for (const std::string& text : cases) EXPECT_GT(faults_of(text), 0U) << text.substr(0, 60);
}

TEST_F(NastyFilesTest, long_lines_and_many_keys_are_read_in_bounded_time) {
  std::string keys;
  for (int i = 0; i < 20'000; ++i) keys += fmt::format("k{}: {}\n", i, i);
  EXPECT_GT(faults_of(keys), 0U);
  std::string flow = "a: [";
  for (int i = 0; i < 40'000; ++i) flow += "x, ";
  EXPECT_GT(faults_of(flow + "]"), 0U);
}

TEST_F(NastyFilesTest, every_truncation_of_the_virtual_rig_is_survived) {
  const std::string whole = source_file("rigs/virtual.yaml");
  ASSERT_FALSE(whole.empty());
  std::filesystem::create_directories("credentials");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write("nasty.yaml", std::string_view(whole).substr(0, length));
    Faults faults;
    const auto rig = load_rig("nasty.yaml", search_, faults);
    EXPECT_EQ(rig.has_value(), faults.empty()) << length;
    for (const Fault& fault : faults.sorted()) {
      EXPECT_FALSE(fault.message.empty());
      EXPECT_LE(fault.line, 60U) << describe_fault(fault);
    }
  }
}

TEST_F(NastyFilesTest, files_with_random_damage_are_survived) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): a failure must come back
  const std::string rig = source_file("rigs/virtual.yaml");
  const std::string chip = source_file("boards/chips/stm32h523.yaml");
  constexpr std::string_view kDamage =
      "{}[]:-,'\"&*!|>%?#\n\t \x01\xFF"
      "0x";
  for (int round = 0; round < 400; ++round) {
    std::string text = round % 2 == 0 ? rig : chip;
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random() % text.size();
      const char byte = kDamage[random() % kDamage.size()];
      if (random() % 2 == 0) {
        text[at] = byte;
      } else {
        text.insert(at, 1, byte);
      }
    }
    write("nasty.yaml", text);
    const CheckReport report = check_file("nasty.yaml", search_);
    for (const Fault& fault : report.faults) EXPECT_FALSE(describe_fault(fault).empty());
  }
}

}  // namespace
}  // namespace rigor
