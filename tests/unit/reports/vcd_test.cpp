#include "reports/vcd.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "tests/unit/reports/sample_run.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

struct Change {
  std::int64_t at = 0;
  std::string variable;
  std::string value;
};

// A strict reader of the part of IEEE 1364 that waveform viewers agree on; the first fault it meets is kept.
class Reader {
 public:
  explicit Reader(const std::string& text) : in_(text) { read(); }

  std::string fault;
  std::map<std::string, std::string> kinds;  // "lines.nrst": "wire 1"
  std::vector<Change> changes;
  std::int64_t end = 0;

  std::vector<Change> of(const std::string& variable) const {
    std::vector<Change> own;
    for (const Change& change : changes)
      if (change.variable == variable) own.push_back(change);
    return own;
  }

 private:
  void complain(const std::string& what) {
    if (fault.empty()) fault = what;
  }
  std::vector<std::string> until_end() {
    std::vector<std::string> words;
    for (std::string word; in_ >> word && word != "$end";) words.push_back(word);
    if (!in_) complain("no $end");
    return words;
  }
  void declare(const std::vector<std::string>& words) {
    if (words.size() != 4 && words.size() != 5) return complain("$var with " + std::to_string(words.size()) + " words");
    for (const char c : words[3])
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') complain("reference '" + words[3] + "'");
    if (!names_.try_emplace(words[2], scope_ + "." + words[3]).second) complain("identifier code twice: " + words[2]);
    if (!kinds.try_emplace(scope_ + "." + words[3], words[0] + " " + words[1]).second)
      complain("name twice: " + words[3]);
  }
  void header() {
    for (std::string word; in_ >> word;) {
      const std::vector<std::string> words = until_end();
      if (word == "$enddefinitions") return;
      if (word == "$timescale" && words != std::vector<std::string>{"1", "ns"}) complain("timescale");
      if (word == "$scope") {
        if (!scope_.empty()) complain("nested scope");
        if (words.size() != 2 || words[0] != "module") return complain("scope");
        scope_ = words[1];
      } else if (word == "$upscope") {
        scope_.clear();
      } else if (word == "$var") {
        declare(words);
      } else if (word != "$date" && word != "$version" && word != "$timescale") {
        complain("unknown word " + word);
      }
    }
    complain("no $enddefinitions");
  }
  void change(const std::string& value, const std::string& code) {
    const auto name = names_.find(code);
    if (name == names_.end()) return complain("undeclared identifier code '" + code + "'");
    changes.push_back({end, name->second, value});
  }
  void read() {
    header();
    std::int64_t last = -1;
    for (std::string word; in_ >> word;) {
      if (word == "$dumpvars" || word == "$end") continue;
      std::string code;
      switch (word[0]) {
        case '#':
          end = std::stoll(word.substr(1));
          if (end < last) complain("time goes back to " + word);
          last = end;
          break;
        case '0':
        case '1':
        case 'x':
          change(word.substr(0, 1), word.substr(1));
          break;
        case 'b':
          if (word.size() > 33 || word.find_first_not_of("01x", 1) != std::string::npos) complain("vector " + word);
          in_ >> code;
          change(word.substr(1), code);
          break;
        case 's':
          in_ >> code;
          change(word.substr(1), code);
          break;
        default:
          complain("unknown change " + word);
      }
    }
  }

  std::istringstream in_;
  std::string scope_;
  std::map<std::string, std::string> names_;
};

TEST(Vcd, HoldsLinesWordsCommandsAndLog) {
  const TestRecord test = test::sample_test("weact-relay", true);
  const Reader vcd(vcd_text(test));
  EXPECT_EQ(vcd.fault, "");
  EXPECT_EQ(vcd.kinds.at("lines.nrst"), "wire 1");
  EXPECT_EQ(vcd.kinds.at("mailbox.host"), "wire 32");
  EXPECT_EQ(vcd.kinds.at("usb.command"), "event 1");
  EXPECT_EQ(vcd.kinds.at("bench.log"), "string 1");
  EXPECT_EQ(vcd.end, test.duration.count());

  const auto nrst = vcd.of("lines.nrst");
  ASSERT_GT(nrst.size(), 3U);
  EXPECT_EQ(nrst[0].value, "x");
  EXPECT_EQ(nrst[1].value, "0");
  EXPECT_EQ(nrst[2].value, "1");
  EXPECT_EQ(vcd.of("mailbox.host")[1].value, "1010011010101000100010001000001");  // 0x53544441
}

TEST(Vcd, StrobesEqualWordsAndBlanksConcealedOnes) {
  TestRecord test;
  test.duration = 10ms;
  test.timeline = {{TimePoint(1ms), Channel::mailbox, "host", 7, false, {}},
                   {TimePoint(2ms), Channel::mailbox, "host", 7, false, {}},
                   {TimePoint(3ms), Channel::mailbox, "host", 0x1234, true, {}}};
  const Reader vcd(vcd_text(test));
  EXPECT_EQ(vcd.fault, "");
  EXPECT_EQ(vcd.of("mailbox.host_strobe").size(), 3U);
  const auto words = vcd.of("mailbox.host");
  EXPECT_EQ(words.back().value, "x");
  EXPECT_EQ(words.back().at, 3'000'000);
}

TEST(Vcd, SurvivesAnyNamesTextsAndOrder) {
  TestRecord test;
  test.started = TimePoint(1s);
  test.started_at = "not a date $end";
  test.duration = 5ms;
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  test.timeline = {{TimePoint(1004ms), Channel::line, "a b", 1, false, {}},
                   {TimePoint(1002ms), Channel::line, "a$b", 0, false, {}},
                   {TimePoint(900ms), Channel::line, "", 1, false, {}},
                   {TimePoint(1003ms), Channel::console, {}, 0, false, all + "$end"},
                   {TimePoint(1003ms), Channel::mailbox, all, 0xFFFFFFFF, false, {}},
                   {TimePoint(1003ms), Channel::step, "power", 1, false, "started"}};
  for (int i = 0; i < 300; ++i)
    test.timeline.push_back({TimePoint(1001ms), Channel::line, "l" + std::to_string(i), 1, false, {}});
  const Reader vcd(vcd_text(test));
  EXPECT_EQ(vcd.fault, "");
  EXPECT_TRUE(vcd.kinds.contains("lines.a_b"));
  EXPECT_TRUE(vcd.kinds.contains("lines.a_b_2"));
  EXPECT_TRUE(vcd.kinds.contains("lines.unnamed"));
}

TEST(Vcd, AnEmptyTimelineIsAFile) {
  TestRecord test;
  EXPECT_EQ(Reader(vcd_text(test)).fault, "");
}

TEST(Vcd, FileNamesAreSafeAndDifferent) {
  TestRecord test = test::sample_test("bench", true);
  std::set<std::string> names{trace_file_name(test)};
  const auto differs = [&](const TestRecord& other) { return names.insert(trace_file_name(other)).second; };
  TestRecord other = test;
  other.attempt = 2;
  EXPECT_TRUE(differs(other));
  other = test;
  other.test = "a part can be closed/and brought back";
  EXPECT_TRUE(differs(other));
  other = test;
  other.bench = "../../etc/passwd";
  EXPECT_TRUE(differs(other));
  other = test;
  other.test.assign(5000, 'x');
  EXPECT_TRUE(differs(other));
  for (const std::string& name : names) {
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."),
              std::string::npos)
        << name;
    EXPECT_LT(name.size(), 200U);
    EXPECT_NE(name.front(), '.');
  }
}

}  // namespace
}  // namespace rigor
