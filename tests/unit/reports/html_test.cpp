#include "reports/html.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/reports/sample_run.hpp"

namespace rigor {
namespace {

// Without printing the whole page when it does not.
bool has(const std::string& page, const std::string& part) { return page.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(HtmlReport, ShowsEveryTestAndOpensWhatDidNotPass) {
  const std::string page = html_report(test::sample_run());
  std::ofstream(::testing::TempDir() + "rigor-sample-report.html") << page;  // to look at
  EXPECT_EQ(count(page, "<details class=\"test "), 6U);
  EXPECT_EQ(count(page, "<details class=\"test v-refused\" id=\"t2\" data-verdict=\"refused\" open>"), 1U);
  EXPECT_EQ(count(page, "\" open>"), 1U);
  EXPECT_TRUE(has(page, "What to do next</b> Connect the probe&#39;s NRST pin"));
  EXPECT_TRUE(has(page, "RCC_RSR shows no PINRSTF after 3 attempts"));
  EXPECT_TRUE(has(page, "004700353133510c35343732"));
}

TEST(HtmlReport, NeedsNothingFromOutside) {
  const std::string page = html_report(test::sample_run());
  for (const char* outside : {"http://", "https://", "src=", "@import", "url(", "<link"})
    EXPECT_FALSE(has(page, outside)) << outside;
}

TEST(HtmlReport, TakesTheHintOutOfTheMessageWhenTheRunnerGaveNone) {
  RunRecord run = test::sample_run();
  run.tests[1].hint.clear();
  EXPECT_TRUE(has(html_report(run), "What to do next</b> connect the probe&#39;s NRST pin"));
}

TEST(HtmlReport, LetsNoTextBecomeMarkup) {
  RunRecord run = test::sample_run();
  const std::string nasty = "</script><img src=x onerror='a'>\x01\xff";
  run.rig = run.id = run.host = nasty;
  run.argv = {nasty};
  run.versions[nasty] = nasty;
  for (BenchRecord& bench : run.benches) bench.board = bench.chip = bench.uid = bench.probe_model = nasty;
  for (TestRecord& test : run.tests) {
    test.test = test.suite = test.reason = test.message = test.hint = test.trace = nasty;
    test.metrics[nasty] = 1;
    for (StepRecord& step : test.steps) {
      step.verb = step.parameters = step.effect = step.reason = step.message = nasty;
      step.evidence = {nasty};
    }
    for (Record& record : test.timeline) record.text = record.name = nasty;
  }
  const std::string page = html_report(run);
  EXPECT_FALSE(has(page, "<img"));
  EXPECT_EQ(count(page, "</script>"), 1U);
  EXPECT_FALSE(has(page, "\x01"));
  EXPECT_FALSE(has(page, "\xff"));
}

TEST(HtmlReport, NeverShowsAConcealedWord) {
  RunRecord run = test::sample_run();
  for (TestRecord& test : run.tests)
    for (Record& record : test.timeline)
      if (record.concealed) record.value = 0x5EC4E7AA;  // a wrapper that forgot to clear it
  EXPECT_FALSE(has(html_report(run), "5ec4e7aa"));
}

TEST(HtmlReport, GathersRepeatsInOneCellThatShowsTheWorst) {
  RunRecord run = test::sample_run();
  run.tests = {test::sample_test("a", true), test::sample_test("a", false), test::sample_test("a", true)};
  for (unsigned i = 0; i < 3; ++i) run.tests[i].repeat = i + 1;
  const std::string page = html_report(run);
  EXPECT_TRUE(has(page, "2 of 3 passed"));
  EXPECT_TRUE(has(page, "<td class=\"v-refused\"><a href=\"#t2\">"));
}

TEST(HtmlReport, StaysSmallForAThousandTests) {
  RunRecord run = test::sample_run();
  run.tests.clear();
  for (unsigned i = 0; i < 1000; ++i) {
    run.tests.push_back(test::sample_test("weact-relay", i % 100 != 0));
    run.tests.back().repeat = i + 1;
  }
  const std::string page = html_report(run);
  EXPECT_LT(page.size(), 14U << 20);
  EXPECT_EQ(count(page, "<details class=\"test "), 1000U);
  EXPECT_EQ(count(page, "What to do next</b>"), 10U);
}

TEST(HtmlReport, BoundsATestHoweverMuchItDid) {
  RunRecord run = test::sample_run();
  run.tests.resize(1);
  TestRecord& test = run.tests.front();
  const std::vector<StepRecord> steps = test.steps;
  while (test.steps.size() < 2000) test.steps.insert(test.steps.end(), steps.begin(), steps.end());
  const std::vector<Record> records = test.timeline;
  while (test.timeline.size() < 60'000) test.timeline.insert(test.timeline.end(), records.begin(), records.end());
  test.message.assign(1 << 20, 'x');
  run.tests.front().verdict = Verdict::fail;
  const std::string page = html_report(run);
  EXPECT_LT(page.size(), 110'000U);
  EXPECT_TRUE(has(page, "steps are left out here"));
  EXPECT_TRUE(has(page, "passages are left out here"));
}

TEST(HtmlReport, SaysWhenARunHadNoTestOrNoEnd) {
  RunRecord run = test::sample_run();
  run.tests.clear();
  run.ended_at.clear();
  const std::string page = html_report(run);
  EXPECT_TRUE(has(page, "No test ran."));
  EXPECT_TRUE(has(page, "the run was cut short"));
}

}  // namespace
}  // namespace rigor
