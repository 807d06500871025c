#include "reports/junit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/unit/reports/sample_run.hpp"

namespace rigor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Tags balance, attributes are quoted and nothing but markup begins with '<' or '&': what a parser would stumble over.
::testing::AssertionResult well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    const auto byte = static_cast<unsigned char>(xml[at]);
    if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r')
      return ::testing::AssertionFailure() << "control character at " << at;
    if (xml[at] == '&') {
      const std::size_t end = xml.find(';', at);
      if (end == std::string::npos || end - at > 6) return ::testing::AssertionFailure() << "bare & at " << at;
    }
    if (xml[at] != '<') continue;
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return ::testing::AssertionFailure() << "open tag at " << at;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos) return ::testing::AssertionFailure() << "< in tag at " << at;
    at = end;
    if (tag.front() == '?' || tag.back() == '/') continue;
    const std::string name = tag.substr(tag.front() == '/' ? 1 : 0, tag.find(' ') - (tag.front() == '/' ? 1 : 0));
    if (tag.front() != '/') {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name) return ::testing::AssertionFailure() << "unbalanced " << name;
      open.pop_back();
    }
  }
  return open.empty() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << "unclosed " << open.back();
}

// A real parser, where the machine has one.
void expect_parses(const std::string& xml) {
  EXPECT_TRUE(well_formed(xml));
  if (!std::filesystem::exists("/usr/bin/xmllint")) return;
  const std::string file = ::testing::TempDir() + "rigor-junit.xml";
  std::ofstream(file) << xml;
  EXPECT_EQ(std::system(("/usr/bin/xmllint --noout " + file).c_str()), 0) << xml;
}

RunRecord run_with(Verdict verdict, const std::string& reason) {
  RunRecord run = test::sample_run();
  run.tests = {test::sample_test("bench-a", true)};
  run.tests[0].verdict = verdict;
  run.tests[0].reason = reason;
  run.tests[0].message = "CODE: what happened\n  hint: do this";
  return run;
}

TEST(JUnit, EachVerdictHasItsElement) {
  struct Case {
    Verdict verdict;
    std::string reason, element, counts;
  };
  const Case cases[] = {
      {Verdict::fail, "VERIFY_MISMATCH", "<failure message=\"CODE: what happened\" type=\"fail:VERIFY_MISMATCH\">",
       "failures=\"1\" errors=\"0\" skipped=\"0\""},
      {Verdict::refused, "NRST_NOT_DRIVEN", "type=\"refused:NRST_NOT_DRIVEN\">",
       "failures=\"1\" errors=\"0\" skipped=\"0\""},
      {Verdict::error, "PROBE_LOST", "<error message=\"CODE: what happened\" type=\"error:PROBE_LOST\">",
       "failures=\"0\" errors=\"1\" skipped=\"0\""},
      {Verdict::timeout, "", "type=\"timeout\">", "failures=\"0\" errors=\"1\" skipped=\"0\""},
      {Verdict::aborted, "ABORTED", "<error message=\"CODE: what happened\" type=\"aborted:ABORTED\">",
       "failures=\"0\" errors=\"1\" skipped=\"0\""},
      {Verdict::skipped, "CAPABILITY_MISSING", "<skipped message=\"CODE: what happened\"/>",
       "failures=\"0\" errors=\"0\" skipped=\"1\""}};
  for (const Case& c : cases) {
    const std::string xml = junit_xml(run_with(c.verdict, c.reason));
    EXPECT_THAT(xml, HasSubstr(c.element));
    EXPECT_THAT(xml, HasSubstr("tests=\"1\" " + c.counts));
    expect_parses(xml);
  }
  const std::string passed = junit_xml(run_with(Verdict::pass, ""));
  EXPECT_THAT(passed, Not(HasSubstr("<failure")));
  EXPECT_THAT(passed, Not(HasSubstr("<error")));
}

TEST(JUnit, NamesSuiteBenchAndTest) {
  const std::string xml = junit_xml(test::sample_run());
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"close-and-regress.weact-relay\" name=\"a part can be closed and "
                             "brought back\""));
  EXPECT_THAT(xml, HasSubstr("<property name=\"uid\" value=\"004700363133510c35343732\"/>"));
  EXPECT_THAT(xml, HasSubstr("evidence: RCC_RSR shows no PINRSTF after 3 attempts"));
  EXPECT_THAT(xml, HasSubstr("tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"0\""));
  expect_parses(xml);
}

TEST(JUnit, ARetryHidesNothing) {
  RunRecord run = run_with(Verdict::error, "PROBE_LOST");
  run.tests.push_back(run.tests[0]);
  run.tests[1].attempt = 2;
  run.tests[1].verdict = Verdict::pass;
  const std::string xml = junit_xml(run);
  EXPECT_THAT(xml, HasSubstr("tests=\"2\" failures=\"0\" errors=\"1\""));
  EXPECT_THAT(xml, HasSubstr("brought back [attempt 2]\""));
}

TEST(JUnit, SurvivesAnyBytes) {
  RunRecord run = run_with(Verdict::fail, "a<b>\"'&");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  run.rig = run.host = all;
  run.tests[0].message = run.tests[0].test = run.tests[0].suite = run.tests[0].bench = all + "]]>";
  run.tests[0].steps[0].evidence = {all};
  expect_parses(junit_xml(run));
}

TEST(JUnit, AnEmptyRunIsADocument) {
  RunRecord run;
  expect_parses(junit_xml(run));
}

}  // namespace
}  // namespace rigor
