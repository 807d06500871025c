#include "framework/auth/mailbox.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/session_bench.hpp"

namespace rigor {
namespace {

struct MailboxBench : SessionBench {
  explicit MailboxBench(std::vector<Turn> script, FlagClearing clearing = FlagClearing::automatic)
      : SessionBench(std::move(script)), mailbox(board, clock, timeline, facts, clearing) {}

  void open_mailbox() {
    ASSERT_TRUE(mailbox.connect(clock.now() + 1s));
    ASSERT_TRUE(board.hold());
    ASSERT_TRUE(mailbox.plant(facts.magic_word, clock.now() + 1s));
    ASSERT_TRUE(board.release());
    const auto answer = mailbox.await_answer(clock.now() + 1s);
    ASSERT_TRUE(answer && *answer == 0x44414F4B);
  }
  Mailbox mailbox;
};

std::vector<Turn> echo() {
  auto script = opening();
  script.insert(script.end(), {host({1, 2, 3}), device({4, 5})});
  return script;
}

TEST(Mailbox, CarriesWordsBothWaysUnderEveryReadingOfTheFlags) {
  for (const bool mapping_b : {false, true}) {
    for (const bool software : {false, true}) {
      MailboxBench bench(echo());
      bench.board.mapping_b = mapping_b;
      bench.board.software_clears_device_flag = software;
      bench.open_mailbox();
      for (const std::uint32_t word : {1U, 2U, 3U}) ASSERT_TRUE(bench.mailbox.write_word(word, bench.clock.now() + 1s));
      EXPECT_EQ(bench.mailbox.read_word(bench.clock.now() + 1s), 4U);
      EXPECT_EQ(bench.mailbox.read_word(bench.clock.now() + 1s), 5U);
      EXPECT_EQ(bench.board.unflagged_device_reads, 0);
      EXPECT_EQ(bench.board.lost_host_words, 0);
      EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
    }
  }
}

TEST(Mailbox, TakesTheWordOfWhoeverKnowsHowTheFlagIsCleared) {
  MailboxBench bench(echo(), FlagClearing::software);
  bench.board.software_clears_device_flag = true;
  bench.open_mailbox();
  EXPECT_TRUE(bench.mailbox.clears_by_software());
  MailboxBench hardware(echo(), FlagClearing::hardware);
  hardware.open_mailbox();
  EXPECT_FALSE(hardware.mailbox.clears_by_software());
}

TEST(Mailbox, GivesUpAtTheDeadline) {
  MailboxBench bench(opening());
  bench.open_mailbox();
  const TimePoint start = bench.clock.now();
  const auto word = bench.mailbox.read_word(start + 250ms);
  ASSERT_FALSE(word);
  EXPECT_EQ(word.error().code(), Code::da_timeout);
  EXPECT_GE(bench.clock.now(), start + 250ms);
  EXPECT_LE(bench.clock.now(), start + 260ms);
  ASSERT_TRUE(bench.mailbox.write_word(7, bench.clock.now() + 250ms)) << "the mailbox is empty";
  const auto second = bench.mailbox.write_word(8, bench.clock.now() + 250ms);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::da_timeout);
  EXPECT_EQ(bench.board.lost_host_words, 0) << "a waiting word is never written over";
}

TEST(Mailbox, RecordsWordsWithTheirDirection) {
  MailboxBench bench(echo());
  bench.open_mailbox();
  ASSERT_TRUE(bench.mailbox.write_word(1, bench.clock.now() + 1s));
  {
    const Timeline::Concealment hidden(bench.timeline);
    ASSERT_TRUE(bench.mailbox.write_word(2, bench.clock.now() + 1s));
  }
  const auto records = bench.timeline.records();
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[1].name, "device");
  EXPECT_EQ(records[1].value, 0x44414F4BU);
  EXPECT_EQ(records[2].name, "host");
  EXPECT_EQ(records[2].value, 1U);
  EXPECT_TRUE(records[3].concealed);
  EXPECT_EQ(records[3].value, 0U);
}

}  // namespace
}  // namespace rigor
