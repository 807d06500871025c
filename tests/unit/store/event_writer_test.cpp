#include "framework/store/event_writer.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

namespace rigor {
namespace {

using nlohmann::json;

WallTime noon() { return WallTime(std::chrono::hours(12)); }

std::vector<json> lines_of(const std::filesystem::path& path) {
  std::vector<json> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line, nullptr, false));
  return lines;
}

class EventWriterTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(file_); }
  void TearDown() override { std::filesystem::remove(file_); }
  std::filesystem::path file_ = ::testing::TempDir() + "rigor-events-" + std::to_string(::getpid()) + ".jsonl";
};

TEST_F(EventWriterTest, WritesOneDocumentPerLine) {
  auto writer = EventWriter::open(file_, noon);
  ASSERT_TRUE(writer);
  RunRecord run;
  run.id = "r1";
  run.seed = 7;
  run.benches.emplace_back().name = "b";
  ASSERT_TRUE(writer->run_started(run));
  const TestKey key{"s", "t\nwith a line end \xff", "b"};
  ASSERT_TRUE(writer->test_started(key));
  StepRecord step;
  step.index = 1;
  step.verb = "power";
  step.verdict = Verdict::pass;
  ASSERT_TRUE(writer->step_ended(key, step));
  TestRecord test;
  test.suite = "s";
  test.verdict = Verdict::refused;
  test.reason = "NRST_NOT_DRIVEN";
  test.steps = {step};
  ASSERT_TRUE(writer->test_ended(test));
  ASSERT_TRUE(writer->run_ended(1, tally({test})));

  const auto lines = lines_of(file_);
  ASSERT_EQ(lines.size(), 5U);
  const char* events[] = {"run-started", "test-started", "step", "test-ended", "run-ended"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(lines[i]["event"], events[i]);
    EXPECT_EQ(lines[i]["run"], "r1");
    EXPECT_EQ(lines[i]["at"], "1970-01-01T12:00:00.000Z");
  }
  EXPECT_EQ(lines[0]["seed"], 7);
  EXPECT_EQ(lines[0]["benches"][0]["name"], "b");
  EXPECT_FALSE(lines[0].contains("exit"));
  EXPECT_EQ(lines[2]["verb"], "power");
  EXPECT_EQ(lines[2]["bench"], "b");
  EXPECT_EQ(lines[3]["reason"], "NRST_NOT_DRIVEN");
  EXPECT_FALSE(lines[3].contains("steps"));
  EXPECT_EQ(lines[4]["exit"], 1);
  EXPECT_EQ(lines[4]["refused"], 1);
  EXPECT_EQ(lines[4]["pass"], 0);
}

TEST_F(EventWriterTest, AppendsAndKeepsToItsOwner) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(EventWriter::open(file_)->test_started({"s", "t", "b"}));
  EXPECT_EQ(lines_of(file_).size(), 2U);
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(EventWriterTest, ThreadsDoNotMixLines) {
  auto writer = EventWriter::open(file_);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) static_cast<void>(writer->test_started({"s", std::string(300, 'x'), "b"}));
    });
  threads.clear();
  const auto lines = lines_of(file_);
  ASSERT_EQ(lines.size(), 800U);
  for (const json& line : lines) EXPECT_FALSE(line.is_discarded());
}

TEST_F(EventWriterTest, SaysWhenItCannotWrite) {
  EXPECT_EQ(EventWriter::open("/nowhere/at/all.jsonl").error().code(), Code::io_failed);
  auto full = EventWriter::open("/dev/full");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->test_started({"s", "t", "b"}).error().code(), Code::io_failed);
}

}  // namespace
}  // namespace rigor
