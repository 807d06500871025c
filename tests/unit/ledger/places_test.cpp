#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ledger/ledger_fixture.hpp"

namespace rigor::test {
namespace {

using ::testing::HasSubstr;

TEST(BoardUidTest, KnowsWhatIsNoBoard) {
  EXPECT_EQ(kFirst.text(), "0032001a3333510a30363532");
  EXPECT_EQ(BoardUid::parse("0032001a-3333510a-30363532"), kFirst);
  EXPECT_EQ(BoardUid::from_words({0x0032001A, 0x3333510A, 0x30363532}), kFirst);
  EXPECT_EQ(BoardUid::from_words({0, 0, 0}), std::nullopt);
  EXPECT_EQ(BoardUid::from_words({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}), std::nullopt);
  for (const char* text : {"", "00", "0032001a3333510a3036353", "0032001a3333510a303635320", "000000000000000000000000",
                           "../../../etc/passwd12345", "0032001a3333510a3036353g"})
    EXPECT_EQ(BoardUid::parse(text), std::nullopt) << text;
}

TEST_F(LedgerTest, ABoardIsWhereItWasRead) {
  Ledger ledger = open();
  const auto bound = ledger.bind(sighting("bench-a", kFirst));
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->binding.identity, BoardIdentity::confirmed);
  EXPECT_EQ(ledger.on_bench("bench-a").value()->uid, kFirst);
  EXPECT_EQ(ledger.on_bench("bench-b").value(), std::nullopt);
  // Read again with no news: nothing to write.
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  EXPECT_EQ(ledger.find(kFirst).value()->history.size(), 1U);
}

TEST_F(LedgerTest, WhatKeepsABoardIsOnRecordUntilSomethingElseDoes) {
  ASSERT_TRUE(open("lab 1").bind(sighting("bench-a", kFirst)));
  EXPECT_EQ(open().on_bench("bench-a").value()->binding.keeper, "lab 1");
  EXPECT_EQ(open("lab 2").presume("bench-a")->binding.keeper, "lab 1") << "presumed is not seen";
  EXPECT_EQ(open("lab 2").bind(sighting("bench-a", kFirst))->binding.keeper, "lab 2");
  ASSERT_TRUE(open("lab 2").invalidate("bench-a", "a cable was pulled"));
  EXPECT_EQ(open().on_bench("bench-a").value()->binding.keeper, "");
}

TEST_F(LedgerTest, AReplacedBoardLosesItsPlace) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kSecond)));
  EXPECT_EQ(ledger.on_bench("bench-a").value()->uid, kSecond);
  const BoardRecord first = *ledger.find(kFirst).value();
  EXPECT_EQ(first.binding.bench, "");
  EXPECT_EQ(first.binding.identity, BoardIdentity::unknown);
  EXPECT_THAT(first.history.back().detail, HasSubstr(kSecond.text()));
  // And may turn up elsewhere.
  EXPECT_TRUE(ledger.bind(sighting("bench-b", kFirst)));
}

TEST_F(LedgerTest, OneBoardOnTwoBenchesIsAConflict) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  const auto refused = ledger.bind(sighting("bench-b", kFirst));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::ledger_conflict);
  EXPECT_THAT(refused.error().message(), HasSubstr("'bench-b'"));
  EXPECT_THAT(refused.error().message(), HasSubstr("'bench-a'"));
  EXPECT_EQ(ledger.vouch("bench-b", kFirst, "operator").error().code(), Code::ledger_conflict);
  ASSERT_TRUE(ledger.presume("bench-a"));
  EXPECT_EQ(ledger.bind(sighting("bench-b", kFirst)).error().code(), Code::ledger_conflict);
  // Once its old bench is in doubt, it may have been moved.
  ASSERT_TRUE(ledger.invalidate("bench-a", "the operator moved it"));
  EXPECT_TRUE(ledger.bind(sighting("bench-b", kFirst)));
  EXPECT_EQ(ledger.on_bench("bench-a").value(), std::nullopt);
}

TEST_F(LedgerTest, OneBoardIsOneChip) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  BoardSighting other = sighting("bench-a", kFirst);
  other.device_id = 0x484;
  other.chip = "stm32h563";
  EXPECT_EQ(ledger.bind(other).error().code(), Code::ledger_conflict);
  EXPECT_EQ(ledger.find(kFirst).value()->chip, "stm32h523");
}

TEST_F(LedgerTest, PresumesTheBoardUntilSomethingHappens) {
  Ledger ledger = open();
  EXPECT_EQ(ledger.presume("bench-a").error().code(), Code::state_unsuitable);
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  const auto presumed = ledger.presume("bench-a");
  ASSERT_TRUE(presumed);
  EXPECT_EQ(presumed->uid, kFirst);
  EXPECT_EQ(presumed->binding.identity, BoardIdentity::presumed);
  EXPECT_EQ(ledger.find(kFirst).value()->binding.identity, BoardIdentity::presumed);
  ASSERT_TRUE(ledger.presume("bench-a"));

  ASSERT_TRUE(ledger.invalidate("bench-a", "the probe was plugged in again"));
  const auto refused = ledger.presume("bench-a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::state_unsuitable);
  EXPECT_THAT(refused.error().message(), HasSubstr("plugged in again"));
  EXPECT_THAT(refused.error().message(), HasSubstr(kFirst.text()));

  ASSERT_TRUE(ledger.vouch("bench-a", kFirst, "operator jo"));
  EXPECT_EQ(ledger.presume("bench-a")->binding.identity, BoardIdentity::presumed);
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  EXPECT_EQ(ledger.find(kFirst).value()->binding.identity, BoardIdentity::confirmed);
}

TEST_F(LedgerTest, TheFirstDoubtIsTheOneThatIsKept) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.invalidate("bench-a", "nobody is there"));
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  ASSERT_TRUE(ledger.invalidate("bench-a", "power was lost"));
  ASSERT_TRUE(ledger.invalidate("bench-a", "and something else"));
  EXPECT_EQ(ledger.find(kFirst).value()->binding.reason, "power was lost");
}

TEST_F(LedgerTest, ABenchHasAName) { EXPECT_EQ(open().bind(sighting("", kFirst)).error().code(), Code::usage); }

}  // namespace
}  // namespace rigor::test
