// Commands as lines, with real programs.
#include <gmock/gmock.h>

#include <fstream>

#include "framework/switches/command_switches.hpp"
#include "tests/unit/switches/fake_switches.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class CommandTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Switch>> find(const CommandName& name) { return backend->find(line_name(name)); }
  std::vector<std::string> shell(const std::string& text) { return {"sh", "-c", text, "sh", file()}; }
  std::string file() { return (directory.path() / "state").string(); }
  std::string state() {
    std::string text;
    std::getline(std::ifstream(file()), text);
    return text;
  }

  LockDirectory directory;
  std::unique_ptr<Clock> clock = make_steady_clock();
  std::unique_ptr<Actor> actor = clock->enroll("test");
  std::unique_ptr<SwitchBackend> backend = make_command_switches(*clock);
};

TEST_F(CommandTest, TurnsByItsPrograms) {
  const auto found = find({shell("echo on >$1"), shell("echo off >$1"), {}, 10s});
  ASSERT_TRUE(found);
  EXPECT_TRUE((*found)->turn(true));
  EXPECT_EQ(state(), "on");
  EXPECT_TRUE((*found)->turn(false));
  EXPECT_EQ(state(), "off");
  EXPECT_EQ((*found)->is_on().error().code(), Code::line_failed) << "nothing reads it";
}

TEST_F(CommandTest, WordsAreNotTheShells) {
  const std::string tricky = "$HOME; `id` \"'*";
  const auto found = find({{"sh", "-c", "printf %s \"$2\" >$1", "sh", file(), tricky}, {"true"}, {}, 10s});
  ASSERT_TRUE((*found)->turn(true));
  EXPECT_EQ(state(), tricky);
}

struct Reading {
  const char* prints;
  int state;  // -1: none
};
class CommandReading : public CommandTest, public ::testing::WithParamInterface<Reading> {};
TEST_P(CommandReading, IsItsLastWord) {
  const auto found = find({{"true"}, {"true"}, {"printf", GetParam().prints}, 10s});
  ASSERT_TRUE(found);
  const auto on = (*found)->is_on();
  ASSERT_EQ(on.has_value(), GetParam().state >= 0) << GetParam().prints;
  if (on)
    EXPECT_EQ(*on, GetParam().state == 1);
  else
    EXPECT_EQ(on.error().code(), Code::line_failed);
}
INSTANTIATE_TEST_SUITE_P(table, CommandReading,
                         ::testing::Values(Reading{"on\\n", 1}, Reading{"off", 0}, Reading{"outlet 7: on \\n\\n", 1},
                                           Reading{"1\\n", 1}, Reading{"a\\n0", 0}, Reading{"", -1},
                                           Reading{"maybe", -1}, Reading{"on?", -1}, Reading{"ON", -1}));

TEST_F(CommandTest, AStateThatDoesNotFollowIsAFailure) {
  const auto found = find({{"true"}, {"true"}, {"echo", "off"}, 10s});
  EXPECT_TRUE((*found)->turn(false));
  const auto turned = (*found)->turn(true);
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().code(), Code::line_failed);
  EXPECT_THAT(turned.error().message(), HasSubstr("'echo off' says that it is off"));
}

TEST_F(CommandTest, AProgramThatFailsIsQuoted) {
  const auto found = find({shell("echo outlet burnt; exit 3"), {"true"}, {}, 10s});
  const auto turned = (*found)->turn(true);
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().code(), Code::line_failed);
  EXPECT_THAT(turned.error().message(), HasSubstr("ended with 3"));
  EXPECT_THAT(turned.error().hint_text(), HasSubstr("outlet burnt"));
}

TEST_F(CommandTest, AProgramThatIsNotThereIsNamed) {
  const auto found = find({{"no-such-program-of-mine"}, {"true"}, {}, 10s});
  const auto turned = (*found)->turn(true);
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().code(), Code::line_failed);
  EXPECT_TRUE(turned.error().involves(Code::name_unknown)) << turned.error().describe();
}

TEST_F(CommandTest, AProgramThatDoesNotEndIsEnded) {
  const auto found = find({{"sleep", "60"}, {"true"}, {}, 50ms});
  const TimePoint before = clock->now();
  const auto turned = (*found)->turn(true);
  ASSERT_FALSE(turned);
  EXPECT_TRUE(turned.error().involves(Code::time_limit));
  EXPECT_LT(clock->now() - before, 30s);
}

TEST_F(CommandTest, PromisesNoMoreThanItsLimit) {
  EXPECT_EQ(backend->latency(line_name(CommandName{{"a"}, {"b"}, {}, 3s})), 3s);
  EXPECT_EQ(backend->latency(line_name(CommandName{{"a"}, {"b"}, {"c"}, 3s})), 6s);
  EXPECT_EQ(find({{"a"}, {"b"}, {}, 3s}).value()->aftermath(), 3s);
}

TEST_F(CommandTest, TwoCommandsAreTwoPlaces) {
  const auto first = find({{"a", "1"}, {"b"}, {}, 3s}), second = find({{"a", "2"}, {"b"}, {}, 3s});
  EXPECT_NE((*first)->place(), (*second)->place());
  EXPECT_EQ(backend->known().size(), 2U);
}

}  // namespace
}  // namespace rigor
