#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "framework/suite/verb.hpp"

namespace rigor {
namespace {

TEST(VerbTable, IsOrderedAndComplete) {
  const VerbTable verbs = make_verb_table();
  const auto names = verbs.names();
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const char* name : {"power", "identify", "self-test", "set-state", "provision", "discover", "regress", "expect"})
    EXPECT_NE(verbs.find(name), nullptr) << name;
  EXPECT_EQ(verbs.find("pwoer"), nullptr);
}

TEST(VerbTable, EveryVerbDocumentsItselfAndItsParameters) {
  const VerbTable verbs = make_verb_table();
  for (const auto& verb : verbs.all()) {
    const VerbDescription& description = verb->description();
    EXPECT_FALSE(description.about.empty()) << description.name;
    EXPECT_EQ(description.about.back(), '.') << description.name;
    std::set<std::string> names;
    for (const Parameter& parameter : description.parameters) {
      EXPECT_FALSE(parameter.about.empty()) << description.name << "." << parameter.name;
      EXPECT_TRUE(names.insert(parameter.name).second) << description.name << "." << parameter.name;
      EXPECT_NE(parameter.name, "fails") << "every step takes `fails`, no verb may";
    }
    EXPECT_TRUE(description.primary.empty() || names.contains(description.primary)) << description.name;
  }
}

TEST(VerbTable, EffectsFollowFromArguments) {
  const VerbTable verbs = make_verb_table();
  ChipFacts confirmed;
  ChipFacts assumed;
  assumed.assumed = {"authentication.answers"};
  const auto effect = [&](const char* name, const RawArguments& raw, const ChipFacts& chip) {
    Faults faults;
    const Verb* verb = verbs.find(name);
    return verb->effect(bind_arguments(verb->description().parameters, raw, {}, faults), chip);
  };
  EXPECT_EQ(effect("identify", {}, confirmed), Effect::read_only);
  EXPECT_EQ(effect("set-state", {{"state", {std::string("closed"), {}}}}, confirmed), Effect::reversible);
  EXPECT_EQ(effect("set-state", {{"state", {std::string("closed"), {}}}}, assumed), Effect::uncalibrated);
  EXPECT_EQ(effect("set-state", {{"state", {std::string("locked"), {}}}}, confirmed), Effect::irreversible);
  EXPECT_EQ(effect("options", {{"set", {Table{{"LOCKBL", "1"}}, {}}}}, confirmed), Effect::irreversible);
  EXPECT_EQ(effect("options", {{"set", {Table{{"TZEN", "on"}}, {}}}}, confirmed), Effect::wears);
  EXPECT_EQ(effect("options", {{"set", {Table{{"TZEN", "off"}}, {}}}}, confirmed), Effect::reversible);
  EXPECT_EQ(effect("options", {{"set", {Table{{"SECBOOT_LOCK", "0xB4"}}, {}}}}, confirmed), Effect::irreversible);
  EXPECT_EQ(effect("options", {{"set", {Table{{"SECBOOT_LOCK", "0xC3"}}, {}}}}, confirmed), Effect::reversible);
  EXPECT_EQ(effect("otp", {{"lock", {std::string("3"), {}}}}, confirmed), Effect::irreversible);
  EXPECT_EQ(effect("provision", {{"method", {std::string("password"), {}}}}, confirmed), Effect::reversible);
  ChipFacts h503;
  h503.provisioning.store = RecordStore::one_time_memory;
  EXPECT_EQ(effect("provision", {{"method", {std::string("password"), {}}}}, h503), Effect::irreversible);
  ChipFacts f4;
  f4.family = Family::stm32f4;
  EXPECT_EQ(effect("set-state", {{"state", {std::string("rdp-0"), {}}}}, f4), Effect::wears);
  EXPECT_EQ(effect("set-state", {{"state", {std::string("rdp-1"), {}}}}, f4), Effect::reversible);
  EXPECT_EQ(effect("set-state", {{"state", {std::string("rdp-2"), {}}}}, f4), Effect::irreversible);
}

}  // namespace
}  // namespace rigor
