#include "framework/ledger/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <fstream>
#include <thread>

#include "framework/base/durable_file.hpp"
#include "tests/unit/ledger/ledger_fixture.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST_F(LedgerTest, IsForItsOwnerOnly) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  struct stat status{};
  ASSERT_EQ(::stat(directory_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat((directory_ / "0032001a3333510a30363532.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(LedgerTest, RemembersAcrossProcesses) {
  ASSERT_TRUE(open().bind(sighting("bench-a", kFirst)));
  ASSERT_TRUE(open().intend(kFirst, {"PROVISIONING", kUse, {"/keys/key.pem", "/keys/chain.b64"}}));
  const BoardRecord record = *open().find(kFirst).value();
  EXPECT_EQ(record.chip, "stm32h523");
  EXPECT_EQ(record.device_id, 0x478U);
  EXPECT_EQ(record.binding,
            (BenchBinding{"bench-a", "2026-05-04T09:15:24.042Z", BoardIdentity::confirmed, "the unique id was read"}));
  EXPECT_EQ(record.intended, (StateMark{"provisioning", "2026-05-04T09:15:24.042Z", "run-1"}));
  EXPECT_TRUE(record.interrupted());
  ASSERT_EQ(record.credentials.size(), 1U);
  EXPECT_EQ(record.credentials[0].use, kUse);
  EXPECT_EQ(record.credentials[0].where, (std::vector<std::string>{"/keys/key.pem", "/keys/chain.b64"}));
  ASSERT_EQ(record.history.size(), 2U);
  EXPECT_EQ(record.history[1].event, "intended");
  ASSERT_TRUE(open().confirm(kFirst, "PROVISIONING"));
  EXPECT_FALSE(open().find(kFirst).value()->interrupted());
}

TEST_F(LedgerTest, EveryCallButBindNeedsAKnownBoard) {
  Ledger ledger = open();
  EXPECT_EQ(ledger.intend(kFirst, {"closed", kUse, {}}).error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.confirm(kFirst, "open").error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.provisioned(kFirst, kUse).error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.discovered(kFirst, good_discovery()).error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.rehearsed(kFirst, kUse).error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.proven(kFirst, kUse).error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.vouch("bench-a", kFirst, "operator").error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.export_board(kFirst).error().code(), Code::name_unknown);
  EXPECT_EQ(ledger.find(kFirst).value(), std::nullopt);
  EXPECT_TRUE(ledger.boards()->empty());
}

// ---- credentials
// -----------------------------------------------------------------------------------------------------

TEST_F(LedgerTest, KeepsEveryCredentialThatMayBeOnTheBoard) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  CredentialUse second = kUse;
  second.digest = "b1";
  ASSERT_TRUE(ledger.intend(kFirst, {"provisioning", kUse, {"/one"}}));
  ASSERT_TRUE(ledger.provisioned(kFirst, kUse));
  // Interrupted after this: the board holds the first or the second.
  ASSERT_TRUE(ledger.intend(kFirst, {"provisioning", second, {"/two"}}));
  const BoardRecord record = *ledger.find(kFirst).value();
  ASSERT_EQ(record.credentials.size(), 2U);
  EXPECT_EQ(record.credentials[0].use, second);
  EXPECT_EQ(record.credentials[1].where.front(), "/one");
  EXPECT_EQ(record.provisioned, std::nullopt);
}

TEST_F(LedgerTest, ForgetsNoCredentialBeforeTheBoardWasSeenOpen) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  for (int i = 0; i < 20; ++i) {
    CredentialUse use = kUse;
    use.digest = std::to_string(i);
    ASSERT_TRUE(ledger.intend(kFirst, {"provisioning", use, {}}));
  }
  EXPECT_EQ(ledger.find(kFirst).value()->credentials.size(), 20U);
  ASSERT_TRUE(ledger.confirm(kFirst, "open"));
  const auto kept = ledger.find(kFirst).value()->credentials;
  ASSERT_EQ(kept.size(), 16U);
  EXPECT_EQ(kept.front().use.digest, "19");
}

TEST_F(LedgerTest, RefusesAProvisioningThatWasNeverIntended) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  EXPECT_EQ(ledger.provisioned(kFirst, kUse).error().code(), Code::state_unsuitable);
  EXPECT_EQ(ledger.discovered(kFirst, good_discovery()).error().code(), Code::state_unsuitable);
}

TEST_F(LedgerTest, BoundsTheHistory) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  for (int i = 0; i < 210; ++i) ASSERT_TRUE(ledger.confirm(kFirst, "state " + std::to_string(i)));
  const auto history = ledger.find(kFirst).value()->history;
  ASSERT_EQ(history.size(), BoardRecord::kHistoryLimit);
  EXPECT_EQ(history.back().detail, "state-209");
  EXPECT_EQ(history.front().detail, "state-10");
}

// ---- files and locks
// -------------------------------------------------------------------------------------------------

TEST_F(LedgerTest, ClearsLeftoversAndIgnoresStrangers) {
  ASSERT_TRUE(open().bind(sighting("bench-a", kFirst)));
  const auto leftover = directory_ / "0032001a3333510a30363532.json.4711.tmp";
  const auto strangers = {directory_ / "notes.txt", directory_ / "backup.json", directory_ / "other.tmp"};
  std::ofstream(leftover) << "{ half";
  for (const auto& stranger : strangers) std::ofstream(stranger) << "{ half";
  Ledger ledger = open();
  EXPECT_FALSE(std::filesystem::exists(leftover));
  for (const auto& stranger : strangers) EXPECT_TRUE(std::filesystem::exists(stranger));
  EXPECT_EQ(ledger.boards()->size(), 1U);
}

TEST_F(LedgerTest, NamesADamagedFileAndLeavesItAlone) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  const auto file = directory_ / "0032001a3333510a30363532.json";
  const std::string good = *read_text_file(file);
  const auto replaced = [&](const std::string& what, const std::string& with) {
    std::string text = good;
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
  };
  const std::string bad[] = {"",
                             "{ half",
                             "[]",
                             good.substr(0, good.size() / 2),
                             replaced("\"rigor_ledger\": 1", "\"rigor_ledger\": 2"),
                             replaced("\"rigor_ledger\": 1", "\"rigor_ledger\": \"1\""),
                             replaced("\"confirmed\"", "\"certain\""),
                             replaced("\"chip\"", "\"chips\""),
                             replaced("\"0x478\"", "\"1144\""),
                             replaced("\"0x478\"", "\"0x\""),
                             replaced("\"0x478\"", "1144"),
                             replaced("\"history\": [", "\"history\": [7, "),
                             replaced("\"rehearsals\": []", "\"rehearsals\": {}"),
                             replaced("\"intended\": null", "\"intended\": true"),
                             replaced("\"run\": \"run-1\"", "\"run\": \"run-1\", \"by\": \"me\""),
                             replaced("0032001a3333510a30363532", "0032001a3333510a30363533"),
                             replaced("0032001a3333510a30363532", "nobody")};
  for (const std::string& text : bad) {
    std::ofstream(file) << text;
    for (const auto& error : {ledger.find(kFirst).error(), ledger.bind(sighting("bench-b", kSecond)).error(),
                              ledger.presume("bench-a").error(), ledger.intend(kFirst, {"open", {}, {}}).error(),
                              ledger.boards().error()}) {
      EXPECT_EQ(error.code(), Code::file_invalid) << text;
      EXPECT_THAT(error.message(), HasSubstr(file.string()));
    }
    EXPECT_EQ(*read_text_file(file), text);
  }
  std::ofstream(file) << good;
  EXPECT_TRUE(ledger.find(kFirst));
}

TEST_F(LedgerTest, SaysWhoHoldsTheLock) {
  Ledger ledger = open();
  const int other = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  std::ofstream(directory_ / ".holder") << "process 4711, the night run";
  const auto refused = Ledger::open(directory_, *clock_, {.run = "r", .lock_limit = 0ms});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::ledger_busy);
  EXPECT_THAT(refused.error().message(), HasSubstr("held by process 4711, the night run"));
  EXPECT_TRUE(ledger.find(kFirst)) << "reading needs no lock";
  {
    std::jthread release([&] {
      std::this_thread::sleep_for(30ms);
      ::close(other);
    });
    EXPECT_TRUE(Ledger::open(directory_, *clock_, {.run = "r", .lock_limit = 5s}));
  }
}

TEST_F(LedgerTest, GivesUpTheLockAtItsLimit) {
  static_cast<void>(open());
  const int other = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  const TimePoint begun = clock_->now();
  EXPECT_EQ(Ledger::open(directory_, *clock_, {.run = "r", .lock_limit = 40ms}).error().code(), Code::ledger_busy);
  EXPECT_GE(clock_->now() - begun, 40ms);
  ::close(other);
}

TEST_F(LedgerTest, SerialisesThreads) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  std::atomic<int> failed = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      const auto actor = clock_->enroll("writer");
      for (int i = 0; i < 10; ++i)
        if (!ledger.confirm(kFirst, "open")) ++failed;
    });
  threads.clear();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(ledger.find(kFirst).value()->history.size(), 41U);
}

TEST_F(LedgerTest, SaysWhenItCannotWrite) {
  std::ofstream(directory_.string() + "-file") << "x";
  const auto ledger = Ledger::open(directory_.string() + "-file", *clock_, {.run = "r"});
  std::filesystem::remove(directory_.string() + "-file");
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().code(), Code::io_failed);
}

// ---- moving records
// --------------------------------------------------------------------------------------------------

TEST_F(LedgerTest, ExportsAndImports) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  ASSERT_TRUE(ledger.intend(kFirst, {"provisioning", kUse, {"/key \xff"}}));
  const std::string json = *ledger.export_board(kFirst);
  EXPECT_EQ(*ledger.import_board(json), kFirst) << "the same record again is no conflict";
  ASSERT_TRUE(ledger.confirm(kFirst, "open"));
  EXPECT_EQ(ledger.import_board(json).error().code(), Code::ledger_conflict);
  EXPECT_EQ(ledger.import_board("{}").error().code(), Code::file_invalid);

  std::filesystem::remove(directory_ / "0032001a3333510a30363532.json");
  ASSERT_EQ(*ledger.import_board(json), kFirst);
  const BoardRecord record = *ledger.find(kFirst).value();
  EXPECT_EQ(record.binding.identity, BoardIdentity::unknown);
  EXPECT_EQ(record.binding.bench, "");
  EXPECT_EQ(record.credentials.size(), 1U);
}

}  // namespace
}  // namespace rigor::test
