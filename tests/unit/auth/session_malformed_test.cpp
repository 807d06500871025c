// Answers no honest chip gives, each with its own error, and waits that always end.
#include <gmock/gmock.h>

#include "tests/unit/auth/session_bench.hpp"

namespace rigor {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Turns of h5_certificate_full_regression: 3 discovery answer, 5 challenge, 7/9/11 certificate answers, 13 verdict.
struct Malformed {
  const char* name;
  std::function<void(SessionBench&)> plant;
  Code code;
  const char* message;
};
void PrintTo(const Malformed& malformed, std::ostream* out) { *out << malformed.name; }

void answer(SessionBench& bench, std::size_t turn, std::vector<std::uint32_t> words) {
  bench.board.script[turn].words = std::move(words);
}

class MalformedAnswer : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedAnswer, HasItsOwnErrorAndEndsTheSession) {
  SessionBench bench(FakeBoard::transcript("h5_certificate_full_regression"));
  GetParam().plant(bench);
  auto session = bench.open();
  ASSERT_TRUE(session) << session.error().describe();
  const auto done = session->authenticate(bench.certificate(), kFullRegression);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), GetParam().code) << done.error().describe();
  EXPECT_THAT(done.error().describe(), HasSubstr(GetParam().message));
  EXPECT_FALSE(session->usable());
  EXPECT_FALSE(session->discover());
  EXPECT_LE(bench.clock.now().time_since_epoch(), 70s) << "bounded";
}

std::vector<std::uint32_t> header_of(std::uint32_t count) { return {0, count}; }

INSTANTIATE_TEST_SUITE_P(
    Discovery, MalformedAnswer,
    testing::Values(
        Malformed{"refused", [](auto& b) { answer(b, 3, {0x00010000, 0}); }, Code::da_refused,
                  "refused discovery: FAILURE"},
        Malformed{"unsupported", [](auto& b) { answer(b, 3, {0x00030000, 0}); }, Code::da_refused, "UNSUPPORTED"},
        Malformed{"unauthorized", [](auto& b) { answer(b, 3, {0x00040000, 0}); }, Code::da_refused, "UNAUTHORIZED"},
        Malformed{"unnamed status", [](auto& b) { answer(b, 3, {0x12340000, 0}); }, Code::da_refused, "status 0x1234"},
        Malformed{"reserved bits", [](auto& b) { answer(b, 3, {0x00000001, 0}); }, Code::da_protocol,
                  "reserved half is not 0"},
        Malformed{"1025 words", [](auto& b) { answer(b, 3, header_of(1025)); }, Code::da_protocol,
                  "announces 1025 data words"},
        Malformed{"4 billion words", [](auto& b) { answer(b, 3, header_of(0xFFFFFFFF)); }, Code::da_protocol,
                  "4294967295"},
        Malformed{"no records", [](auto& b) { answer(b, 3, {0, 2, 0x0001FFFF, 4}); }, Code::da_protocol, "no records"},
        Malformed{"record too long", [](auto& b) { answer(b, 3, {0, 2, 0x00010000, 400}); }, Code::da_protocol,
                  "400 bytes, only 0 follow"},
        Malformed{"silence", [](auto& b) { b.board.script.resize(3); }, Code::da_timeout,
                  "answer to discovery: word 1"},
        Malformed{"count too great",
                  [](auto& b) {
                    b.board.script.resize(4);
                    b.board.script[3].words[1] += 1;
                  },
                  Code::da_timeout, "answer to discovery: word 51"}));

INSTANTIATE_TEST_SUITE_P(Challenge, MalformedAnswer,
                         testing::Values(Malformed{"8 words",
                                                   [](auto& b) {
                                                     b.board.script[5].words.pop_back();
                                                     b.board.script[5].words[1] = 8;
                                                   },
                                                   Code::da_protocol, "challenge has 8 words instead of 9"},
                                         Malformed{"10 words",
                                                   [](auto& b) {
                                                     b.board.script[5].words.push_back(0);
                                                     b.board.script[5].words[1] = 10;
                                                   },
                                                   Code::da_protocol, "challenge has 10 words instead of 9"},
                                         Malformed{"no words", [](auto& b) { answer(b, 5, {0, 0}); }, Code::da_protocol,
                                                   "challenge has 0 words"},
                                         Malformed{"major 2", [](auto& b) { b.board.script[5].words[2] = 2; },
                                                   Code::da_protocol, "challenge has format 2.0"},
                                         Malformed{"refused", [](auto& b) { answer(b, 5, {0x7FFF0000, 0}); },
                                                   Code::da_refused,
                                                   "refused start of authentication: INVALID_COMMAND"},
                                         Malformed{"silence", [](auto& b) { b.board.script.resize(5); },
                                                   Code::da_timeout, "answer to start of authentication"}));

INSTANTIATE_TEST_SUITE_P(
    Certificate, MalformedAnswer,
    testing::Values(Malformed{"root refused", [](auto& b) { answer(b, 7, {0x00010000, 0}); }, Code::da_refused,
                              "certificate 0 (root): FAILURE"},
                    Malformed{"intermediate refused", [](auto& b) { answer(b, 9, {0x00010000, 0}); }, Code::da_refused,
                              "certificate 1 (intermediate): FAILURE"},
                    Malformed{"leaf refused", [](auto& b) { answer(b, 11, {0x00050000, 0}); }, Code::da_refused,
                              "certificate 2 (leaf): INVALID_PARAMETERS"},
                    Malformed{"success too early", [](auto& b) { answer(b, 9, {0, 0}); }, Code::da_protocol,
                              "certificate 1 (intermediate) with SUCCESS"},
                    Malformed{"data", [](auto& b) { answer(b, 7, {0x00020000, 1, 42}); }, Code::da_protocol,
                              "certificate 0 (root) carries 1 data words"},
                    Malformed{"silence", [](auto& b) { b.board.script.resize(11); }, Code::da_timeout,
                              "answer to certificate 2 (leaf): word 1"},
                    Malformed{"taken in part",
                              [](auto& b) {
                                b.board.script[8].words.resize(20);
                                b.board.script.resize(9);
                              },
                              Code::da_timeout, "sending certificate 1 (intermediate): word 22 of 57"}));

INSTANTIATE_TEST_SUITE_P(Verdict, MalformedAnswer,
                         testing::Values(Malformed{"refused", [](auto& b) { answer(b, 13, {0x00010000, 0}); },
                                                   Code::da_refused, "token for full-regression: FAILURE"},
                                         Malformed{"more data", [](auto& b) { answer(b, 13, {0x00020000, 0}); },
                                                   Code::da_protocol, "with NEED_MORE_DATA"},
                                         Malformed{"data", [](auto& b) { answer(b, 13, {0, 1, 1}); }, Code::da_protocol,
                                                   "carries 1 data words"},
                                         Malformed{"silence", [](auto& b) { b.board.script.resize(13); },
                                                   Code::da_timeout, "token for full-regression: word 1"}));

TEST(Limits, SilenceIsFoundAfterTheLimitThatApplies) {
  struct Case {
    std::size_t turns;
    Duration limit;
  };
  for (const auto& [turns, limit] : {Case{3, 1s}, Case{5, 1s}, Case{7, 5s}, Case{13, 5s}}) {
    SessionBench bench(FakeBoard::transcript("h5_certificate_full_regression"));
    bench.board.script.resize(turns);
    auto session = bench.open();
    ASSERT_TRUE(session);
    const TimePoint start = bench.clock.now();
    ASSERT_FALSE(session->authenticate(bench.certificate(), kFullRegression));
    EXPECT_GE(bench.clock.now() - start, limit);
    EXPECT_LE(bench.clock.now() - start, limit + 200ms) << turns;
  }
}

TEST(Limits, AChipThatDripsWordsIsNotWaitedForForEver) {
  auto script = opening();
  std::vector<std::uint32_t> drip = {0, 1024};
  drip.resize(1026);
  script.insert(script.end(), {host({0x00010000, 0}), device(drip)});
  SessionBench bench(script);
  auto session = bench.open();
  ASSERT_TRUE(session);
  bench.board.access_time = 450ms;  // a word takes 900 ms, just inside its own limit
  const TimePoint start = bench.clock.now();
  const auto found = session->discover();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), Code::da_timeout);
  EXPECT_LE(bench.clock.now() - start, 65s);
}

TEST(Limits, FaultsInTheMiddleAreRetriedAndALostLinkIsNot) {
  for (const bool lost : {false, true}) {
    SessionBench bench(FakeBoard::transcript("h5_certificate_full_regression"));
    auto session = bench.open();
    ASSERT_TRUE(session);
    int countdown = 30;
    bench.board.fault = [&](bool, std::uint32_t offset) -> std::optional<Error> {
      if (offset != 0x104 && offset != 0x100) return std::nullopt;
      if (--countdown > 0) return std::nullopt;
      if (countdown < -2 && !lost) countdown = 30;
      return Error(lost ? Code::swd_no_answer : Code::swd_wait, "planted");
    };
    const auto done = session->authenticate(bench.certificate(), kFullRegression);
    ASSERT_EQ(done.has_value(), !lost);
    if (lost) {
      EXPECT_EQ(done.error().code(), Code::swd_no_answer);
    } else {
      EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
    }
  }
}

TEST(Refusal, NamesAMissingRecordAsTheCause) {
  auto script = FakeBoard::transcript("h5_password_wrong");
  for (std::uint32_t& word : script[3].words) {
    if (word == 0xEAEAEAEA) word = 0xF5F5F5F5;
  }
  SessionBench bench(script);
  auto session = bench.open();
  ASSERT_TRUE(session);
  const auto done = session->authenticate(bench.password("synthetic-pass-2"), kFullRegression);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::da_refused);
  EXPECT_THAT(done.error().hint_text(), HasSubstr("0xf5f5f5f5"));
}

TEST(Refusal, IsLeftToTheChipWhenAskedFor) {
  auto script = FakeBoard::transcript("h5_password_full_regression");
  SessionBench bench(script);
  bench.options.check_credential = false;
  auto certificates = FakeBoard::transcript("h5_certificate_full_regression");
  script.resize(6);
  script.push_back(certificates[6]);
  script.push_back(device({0x00010000, 0}));
  bench.board.script = script;
  // The challenge of a password chip is zero; a certificate goes out all the same.
  auto session = bench.open();
  ASSERT_TRUE(session);
  const auto done = session->authenticate(bench.certificate(), kFullRegression);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::da_refused);
  EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
}

}  // namespace
}  // namespace rigor
