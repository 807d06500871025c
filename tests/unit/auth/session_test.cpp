#include "framework/auth/session.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/session_bench.hpp"

namespace rigor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct Replay {
  const char* transcript;
  const char* chain;     // null: password
  const char* password;  // null: certificate
  unsigned bit;
  Family family;
  bool accepted;
};
void PrintTo(const Replay& replay, std::ostream* out) { *out << replay.transcript; }

class Transcripts : public testing::TestWithParam<std::tuple<Replay, bool, bool>> {};

TEST_P(Transcripts, AreReproducedWordForWord) {
  const auto& [replay, mapping_b, software_clears] = GetParam();
  SessionBench bench(FakeBoard::transcript(replay.transcript));
  bench.board.mapping_b = mapping_b;
  bench.board.software_clears_device_flag = software_clears;
  bench.family = replay.family;
  if (replay.family == Family::stm32h7rs) bench.board.base = bench.facts.dbgmcu_base = 0xE00E1000;
  const Credential credential =
      replay.chain != nullptr ? bench.certificate(replay.chain) : bench.password(replay.password);

  auto session = bench.open();
  ASSERT_TRUE(session) << session.error().describe();
  const auto done = session->authenticate(credential, Permissions::bit(replay.bit));
  EXPECT_EQ(done.has_value(), replay.accepted) << (done ? "" : done.error().describe());
  if (!done) {
    EXPECT_EQ(done.error().code(), Code::da_refused);
  }

  EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
  EXPECT_EQ(bench.board.unflagged_device_reads, 0);
  EXPECT_EQ(bench.board.lost_host_words, 0);
  EXPECT_EQ(session->mailbox().mapping(), mapping_b ? AckMapping::b : AckMapping::a);
  EXPECT_TRUE(session->mailbox().mapping_learnt());
  EXPECT_EQ(session->mailbox().clears_by_software(), software_clears);
  EXPECT_EQ(bench.board.pulses, 1);
  EXPECT_FALSE(bench.board.held);
}

INSTANTIATE_TEST_SUITE_P(
    All, Transcripts,
    testing::Combine(
        testing::Values(
            Replay{"h5_certificate_full_regression", "chains/h5_leaf_chain.b64", nullptr, 14, Family::stm32h5, true},
            Replay{"h5_certificate_unpadded_discovery", "chains/h5_leaf_chain.b64", nullptr, 5, Family::stm32h5, true},
            Replay{"h5_password_full_regression", nullptr, "synthetic-pass-1", 14, Family::stm32h5, true},
            Replay{"h5_password_wrong", nullptr, "synthetic-pass-2", 14, Family::stm32h5, false},
            Replay{"h7rs_certificate_level1", "chains/h7rs_leaf_chain.b64", nullptr, 0, Family::stm32h7rs, true}),
        testing::Bool(), testing::Bool()));

TEST(Session, RecordsEveryWordOfTheTranscript) {
  const auto script = FakeBoard::transcript("h5_certificate_full_regression");
  SessionBench bench(script);
  auto session = bench.open();
  ASSERT_TRUE(session && session->authenticate(bench.certificate(), kFullRegression));
  std::vector<std::uint32_t> written;
  for (const Turn& turn : script) written.insert(written.end(), turn.words.begin(), turn.words.end());
  std::vector<std::uint32_t> recorded;
  for (const Record& record : bench.timeline.records()) {
    if (record.channel == Channel::mailbox) recorded.push_back(record.value);
  }
  EXPECT_EQ(recorded, written);
}

TEST(Session, LogsWhatTheToolOfStLogs) {
  SessionBench bench(FakeBoard::transcript("h7rs_certificate_level1"));
  bench.family = Family::stm32h7rs;
  auto session = bench.open();
  ASSERT_TRUE(session && session->authenticate(bench.certificate("chains/h7rs_leaf_chain.b64"), Permissions::bit(0)));
  EXPECT_THAT(
      bench.log(),
      ElementsAre(
          "SDMOpen                       :   624 : open       : SDM API v1.0",
          "SDMOpen                       :   625 : open       : SDM Library version v1.2.0",
          "open_comms                    :   513 : open       : Asserting target reset",
          "open_comms                    :   517 : open       : Writing magic number",
          "open_comms                    :   537 : open       : De-asserting target reset",
          "open_comms                    :   584 : open       : Communication with the target established successfully",
          "[00%]   discovery command", "[10%]   sending discovery command", "[20%]   receiving discovery",
          "discovery: target ID.......................:0x485",
          "discovery: SoC ID..........................:0x00000000_38323634_30335112_00450059",
          "discovery: SDA version.....................:1.0.0",
          "discovery: Vendor ID.......................:STMicroelectronics",
          "discovery: PSA lifecycle...................:ST_LIFECYCLE_CLOSED",
          "discovery: PSA auth version................:1.0", "discovery: ST HDPL1 status.................:0xa",
          "discovery: ST HDPL2 status.................:0xa", "discovery: ST HDPL3 status.................:0x0",
          "discovery: Token Formats...................:0x200", "discovery: Certificate Formats.............:0x201",
          "discovery: cryptosystems...................:Ecdsa-P256 SHA256",
          "discovery: ST provisioning integrity status:0xeaeaeaea",
          "discovery: permission if authorized...........:(a/14) ==> Full Regression",
          "discovery: permission if authorized...........:(b/2) ==> Level 3 Intrusive Debug",
          "discovery: permission if authorized...........:(c/1) ==> Level 2 Intrusive Debug",
          "discovery: permission if authorized...........:(d/0) ==> Level 1 Intrusive Debug",
          "discovery: permission if authorized...........:(e/127) ==> Forced Download", "[40%]   loading credentials",
          "[50%]   sending challenge request", "[60%]   receiving challenge", "[70%]   signing token",
          " the submitted permissions are : d",
          "SDMAuthenticate               :  1391 : client     : Found 3 certificates", "[80%]   sending response",
          "[90%]   receiving status", "SDMAuthenticate               :  1492 : client     : Authentication successful",
          "[100%]  finished authentication"));
}

TEST(Session, ASilentWireCostsNoMoreRoundTripsThanWords) {
  SessionBench bench(FakeBoard::transcript("h5_certificate_full_regression"));
  auto session = bench.open();
  const int before = bench.board.accesses;
  ASSERT_TRUE(session && session->discover());
  // 2 words out, 50 in, each one flag poll and one access.
  EXPECT_EQ(bench.board.accesses - before, 2 * 52);
}

TEST(Session, IsOverAfterItsVerdict) {
  for (const char* transcript : {"h5_password_full_regression", "h5_password_wrong"}) {
    SessionBench bench(FakeBoard::transcript(transcript));
    auto session = bench.open();
    ASSERT_TRUE(session);
    static_cast<void>(session->authenticate(
        bench.password(transcript == std::string_view("h5_password_wrong") ? "synthetic-pass-2" : "synthetic-pass-1"),
        kFullRegression));
    EXPECT_FALSE(session->usable());
    const int before = bench.board.accesses;
    for (const auto& outcome :
         {session->authenticate(bench.password(), kFullRegression), session->lock(), session->close()}) {
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().code(), Code::da_protocol);
      EXPECT_THAT(outcome.error().message(), HasSubstr("is over"));
    }
    EXPECT_FALSE(session->discover());
    EXPECT_EQ(bench.board.accesses, before) << "a dead session touches nothing";
  }
}

TEST(Session, ChecksTheCredentialBeforeSendingIt) {
  const auto password_chip = FakeBoard::transcript("h5_password_full_regression");
  {
    SessionBench bench(password_chip);
    auto session = bench.open();
    ASSERT_TRUE(session && session->discover());
    const int before = bench.board.accesses;
    const auto done = session->authenticate(bench.certificate(), kFullRegression);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), Code::credential_mismatch);
    EXPECT_THAT(done.error().message(), HasSubstr("asks for st-password"));
    EXPECT_EQ(bench.board.accesses, before);
    EXPECT_TRUE(session->usable());
    EXPECT_TRUE(session->authenticate(bench.password(), kFullRegression));
  }
  {
    SessionBench bench(FakeBoard::transcript("h7rs_certificate_level1"));
    auto session = bench.open();
    ASSERT_TRUE(session);
    const auto done = session->authenticate(bench.certificate(), kTzRegression);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), Code::credential_mismatch);
    EXPECT_THAT(done.error().message(), HasSubstr("offers 0x80000000000000000000000000004007"));
  }
}

TEST(Session, LocksAndCloses) {
  auto script = opening();
  script.insert(script.end(), {host({0x00060000, 0}), device({0, 0}), host({0x00050000, 0}), device({0, 0})});
  SessionBench bench(script);
  auto session = bench.open();
  ASSERT_TRUE(session);
  EXPECT_TRUE(session->lock());
  EXPECT_TRUE(session->close());
  EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
  EXPECT_FALSE(session->usable());
}

TEST(DebugAuthenticationProcedure, OpensOnceOrTwice) {
  for (const Opens opens : {Opens::one, Opens::two}) {
    SessionBench bench(FakeBoard::transcript("h5_certificate_full_regression"));
    DebugAuthentication authentication(bench.parts(), bench.family, bench.facts, {.opens = opens, .session = {}});
    const auto done = authentication.authenticate(bench.certificate(), kFullRegression);
    ASSERT_TRUE(done) << done.error().describe();
    EXPECT_TRUE(done->confirmed);
    EXPECT_EQ(done->before.soc_class, 0x484U);
    EXPECT_EQ(bench.board.pulses, opens == Opens::one ? 1 : 2);
    EXPECT_TRUE(bench.board.finished()) << bench.board.mismatch;
    EXPECT_EQ(bench.log().back(), "Debug Authentication Success");
  }
}

TEST(DebugAuthenticationProcedure, TouchesNothingWhenTheCredentialCannotDo) {
  SessionBench bench(opening());
  DebugAuthentication authentication(bench.parts(), bench.family, bench.facts);
  for (const auto& [chain, wanted] : {std::pair("chains/h5_restricted_leaf_chain.b64", kFullRegression),
                                      {"chains/h5_leaf_chain.b64", Permissions::bit(7)},
                                      {"chains/h5_leaf_chain.b64", Permissions()},
                                      {"chains/h7rs_leaf_chain.b64", Permissions::bit(127)}}) {
    const auto done = authentication.authenticate(bench.certificate(chain), wanted);
    ASSERT_FALSE(done) << chain;
    EXPECT_EQ(done.error().code(), Code::credential_mismatch);
  }
  const auto done = authentication.authenticate(bench.password(), Permissions::bit(6));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::credential_mismatch);
  EXPECT_EQ(bench.board.accesses, 0);
  EXPECT_EQ(bench.board.pulses, 0);
}

TEST(DebugAuthenticationProcedure, DiscoversAndLocks) {
  SessionBench bench(FakeBoard::transcript("h5_password_full_regression"));
  const auto found = DebugAuthentication(bench.parts(), bench.family, bench.facts).discover();
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->offers_password());
  EXPECT_EQ(bench.log().back(), "Debug Authentication: Discovery Success");

  auto script = opening();
  script.insert(script.end(), {host({0x00060000, 0}), device({0x7FFF0000, 0})});
  SessionBench old(script);
  const auto locked = DebugAuthentication(old.parts(), old.family, old.facts).lock();
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code(), Code::da_refused);
  EXPECT_THAT(locked.error().message(), HasSubstr("INVALID_COMMAND"));
}

// Section 20 row 16: a chip may erase itself before it answers.
TEST(DebugAuthenticationProcedure, ALostVerdictIsUnconfirmedForARegressionOnly) {
  auto script = FakeBoard::transcript("h5_certificate_full_regression");
  script.pop_back();
  SessionBench bench(script);
  DebugAuthentication authentication(bench.parts(), bench.family, bench.facts);
  const auto done = authentication.authenticate(bench.certificate(), kFullRegression);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_FALSE(done->confirmed);

  auto debug = FakeBoard::transcript("h7rs_certificate_level1");
  debug.pop_back();
  SessionBench other(debug);
  other.family = Family::stm32h7rs;
  const auto silent = DebugAuthentication(other.parts(), other.family, other.facts)
                          .authenticate(other.certificate("chains/h7rs_leaf_chain.b64"), Permissions::bit(0));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code(), Code::da_timeout);
}

}  // namespace
}  // namespace rigor
