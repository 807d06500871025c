// What makes a schedule impossible, told before anything moves.
#include "framework/gpio/schedule.hpp"

#include <gmock/gmock.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<LineAbility> kBench = {
    {"nrst", 0ms, 1ms, 0ms}, {"power", 300ms, 0ms, 0ms}, {"probe-power", 0ms, 0ms, 100ms}};

ScheduledEdge edge(const char* name, const char* line, bool active, Anchor anchor, Duration offset) {
  return {name, line, active, std::move(anchor), offset, 1ms};
}
ScheduledEdge patient_edge(const char* name, const char* line, bool active, Anchor anchor, Duration offset) {
  return {name, line, active, std::move(anchor), offset, 100ms};
}
Anchor release(unsigned n = 1) { return {AnchorSource::probe, "nrst-release", n}; }
Anchor after(const char* name) { return {AnchorSource::edge, name, 1}; }

struct Case {
  const char* name;
  std::vector<ScheduledEdge> edges;
  const char* says;  // empty: feasible
};

class Feasible : public ::testing::TestWithParam<Case> {};

TEST_P(Feasible, IsToldBeforehand) {
  const Schedule schedule{"s", GetParam().edges, 10s};
  const auto found = infeasibilities(schedule, kBench);
  if (*GetParam().says == '\0') {
    EXPECT_THAT(found, IsEmpty());
  } else {
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found.front(), HasSubstr(GetParam().says));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Schedules, Feasible,
    ::testing::Values(
        Case{"Pulse", {edge("a", "nrst", true, {}, 0ms), edge("b", "nrst", false, after("a"), 2ms)}, ""},
        Case{"EarlierThanAnEdgeButAfterItsEvent",
             {edge("a", "nrst", true, release(), 20ms), edge("b", "power", false, after("a"), -5ms)},
             ""},
        Case{"PowerOffLongEnough",
             {edge("a", "power", false, release(), 1ms), edge("b", "power", true, release(), 301ms)},
             ""},
        Case{"TheSameMomentAfterDifferentEvents",
             {edge("a", "nrst", true, release(1), 0ms), edge("b", "nrst", false, release(2), 0ms)},
             ""},
        Case{"None", {}, "no edges"}, Case{"BeforeAnEvent", {edge("a", "nrst", true, release(), -1ms)}, "foresee"},
        Case{"BeforeTheEventOfAnEdge",
             {edge("a", "nrst", true, release(), 5ms), edge("b", "power", false, after("a"), -6ms)},
             "foresee"},
        Case{"NoSuchEdge", {edge("a", "nrst", true, after("x"), 0ms)}, "'x', which is not there"},
        Case{"NoSuchLine", {edge("a", "boot0", true, {}, 0ms)}, "no line for"},
        Case{"TwoOfOneName",
             {edge("a", "nrst", true, {}, 0ms), edge("a", "power", false, {}, 0ms)},
             "two edges are called 'a'"},
        Case{"TwoAtOnce",
             {edge("a", "nrst", true, release(), 2ms), edge("b", "nrst", false, release(), 2ms)},
             "at the same time"},
        Case{"TooFastForTheLine",
             {edge("a", "nrst", true, release(), 2ms), edge("b", "nrst", false, after("a"), 500us)},
             "0.5 ms apart, the line can switch every 1 ms"},
        Case{"PowerOffTooShort",
             {edge("on", "power", true, release(), 100ms), edge("off", "power", false, release(), 1ms)},
             "off for 99 ms, the bench needs 300 ms"},
        Case{"CloserThanTheLineCanBe",
             {edge("a", "probe-power", true, {}, 0ms)},
             "'a' may be 1 ms late, and probe-power takes up to 100 ms to switch"},
        Case{"AsCloseAsTheLineCanBe", {patient_edge("a", "probe-power", true, {}, 0ms)}, ""},
        Case{"TooFastForASlowLine",
             {patient_edge("a", "probe-power", true, {}, 0ms), patient_edge("b", "probe-power", false, {}, 99ms)},
             "99 ms apart, the line can switch every 100 ms"},
        Case{"BehindTheLimit", {edge("a", "nrst", true, {}, 11s)}, "limit"}),
    [](const auto& test) { return test.param.name; });

TEST(Schedules, AnEdgeThatWaitsForItselfIsTold) {
  const Schedule schedule{
      "s", {edge("a", "nrst", true, after("b"), 0ms), edge("b", "nrst", false, after("a"), 0ms)}, 1s};
  for (const std::string& sentence : infeasibilities(schedule, kBench))
    EXPECT_THAT(sentence, HasSubstr("waits for itself"));
  EXPECT_EQ(infeasibilities(schedule, kBench).size(), 2U);
}

}  // namespace
}  // namespace rigor
