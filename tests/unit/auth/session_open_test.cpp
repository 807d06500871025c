#include <gmock/gmock.h>

#include "tests/unit/auth/session_bench.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

struct OpenFailure {
  const char* name;
  std::function<void(SessionBench&)> plant;
  Code code;
  const char* message;
  const char* hint;
};
void PrintTo(const OpenFailure& failure, std::ostream* out) { *out << failure.name; }

class Opening : public testing::TestWithParam<OpenFailure> {};

TEST_P(Opening, FailsDistinctly) {
  SessionBench bench(opening());
  GetParam().plant(bench);
  const auto session = bench.open();
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code(), GetParam().code) << session.error().describe();
  EXPECT_THAT(session.error().describe(), HasSubstr(GetParam().message));
  EXPECT_THAT(session.error().hint_text(), HasSubstr(GetParam().hint));
  EXPECT_FALSE(bench.board.held) << "reset is let go";
  EXPECT_LE(bench.clock.now().time_since_epoch(), 8s);
}

std::optional<Error> after_release(const FakeBoard& board, Code code) {
  return board.held ? std::nullopt : std::optional(Error(code, "planted"));
}

INSTANTIATE_TEST_SUITE_P(
    All, Opening,
    testing::Values(
        OpenFailure{"unpowered",
                    [](auto& b) { b.board.fault = [](bool, auto) { return Error(Code::swd_no_answer, "planted"); }; },
                    Code::da_mailbox_missing, "does not answer while reset is held", "check VDD"},
        OpenFailure{"identity zero", [](auto& b) { b.board.chip_id = 0; }, Code::da_mailbox_missing, "reads 0x00000000",
                    "check VDD"},
        OpenFailure{"identity ones", [](auto& b) { b.board.chip_id = 0xFFFFFFFF; }, Code::da_mailbox_missing,
                    "reads 0xffffffff", "check VDD"},
        OpenFailure{"probe gone",
                    [](auto& b) { b.board.fault = [](bool, auto) { return Error(Code::probe_lost, "planted"); }; },
                    Code::probe_lost, "planted", ""},
        OpenFailure{"write swallowed", [](auto& b) { b.board.host_writes_arrive = false; }, Code::da_mailbox_missing,
                    "no flag rose", "wrong chip file"},
        OpenFailure{"host unwritable",
                    [](auto& b) {
                      b.board.fault = [](bool write, auto) {
                        return write ? std::optional(Error(Code::swd_fault, "planted")) : std::nullopt;
                      };
                    },
                    Code::da_mailbox_missing, "0xe0044100 stayed unwritable", "check VDD"},
        OpenFailure{"taken under reset", [](auto& b) { b.board.firmware_eats_words = true; }, Code::da_no_response,
                    "although reset was held", "NRST"},
        OpenFailure{"open or locked", [](auto& b) { b.board.serves = false; }, Code::da_no_response,
                    "HOST flag stayed set", "check the NRST wire"},
        OpenFailure{"reset not wired", [](auto& b) { b.board.reset_wired = false; }, Code::da_no_response,
                    "driven by the probe", "check the NRST wire"},
        OpenFailure{"taken by firmware",
                    [](auto& b) {
                      b.board.serves = false;
                      b.board.fault = [&b](bool, auto) -> std::optional<Error> {
                        b.board.firmware_eats_words = !b.board.held;
                        return std::nullopt;
                      };
                    },
                    Code::da_no_response, "not by the authentication service", "BOOT0"},
        OpenFailure{
            "link lost after release",
            [](auto& b) { b.board.fault = [&b](bool, auto) { return after_release(b.board, Code::swd_no_answer); }; },
            Code::da_no_response, "fell silent", "power"},
        OpenFailure{"unknown answer", [](auto& b) { b.board.script[1].words[0] = 0xBADF00D0; }, Code::da_protocol,
                    "0xbadf00d0, expected one of 0x44414f4b, 0x53544441", "authentication.answers"}));

TEST(Opening, RetriesWhatPassesAfterReset) {
  for (const Code code : {Code::swd_fault, Code::swd_wait, Code::swd_no_answer}) {
    SessionBench bench(opening());
    int left = 20;
    bench.board.fault = [&](bool, auto) -> std::optional<Error> {
      if (bench.board.held || left-- <= 0) return std::nullopt;
      return Error(code, "planted");
    };
    const int before = bench.board.attaches;
    const auto session = bench.open();
    EXPECT_TRUE(session) << session.error().describe();
    EXPECT_EQ(bench.board.attaches - before > 1, code == Code::swd_no_answer) << "a silent port is attached again";
  }
}

TEST(Opening, DrainsAStaleWord) {
  for (const bool mapping_b : {false, true}) {
    for (const bool software : {false, true}) {
      SessionBench bench(FakeBoard::transcript("h5_password_full_regression"));
      bench.board.mapping_b = mapping_b;
      bench.board.software_clears_device_flag = software;
      bench.board.leave_stale_word(0xBADF00D0);
      auto session = bench.open();
      ASSERT_TRUE(session) << session.error().describe();
      EXPECT_EQ(session->opening().answer, 0x44414F4BU);
      EXPECT_EQ(session->mailbox().clears_by_software(), software);
      EXPECT_TRUE(session->authenticate(bench.password(), kFullRegression));
      EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
    }
  }
}

TEST(Opening, PassesOverAWordOfStartUp) {
  for (const bool software : {false, true}) {
    SessionBench bench(FakeBoard::transcript("h5_password_full_regression"));
    bench.board.software_clears_device_flag = software;
    bench.board.start_up_word = 0xBADF00D0;
    auto session = bench.open();
    ASSERT_TRUE(session) << session.error().describe();
    EXPECT_EQ(session->opening().answer, 0x44414F4BU);
    EXPECT_TRUE(session->authenticate(bench.password(), kFullRegression));
  }
}

TEST(Opening, ToleratesAMagicWordNobodyTook) {
  for (const bool mapping_b : {false, true}) {
    SessionBench bench(opening());
    bench.board.mapping_b = mapping_b;
    bench.board.leave_host_word(0x53544441);
    const auto session = bench.open();
    ASSERT_TRUE(session) << session.error().describe();
    EXPECT_EQ(session->mailbox().mapping(), mapping_b ? AckMapping::b : AckMapping::a);
  }
}

TEST(Opening, FallsBackToTheConfiguredMapping) {
  SessionBench bench(opening());
  bench.board.mapping_b = true;
  bench.facts.ack_mapping = "b";
  bench.board.software_clears_device_flag = true;  // both flags set and none of them moves
  bench.board.leave_stale_word(1);
  bench.board.leave_host_word(0x53544441);
  const auto session = bench.open();
  ASSERT_TRUE(session) << session.error().describe();
  EXPECT_FALSE(session->mailbox().mapping_learnt());
  EXPECT_EQ(session->mailbox().mapping(), AckMapping::b);
}

TEST(Opening, AnyAnswerWillDoWhenToldSo) {
  for (const bool by_list : {false, true}) {
    SessionBench bench(opening());
    bench.board.script[1].words[0] = 0x12345678;
    if (by_list) {
      bench.facts.answer_words.clear();
    } else {
      bench.options.strict = false;
    }
    const auto session = bench.open();
    ASSERT_TRUE(session) << session.error().describe();
    EXPECT_EQ(session->opening().answer, 0x12345678U);
  }
}

TEST(Opening, HoldsResetAsLongAsTheChipFileSays) {
  SessionBench bench(opening());
  TimePoint held_at{};
  Duration until_magic{};
  bench.board.fault = [&](bool write, std::uint32_t offset) -> std::optional<Error> {
    if (write && offset == 0x100) until_magic = bench.clock.now() - held_at;
    return std::nullopt;
  };
  ASSERT_TRUE(bench.open());
  EXPECT_GE(until_magic, 20ms);
}

TEST(Opening, WaitsForASlowChip) {
  SessionBench bench(opening());
  bench.board.answer_delay = 4900ms;
  EXPECT_TRUE(bench.open());
  SessionBench slower(opening());
  slower.board.answer_delay = 5100ms;
  const auto session = slower.open();
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code(), Code::da_no_response);
}

TEST(Opening, StopsWhenInterrupted) {
  SessionBench bench(opening());
  bench.clock.interrupt();
  const auto session = bench.open();
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code(), Code::aborted);
  EXPECT_FALSE(bench.board.held);
}

TEST(Opening, PrintsTheFailureAsTheToolOfStDoes) {
  SessionBench bench(opening());
  bench.board.serves = false;
  ASSERT_FALSE(bench.open());
  const auto log = bench.log();
  ASSERT_GE(log.size(), 3U);
  EXPECT_EQ(log[log.size() - 3], "open_comms                    :   573 : open       : No response from the target");
  EXPECT_EQ(
      log[log.size() - 2],
      "open_comms                    :   574 : open       : The target is unable to boot on RSS_DA or is in OPEN mode");
  EXPECT_EQ(log.back(),
            "open_comms                    :   575 : open       : Failed to open communication with the target");
}

}  // namespace
}  // namespace rigor
