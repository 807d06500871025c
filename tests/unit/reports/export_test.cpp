#include "reports/export.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/reports/sample_run.hpp"

namespace rigor {
namespace {

using nlohmann::json;

TEST(JsonExport, HoldsTheRun) {
  const RunRecord run = test::sample_run();
  const json document = json::parse(run_json(run));
  EXPECT_EQ(document["seed"], 7);
  EXPECT_EQ(document["benches"].size(), 3U);
  EXPECT_EQ(document["tests"][1]["reason"], "NRST_NOT_DRIVEN");
  EXPECT_EQ(document["tests"][1]["steps"][2]["verdict"], "refused");
  EXPECT_FALSE(document["tests"][0].contains("timeline"));
  EXPECT_EQ(json::parse(run_json(run, true))["tests"][0]["timeline"].size(), run.tests[0].timeline.size());
}

TEST(JsonExport, SummaryIsWhatTheCommandLinePromises) {
  RunRecord run = test::sample_run();
  TestRecord again = run.tests[1];
  again.attempt = 2;
  again.verdict = Verdict::pass;
  again.reason.clear();
  run.tests.push_back(again);
  const json document = json::parse(run_summary_json(run, "out/x"));
  EXPECT_EQ(document["run"], run.id);
  EXPECT_EQ(document["exit"], 1);
  EXPECT_EQ(document["out"], "out/x");
  ASSERT_EQ(document["tests"].size(), 6U);
  EXPECT_EQ(document["tests"][1]["verdict"], "pass");
  EXPECT_EQ(document["tests"][1]["attempts"], 2);
  EXPECT_NEAR(document["tests"][0]["duration_ms"].get<double>(), 8138, 2);
}

TEST(JsonExport, SurvivesBytesThatAreNoUtf8) {
  RunRecord run = test::sample_run();
  run.tests[0].message = "\xff\xfe";
  EXPECT_FALSE(json::parse(run_json(run), nullptr, false).is_discarded());
}

TEST(CsvExport, QuotesAndDisarms) {
  RunRecord run;
  run.id = "r1";
  run.tests.emplace_back();
  run.tests[0].suite = "a,b";
  run.tests[0].test = "say \"x\"";
  run.tests[0].bench = "=HYPERLINK(1)";
  run.tests[0].message = "two\nlines";
  EXPECT_EQ(run_csv(run),
            "run,suite,test,bench,repeat,attempt,verdict,reason,started_at,duration_ms,wall_ms,message\r\n"
            "r1,\"a,b\",\"say \"\"x\"\"\",'=HYPERLINK(1),1,1,error,,,0.000,0.000,\"two\nlines\"\r\n");
}

}  // namespace
}  // namespace rigor
