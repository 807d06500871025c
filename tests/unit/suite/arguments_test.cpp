#include "framework/suite/arguments.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;

const std::vector<Parameter> kParameters = {
    {"state", ParameterKind::text, true, "a choice", {"on", "off"}},
    {"loud", ParameterKind::flag, false, "a flag"},
    {"count", ParameterKind::integer, false, "a number"},
    {"size", ParameterKind::size, false, "a size"},
    {"hold", ParameterKind::duration, false, "a time"},
    {"of", ParameterKind::words, false, "words", {"nrst", "power"}},
    {"set", ParameterKind::table, false, "a map"},
    {"expect", ParameterKind::table, false, "a map with known keys", {"lifecycle"}},
};

RawValue text(std::string value) { return {std::move(value), {"suite.yaml", 3, 5, {}}}; }

Arguments bind(const RawArguments& raw, Faults& faults) {
  return bind_arguments(kParameters, raw, {"suite.yaml", 3, 1, {}}, faults);
}

TEST(Arguments, EveryKindIsTyped) {
  Faults faults;
  const Arguments arguments = bind({{"state", text("on")},
                                    {"loud", text("off")},
                                    {"count", text("0x10")},
                                    {"size", text("64KiB")},
                                    {"hold", text("20ms")},
                                    {"of", {std::vector<std::string>{"nrst", "power"}, {}}},
                                    {"set", {Table{{"TZEN", "on"}}, {}}}},
                                   faults);
  ASSERT_TRUE(faults.empty()) << faults.describe();
  EXPECT_EQ(arguments.text("state"), "on");
  EXPECT_FALSE(arguments.flag("loud", true));
  EXPECT_EQ(arguments.integer("count"), 16);
  EXPECT_EQ(arguments.integer("size"), 64 * 1024);
  EXPECT_EQ(arguments.duration("hold", 1s), 20ms);
  EXPECT_EQ(arguments.words("of"), (std::vector<std::string>{"nrst", "power"}));
  EXPECT_EQ(arguments.table("set"), (Table{{"TZEN", "on"}}));
  EXPECT_FALSE(arguments.has("expect"));
  EXPECT_EQ(arguments.describe(),
            "count=16, hold=20ms, loud=off, of=[nrst, power], set={TZEN: on}, size=65536, state=on");
}

TEST(Arguments, OneWordMayStandForAList) {
  Faults faults;
  EXPECT_EQ(bind({{"state", text("on")}, {"of", text("nrst")}}, faults).words("of"), std::vector<std::string>{"nrst"});
  EXPECT_TRUE(faults.empty());
}

struct Refusal {
  const char* about;
  RawArguments raw;
  const char* fault;
};

class ArgumentsRefuse : public ::testing::TestWithParam<Refusal> {};

TEST_P(ArgumentsRefuse, WithWhatWouldBeRight) {
  Faults faults;
  std::ignore = bind(GetParam().raw, faults);
  ASSERT_EQ(faults.size(), 1u) << faults.describe();
  EXPECT_EQ(format_fault(faults.sorted().front()), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ArgumentsRefuse,
    ::testing::Values(
        Refusal{"missing", {}, "suite.yaml:3:1: error: 'state' is missing, expected a word"},
        Refusal{"unknown",
                {{"state", text("on")}, {"hodl", text("1ms")}},
                "suite.yaml:3:5: error: unknown parameter 'hodl', did you mean 'hold'?"},
        Refusal{"choice",
                {{"state", text("onn")}},
                "suite.yaml:3:5: error: 'state' does not know 'onn', did you mean 'on'?"},
        Refusal{
            "twice", {{"state", text("on")}, {"state", text("off")}}, "suite.yaml:3:5: error: 'state' is given twice"},
        Refusal{"map for text",
                {{"state", {Table{}, {"suite.yaml", 3, 5, {}}}}},
                "suite.yaml:3:5: error: 'state' is not a single value, expected a word"},
        Refusal{"text for map",
                {{"state", text("on")}, {"set", text("TZEN")}},
                "suite.yaml:3:5: error: 'set' is not a map, expected a map"},
        Refusal{"key of a map",
                {{"state", text("on")}, {"expect", {Table{{"livecycle", "x"}}, {"suite.yaml", 3, 5, {}}}}},
                "suite.yaml:3:5: error: 'expect' does not know 'livecycle', did you mean 'lifecycle'?"}),
    [](const auto& test) {
      std::string name = test.param.about;
      for (char& c : name)
        if (c == ' ') c = '_';
      return name;
    });

TEST(ArgumentsRefuseValues, ThatDoNotFitTheirKind) {
  for (const auto& [name, value] : {std::pair{"count", "ten"}, {"hold", "20"}, {"size", "64KB"}, {"loud", "maybe"}}) {
    Faults faults;
    std::ignore = bind({{"state", text("on")}, {name, text(value)}}, faults);
    EXPECT_EQ(faults.size(), 1u) << name;
  }
}

}  // namespace
}  // namespace rigor
