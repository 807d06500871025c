#include "framework/bench/schedule_description.hpp"

#include <gmock/gmock.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::optional<ScheduleDescription> read(const std::string& text, Faults& faults) {
  return read_schedule(parse_yaml(text, "s.yaml", faults), {}, faults);
}

TEST(Schedules, ThoseThatComeWithRigorAreGood) {
  int count = 0;
  for (const auto& file : fs::directory_iterator(fs::path(RIGOR_SOURCE_DIR) / kScheduleFolder)) {
    Faults faults;
    const auto schedule = load_schedule(file.path(), faults);
    ASSERT_TRUE(schedule) << faults.describe();
    EXPECT_EQ(schedule->name, file.path().stem());
    ++count;
  }
  EXPECT_GE(count, 4);
}

TEST(Schedules, EveryFormOfAnEventIsRead) {
  Faults faults;
  const auto read_one = read(R"(schedule: s
vars: {a: 3ms}
edges:
  - {line: nrst, to: held, at: start}
  - {line: nrst, to: released, at: "probe.nrst-release #2", after: $a, tolerance: 50us}
  - {line: power, to: off, at: {log: "De-asserting", n: 3}}
  - {line: boot0, to: high, at: {console: ready}, after: 2ms}
  - {line: aux-fan, to: on, at: {line: "power on"}}
  - {name: last, line: power, to: on, at: {edge: edge-3}, after: 400ms}
)",
                             faults);
  ASSERT_TRUE(read_one) << faults.describe();
  const auto& edges = read_one->schedule.edges;
  EXPECT_EQ(edges[1].anchor.describe(), "probe.nrst-release #2");
  EXPECT_EQ(edges[1].offset, 3ms);
  EXPECT_EQ(edges[1].tolerance, 50us);
  EXPECT_FALSE(edges[1].active);
  EXPECT_EQ(edges[2].anchor.describe(), "log line 'De-asserting' #3");
  EXPECT_TRUE(edges[3].active);
  EXPECT_EQ(edges[4].anchor.describe(), "line power active #1");
  EXPECT_EQ(edges[5].name, "last");
  EXPECT_EQ(edges[5].anchor.describe(), "edge 'edge-3'");

  const auto other = with_offsets(*read_one, {{"a", 7ms}});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->edges[1].offset, 7ms);
}

struct BadSchedule {
  const char* name;
  const char* lines;
  const char* says;
};

class Bad : public ::testing::TestWithParam<BadSchedule> {};

TEST_P(Bad, IsToldAtItsPlace) {
  Faults faults;
  EXPECT_FALSE(read(std::string("schedule: s\n") + GetParam().lines, faults));
  EXPECT_THAT(faults.describe(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Schedules, Bad,
    ::testing::Values(
        BadSchedule{"Line", "edges: [{line: rst, to: held, at: start}]", "'rst' is no job of a line"},
        BadSchedule{"State", "edges: [{line: nrst, to: off, at: start}]", "one of: released, held"},
        BadSchedule{"Event", "edges: [{line: nrst, to: held, at: begin}]", "'begin' is no event"},
        BadSchedule{"Command", "edges: [{line: nrst, to: held, at: probe.nrst-relase}]", "did you mean 'nrst-release'"},
        BadSchedule{"Count", "edges: [{line: nrst, to: held, at: \"probe.nrst-release #0\"}]", "is no event"},
        BadSchedule{"TwoEvents", "edges: [{line: nrst, to: held, at: {log: a, console: b}}]", "named in 2 ways"},
        BadSchedule{"With",
                    "edges: [{line: nrst, to: held, at: start}, {line: boot0, to: high, with: edge-1, after: 1ms}]",
                    "stands beside 'with'"},
        BadSchedule{"WithNobody", "edges: [{line: boot0, to: high, with: held}]", "which is not there"},
        BadSchedule{"WithItself", "edges: [{name: a, line: boot0, to: high, with: a}]", "waits for itself"},
        BadSchedule{"Sense", "edges: [{line: nrst, to: held, at: {sense: \"nrst low\"}}]", "is no change of a line"},
        BadSchedule{"Change", "edges: [{line: nrst, to: held, at: {line: \"power up\"}}]", "is no change of a line"},
        BadSchedule{"Offset", "edges: [{line: nrst, to: held, at: start, after: $x}]", "there is no offset 'x'"},
        BadSchedule{"Condition", "vars: {x: 1ms}\nwhere: [x]\nedges: [{line: nrst, to: held, at: start}]",
                    "'x' is no comparison"},
        BadSchedule{"ConditionName", "vars: {x: 1ms}\nwhere: [x > y]\nedges: [{line: nrst, to: held, at: start}]",
                    "there is no offset 'y'"},
        BadSchedule{"Defaults", "vars: {x: 1ms}\nwhere: [x > 2ms]\nedges: [{line: nrst, to: held, at: start}]",
                    "do not fit 'x > 2ms'"},
        BadSchedule{"Impossible", "edges: [{line: nrst, to: held, at: probe.version, after: -1ms}]", "foresee"}),
    [](const auto& test) { return test.param.name; });

TEST(OffsetConditions, AreComparedAsWritten) {
  struct Case {
    const char* text;
    bool holds;
  };
  const Offsets offsets = {{"a", 5ms}, {"b", 3ms}};
  for (const Case& each :
       {Case{"a > b", true}, Case{"b >= a", false}, Case{"a >= b + 2ms", true}, Case{"a > b + 2ms", false},
        Case{"b < a - 1ms", true}, Case{"a + b <= 8ms", true}, Case{"a + b < 8ms", false}, Case{"1ms <= b", true}}) {
    const auto condition = parse_offset_condition(each.text);
    ASSERT_TRUE(condition) << each.text;
    EXPECT_EQ(condition->holds(offsets), each.holds) << each.text;
  }
  for (const char* text : {"a", "a > ", "> b", "a b > 1ms", "a > 1", "a > b > 1ms", "a > + b"})
    EXPECT_FALSE(parse_offset_condition(text)) << text;
}

}  // namespace
}  // namespace rigor
