#include "framework/store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "rigor-store-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    file_ = directory_ / "results.db";
  }
  void TearDown() override {
    ::chmod(directory_.c_str(), 0700);
    std::filesystem::remove_all(directory_);
  }
  void sql(const std::string& statements) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }

  std::filesystem::path directory_;
  std::filesystem::path file_;
};

RunRecord a_run(const std::string& id = "run-1") {
  RunRecord run;
  run.id = id;
  run.started_at = "2026-05-04T09:15:23.900Z";
  run.rig = "rack-a";
  run.argv = {"rigor", "run", "--rig", "rack \"a\""};
  run.seed = 0xFFFF'FFFF'FFFF'FFFF;
  run.versions = {{"rigor", "0.1.0"}};
  run.host = "rack-a.lan";
  run.benches = {{"z-bench", "weact-h523", "stm32h523", "", "ST-LINK/V2", "V2J37S7", "50FF", "1-2", false},
                 {"a-bench", "nucleo", "stm32h533", "0032", "V3", "V3J15", "0027", "1-3", true}};
  return run;
}

TestRecord a_test(const std::string& name = "closes") {
  TestRecord test;
  test.suite = "close";
  test.test = name;
  test.bench = "z-bench";
  test.verdict = Verdict::refused;
  test.reason = "NRST_NOT_DRIVEN";
  test.message = "line one\nline two";
  test.hint = "wire it";
  test.started_at = "2026-05-04T09:15:24.000Z";
  test.started = TimePoint(5s);
  test.duration = 1234567ns;
  test.wall_duration = 2ms;
  test.metrics = {{"usb-round-trips", 214}, {"ratio", 0.5}};
  test.trace = "traces/x.vcd";
  test.steps.push_back(
      {1, "power", "cycle", "reversible", Verdict::pass, "", "", {"off 300 ms"}, TimePoint(5s), TimePoint(6s)});
  test.steps.push_back({2,
                        "self-test",
                        "",
                        "reversible",
                        Verdict::refused,
                        "NRST_NOT_DRIVEN",
                        "m",
                        {"a", "b"},
                        TimePoint(6s),
                        TimePoint(7s)});
  // Steps that run again (a cleanup after a loop) may carry the same number.
  test.steps.push_back({2, "self-test", "", "reversible", Verdict::pass, "", "", {}, TimePoint(7s), TimePoint(8s)});
  test.timeline = {{TimePoint(5s), Channel::line, "nrst", 1, false, {}},
                   {TimePoint(5100ms), Channel::mailbox, "host", 0xFFFFFFFF, false, {}},
                   {TimePoint(5200ms), Channel::mailbox, "host", 0, true, {}},
                   {TimePoint(5250ms), Channel::sense, "nrst", 1, false, {}},
                   {TimePoint(5300ms), Channel::console, {}, 0, false, "hello"}};
  test.timeline_dropped = 3;
  return test;
}

TEST_F(StoreTest, GivesBackWhatItTook) {
  {
    auto store = Store::open(file_);
    ASSERT_TRUE(store) << store.error().describe();
    ASSERT_TRUE(store->begin_run(a_run()));
    ASSERT_TRUE(store->record_test("run-1", a_test()));
    ASSERT_TRUE(store->end_run("run-1", "2026-05-04T09:16:00.000Z", 1));
  }
  const auto store = Store::open(file_, {.read_only = true});
  ASSERT_TRUE(store);
  const auto run = store->load_run("run-1");
  ASSERT_TRUE(run) << run.error().describe();
  EXPECT_EQ(run->seed, 0xFFFF'FFFF'FFFF'FFFF);
  EXPECT_EQ(run->argv, a_run().argv);
  EXPECT_EQ(run->versions, a_run().versions);
  EXPECT_EQ(run->exit_code, 1);
  EXPECT_EQ(run->ended_at, "2026-05-04T09:16:00.000Z");
  ASSERT_EQ(run->benches.size(), 2U);
  EXPECT_EQ(run->benches[0].name, "z-bench");
  EXPECT_TRUE(run->benches[1].virtual_bench);
  ASSERT_EQ(run->tests.size(), 1U);
  const TestRecord& test = run->tests[0];
  const TestRecord wanted = a_test();
  EXPECT_EQ(test_name(test), "close.closes");
  EXPECT_EQ(test.verdict, Verdict::refused);
  EXPECT_EQ(test.message, wanted.message);
  EXPECT_EQ(test.hint, wanted.hint);
  EXPECT_EQ(test.started, wanted.started);
  EXPECT_EQ(test.duration, wanted.duration);
  EXPECT_EQ(test.metrics, wanted.metrics);
  ASSERT_EQ(test.steps.size(), 3U);
  EXPECT_EQ(test.steps[1].evidence, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(test.steps[1].verdict, Verdict::refused);
  EXPECT_EQ(test.steps[2].index, 2U);
  EXPECT_EQ(test.steps[2].ended, TimePoint(8s));
  ASSERT_EQ(test.timeline.size(), 5U);
  EXPECT_EQ(test.timeline[1].value, 0xFFFFFFFF);
  EXPECT_TRUE(test.timeline[2].concealed);
  EXPECT_EQ(test.timeline[3].channel, Channel::sense);
  EXPECT_EQ(test.timeline[4].text, "hello");
  EXPECT_EQ(test.timeline_dropped, 3U);
}

TEST_F(StoreTest, KeepsTextsOfAnyBytes) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  TestRecord test = a_test();
  test.message = std::string("zero\0byte \xff", 11);
  test.timeline[4].text = "\xff console";
  test.steps[0].evidence = {"\xc3"};
  ASSERT_TRUE(store->record_test("run-1", test));
  const auto run = store->load_run("run-1");
  ASSERT_TRUE(run);
  EXPECT_EQ(run->tests[0].message, test.message);
  EXPECT_EQ(run->tests[0].timeline[4].text, "\xEF\xBF\xBD console");
}

TEST_F(StoreTest, LeavesOutTheMiddleOfLongTimelines) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  TestRecord test = a_test();
  test.timeline.clear();
  for (std::uint32_t i = 0; i < 1001; ++i) test.timeline.push_back({TimePoint(), Channel::usb, {}, i, false, {}});
  ASSERT_TRUE(store->record_test("run-1", test));
  const auto run = store->load_run("run-1", {.timeline_limit = 101});
  ASSERT_EQ(run->tests[0].timeline.size(), 101U);
  EXPECT_EQ(run->tests[0].timeline[50].value, 50U);
  EXPECT_EQ(run->tests[0].timeline[51].value, 951U);
  EXPECT_EQ(run->tests[0].timeline_dropped, 3U + 900U);
  EXPECT_TRUE(store->load_run("run-1", {.timeline_limit = 0})->tests[0].timeline.empty());
}

TEST_F(StoreTest, FindsRunsByIdBeginningAndLatest) {
  auto store = Store::open(file_);
  RunRecord later = a_run("run-22");
  later.started_at = "2026-06-01T00:00:00.000Z";
  ASSERT_TRUE(store->begin_run(later));
  ASSERT_TRUE(store->begin_run(a_run("run-2")));
  ASSERT_TRUE(store->begin_run(a_run("other")));
  EXPECT_EQ(store->load_run("latest")->id, "run-22");
  EXPECT_EQ(store->load_run("run-2")->id, "run-2");
  EXPECT_EQ(store->load_run("oth")->id, "other");
  EXPECT_EQ(store->load_run("run").error().code(), Code::name_unknown);
  EXPECT_THAT(store->load_run("run").error().message(), HasSubstr("several"));
  EXPECT_EQ(store->load_run("%").error().code(), Code::name_unknown);
  const auto runs = store->list_runs();
  ASSERT_EQ(runs->size(), 3U);
  EXPECT_EQ((*runs)[0].id, "run-22");
  EXPECT_EQ(store->list_runs(1)->size(), 1U);
}

TEST_F(StoreTest, CountsVerdictsPerRun) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  for (const Verdict verdict : kVerdicts) {
    TestRecord test = a_test(std::string(verdict_name(verdict)));
    test.verdict = verdict;
    ASSERT_TRUE(store->record_test("run-1", test));
  }
  const auto runs = store->list_runs();
  for (const Verdict verdict : kVerdicts) EXPECT_EQ((*runs)[0].by_verdict.at(verdict), 1U);
}

TEST_F(StoreTest, ReplacesNothing) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  EXPECT_EQ(store->begin_run(a_run()).error().code(), Code::usage);
  ASSERT_TRUE(store->record_test("run-1", a_test()));
  TestRecord again = a_test();
  again.verdict = Verdict::pass;
  EXPECT_EQ(store->record_test("run-1", again).error().code(), Code::usage);
  again.attempt = 2;
  EXPECT_TRUE(store->record_test("run-1", again));
  const auto run = store->load_run("run-1");
  ASSERT_EQ(run->tests.size(), 2U);
  EXPECT_EQ(run->tests[0].verdict, Verdict::refused);
  EXPECT_EQ(run->tests[0].steps.size(), 3U);
}

TEST_F(StoreTest, TakesManyTestsAtOnceOrNone) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  std::vector<TestRecord> tests = {a_test(), a_test()};
  EXPECT_EQ(store->record_tests("run-1", tests).error().code(), Code::usage) << "the same twice";
  EXPECT_TRUE(store->load_run("run-1")->tests.empty());
  tests[1].repeat = 2;
  EXPECT_TRUE(store->record_tests("run-1", tests));
  EXPECT_TRUE(store->record_tests("run-1", {}));
  EXPECT_EQ(store->load_run("run-1")->tests.size(), 2U);
}

TEST_F(StoreTest, KnowsItsRuns) {
  auto store = Store::open(file_);
  EXPECT_EQ(store->record_test("nobody", a_test()).error().code(), Code::usage);
  EXPECT_EQ(store->end_run("nobody", "x", 0).error().code(), Code::name_unknown);
  EXPECT_EQ(store->load_run("latest").error().code(), Code::name_unknown);
}

TEST_F(StoreTest, LearnsOfABenchLater) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  BenchRecord bench = a_run().benches[0];
  bench.uid = "0047";
  ASSERT_TRUE(store->record_bench("run-1", bench));
  bench.name = "third";
  ASSERT_TRUE(store->record_bench("run-1", bench));
  const auto run = store->load_run("run-1");
  ASSERT_EQ(run->benches.size(), 3U);
  EXPECT_EQ(run->benches[0].uid, "0047");
}

TEST_F(StoreTest, IsForItsOwnerOnly) {
  ASSERT_TRUE(Store::open(file_));
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(StoreTest, WhatWasRecordedSurvivesTheDeathOfItsProcess) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = Store::open(file_);
    const bool good = store && store->begin_run(a_run()) && store->record_test("run-1", a_test());
    ::kill(::getpid(), good ? SIGKILL : SIGABRT);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  const auto store = Store::open(file_);
  ASSERT_TRUE(store);
  EXPECT_EQ(store->load_run("run-1")->tests.size(), 1U);
  EXPECT_EQ(store->load_run("run-1")->exit_code, std::nullopt);
}

TEST_F(StoreTest, RefusesAFullDiskAndKeepsWhatItHad) {
  auto store = Store::open(file_);
  ASSERT_TRUE(store->begin_run(a_run()));
  ASSERT_TRUE(store->record_test("run-1", a_test()));
  // A file size limit is what a full disk looks like, without filling one.
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = std::filesystem::file_size(file_) + 4096;
  ::setrlimit(RLIMIT_FSIZE, &small);
  TestRecord big = a_test("big");
  big.message.assign(1 << 20, 'x');
  const auto refused = store->record_test("run-1", big);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, previous);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::io_failed);
  EXPECT_EQ(store->load_run("run-1")->tests.size(), 1U);
  EXPECT_TRUE(store->record_test("run-1", big));
}

TEST_F(StoreTest, RefusesWhatItCannotWriteOrRead) {
  EXPECT_EQ(Store::open(directory_ / "nowhere" / "results.db").error().code(), Code::io_failed);
  EXPECT_EQ(Store::open(file_, {.read_only = true}).error().code(), Code::file_unreadable);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(Store::open(directory_).error().code(), Code::io_failed);
}

TEST_F(StoreTest, RefusesAnUnwritableDirectory) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  ASSERT_EQ(::chmod(directory_.c_str(), 0500), 0);
  EXPECT_EQ(Store::open(file_).error().code(), Code::io_failed);
}

TEST_F(StoreTest, RefusesADamagedFileAndLeavesItAlone) {
  const std::string garbage(8192, 'g');
  std::ofstream(file_) << garbage;
  const auto store = Store::open(file_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), Code::file_invalid);
  EXPECT_THAT(store.error().message(), HasSubstr(file_.string()));
  EXPECT_EQ(*read_text_file(file_), garbage);
}

TEST_F(StoreTest, RefusesATornFile) {
  {
    auto store = Store::open(file_);
    ASSERT_TRUE(store->begin_run(a_run()));
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(store->record_test("run-1", a_test(std::to_string(i))));
  }
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  auto store = Store::open(file_);
  const auto run = store ? store->load_run("run-1") : std::unexpected(store.error());
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code(), Code::file_invalid);
}

TEST_F(StoreTest, RefusesAnotherProgramsDatabase) {
  sql("CREATE TABLE bookmarks (url TEXT)");
  EXPECT_EQ(Store::open(file_).error().code(), Code::file_invalid);
  EXPECT_THAT(Store::open(file_).error().message(), HasSubstr("another program"));
}

TEST_F(StoreTest, RefusesANewerSchema) {
  ASSERT_TRUE(Store::open(file_));
  sql("PRAGMA user_version = 99");
  for (const bool read_only : {false, true}) {
    const auto store = Store::open(file_, {.read_only = read_only});
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code(), Code::file_invalid);
    EXPECT_THAT(store.error().message(), HasSubstr("schema 99"));
  }
}

TEST_F(StoreTest, RefusesNonsenseInItsColumns) {
  {
    auto store = Store::open(file_);
    ASSERT_TRUE(store->begin_run(a_run()));
    ASSERT_TRUE(store->record_test("run-1", a_test()));
  }
  for (const char* damage : {"UPDATE timelines SET records = '[[1]]'",
                             "UPDATE timelines SET records = '[]'; UPDATE steps SET verdict = 'fine'",
                             "UPDATE steps SET verdict = 'pass', evidence = '{'",
                             "UPDATE steps SET evidence = '[]'; UPDATE runs SET argv = '[1]'"}) {
    sql(damage);
    const auto store = Store::open(file_);
    EXPECT_EQ(store->load_run("run-1").error().code(), Code::file_invalid) << damage;
  }
}

TEST_F(StoreTest, WaitsNoLongerThanAllowed) {
  auto store = Store::open(file_, {.busy_limit = 30ms});
  ASSERT_TRUE(store->begin_run(a_run()));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto refused = store->record_test("run-1", a_test());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::io_failed);
  EXPECT_THAT(refused.error().message(), HasSubstr("held"));
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(store->record_test("run-1", a_test()));
}

TEST_F(StoreTest, TakesTestsFromSeveralThreadsAndProcesses) {
  auto one = Store::open(file_);
  auto two = Store::open(file_);
  ASSERT_TRUE(one->begin_run(a_run()));
  std::vector<std::jthread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i)
        if (!(t % 2 == 0 ? *one : *two).record_test("run-1", a_test(std::to_string(t * 10 + i)))) ++failed;
    });
  threads.clear();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(one->load_run("run-1")->tests.size(), 20U);
}

}  // namespace
}  // namespace rigor
