#include "reports/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "reports/html_test.hpp"
#include "reports/page_assets.hpp"
#include "reports/text.hpp"

namespace rigor {
namespace {

// One per verdict, told apart by shape: tick, cross, no entry, exclamation mark, clock, dash, square.
constexpr std::string_view kIcons = R"svg(<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<symbol id="i-pass" viewBox="0 0 16 16"><path d="M3.5 8.5l3 3 6-7"/></symbol>
<symbol id="i-fail" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></symbol>
<symbol id="i-refused" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.6"/><path d="M4.2 11.8l7.6-7.6"/></symbol>
<symbol id="i-error" viewBox="0 0 16 16"><path d="M8 2.5v7M8 12.6v.6"/></symbol>
<symbol id="i-timeout" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.6"/><path d="M8 4.6V8l2.4 1.6"/></symbol>
<symbol id="i-skipped" viewBox="0 0 16 16"><path d="M4 8h8"/></symbol>
<symbol id="i-aborted" viewBox="0 0 16 16"><path d="M4.5 4.5h7v7h-7z"/></symbol>
</defs></svg>
)svg";

// "2026-05-04T09:15:24.042Z" as people write it.
std::string readable_date(const std::string& utc) {
  if (utc.size() < 19 || utc[10] != 'T') return escaped(utc);
  return fmt::format("<time datetime=\"{0}\">{1} {2} UTC</time>", escaped(utc), escaped(utc.substr(0, 10)),
                     escaped(utc.substr(11, 8)));
}

std::string fact(std::string_view name, const std::string& html) {
  return html.empty() ? "" : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, html);
}

Verdict overall(const RunRecord& run) {
  Verdict shown = Verdict::skipped;
  for (const TestRecord* test : last_attempts(run.tests)) shown = worse(shown, test->verdict);
  return shown;
}

std::string counts_html(const Tally& counts) {
  std::string bar, words;
  for (const Verdict verdict : kVerdicts) {
    const unsigned count = counts.of(verdict);
    if (count == 0) continue;
    bar += fmt::format("<i class=\"v-{}\" style=\"flex-grow:{}\"></i>", verdict_name(verdict), count);
    words += fmt::format("<li><b>{}</b> {}</li>", count, verdict_badge(verdict));
  }
  if (counts.flaky != 0) words += fmt::format("<li><b>{}</b> passed only on a later attempt</li>", counts.flaky);
  if (counts.total == 0) return "<p class=\"lo\">No test ran.</p>\n";
  return fmt::format("<div class=\"bar\" aria-hidden=\"true\">{}</div><ul class=\"counts\">{}</ul>\n", bar, words);
}

std::string page_header(const RunRecord& run) {
  std::string versions, command;
  for (const auto& [name, version] : run.versions)
    versions += fmt::format("{}{} {}", versions.empty() ? "" : ", ", escaped(name), escaped(version));
  for (const std::string& word : run.argv) command += (command.empty() ? "" : " ") + escaped(word);
  std::string html = fmt::format("<header class=\"v-{}\">\n<p class=\"kind\">rigor run</p>\n<h1>{}</h1>\n",
                                 verdict_name(overall(run)), escaped(run.rig));
  html += counts_html(tally(run.tests));
  html += "<dl class=\"facts\">" + fact("started", readable_date(run.started_at)) +
          fact("ended", run.ended_at.empty() ? "not recorded: the run was cut short" : readable_date(run.ended_at)) +
          fact("seed", std::to_string(run.seed)) +
          fact("exit code", run.exit_code ? std::to_string(*run.exit_code) : "") + fact("host", escaped(run.host)) +
          fact("run", escaped(run.id)) + "</dl>\n";
  html += "<dl class=\"facts\">" + fact("versions", versions) +
          fact("command", command.empty() ? "" : "<code>" + command + "</code>") + "</dl>\n";
  return html + "</header>\n";
}

// ---- which tests belong where
// ----------------------------------------------------------------------------------------

std::string anchor(std::size_t test) { return fmt::format("t{}", test + 1); }

// Benches of the run, and those that only tests name.
std::vector<BenchRecord> all_benches(const RunRecord& run) {
  std::vector<BenchRecord> benches = run.benches;
  for (const TestRecord& test : run.tests) {
    if (std::ranges::find(benches, test.bench, &BenchRecord::name) != benches.end()) continue;
    benches.emplace_back().name = test.bench;
  }
  return benches;
}

// One cell of the matrix: every repeat and attempt of a test on a bench.
struct Cell {
  std::vector<std::size_t> tests;
};
using Name = std::pair<std::string, std::string>;  // suite, test

std::string cell_html(const RunRecord& run, const Cell& cell) {
  std::size_t shown = cell.tests.front();
  unsigned passed = 0;
  for (const std::size_t i : cell.tests) {
    const Verdict worst = worse(run.tests[shown].verdict, run.tests[i].verdict);
    if (worst != run.tests[shown].verdict) shown = i;
    if (run.tests[i].verdict == Verdict::pass) ++passed;
  }
  const TestRecord& test = run.tests[shown];
  std::string html = fmt::format("<td class=\"v-{}\"><a href=\"#{}\">{}", verdict_name(test.verdict), anchor(shown),
                                 verdict_badge(test.verdict));
  if (cell.tests.size() > 1)
    html += fmt::format("<span class=\"times\">{} of {} passed</span>", passed, cell.tests.size());
  if (!test.reason.empty()) html += fmt::format("<code>{}</code>", escaped(test.reason));
  return html + fmt::format("<small>{}</small></a></td>", duration_text(test.duration));
}

std::string matrix(const RunRecord& run, const std::vector<BenchRecord>& benches) {
  std::vector<Name> order;
  std::map<Name, std::map<std::string, Cell>> rows;
  for (std::size_t i = 0; i < run.tests.size(); ++i) {
    const Name name{run.tests[i].suite, run.tests[i].test};
    const auto [row, fresh] = rows.try_emplace(name);
    if (fresh) order.push_back(name);
    row->second[run.tests[i].bench].tests.push_back(i);
  }
  if (order.empty()) return {};
  std::string html =
      "<section><h2>Benches and tests</h2>\n<div class=\"scroll\" tabindex=\"0\"><table "
      "class=\"matrix\"><thead><tr><th>Test</th>";
  for (std::size_t i = 0; i < benches.size(); ++i)
    html += fmt::format("<th scope=\"col\"><a href=\"#b{}\">{}</a><small>{}</small></th>", i + 1,
                        escaped(benches[i].name), escaped(benches[i].board));
  html += "</tr></thead><tbody>\n";
  for (const Name& name : order) {
    html += fmt::format("<tr><th scope=\"row\">{}<small>{}</small></th>", escaped(name.second), escaped(name.first));
    for (const BenchRecord& bench : benches) {
      const auto cell = rows[name].find(bench.name);
      html += cell == rows[name].end() ? "<td class=\"none\">not run</td>" : cell_html(run, cell->second);
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div></section>\n";
}

std::string bench_head(const BenchRecord& bench, std::size_t number, const RunRecord& run) {
  const auto code = [](const std::string& text) { return text.empty() ? "" : "<code>" + escaped(text) + "</code>"; };
  std::string html = fmt::format("<h2 id=\"b{}\">{}{}</h2>\n", number, escaped(bench.name),
                                 bench.virtual_bench ? " <small class=\"virtual\">virtual</small>" : "");
  html += "<dl class=\"facts\">" + fact("board", escaped(bench.board)) + fact("chip", escaped(bench.chip)) +
          fact("unique id", code(bench.uid)) + fact("probe", escaped(bench.probe_model)) +
          fact("firmware", escaped(bench.probe_firmware)) + fact("serial", code(bench.probe_serial)) +
          fact("port", code(bench.probe_path)) + "</dl>\n";
  return html + counts_html(tally(run.tests, bench.name));
}

// How many bytes a test of each kind gets: those that did not pass have seven tenths of the page, if they need it.
class Budget {
 public:
  Budget(const RunRecord& run, const HtmlOptions& options) {
    const auto passed = static_cast<std::size_t>(std::ranges::count(run.tests, Verdict::pass, &TestRecord::verdict));
    const std::size_t others = run.tests.size() - passed;
    other_ = std::min(options.test_limit, options.page_limit * 7 / 10 / std::max<std::size_t>(1, others));
    pass_ = std::min(options.test_limit, (options.page_limit - others * other_) / std::max<std::size_t>(1, passed));
  }
  [[nodiscard]] std::size_t of(const TestRecord& test) const { return test.verdict == Verdict::pass ? pass_ : other_; }

 private:
  std::size_t pass_ = 0;
  std::size_t other_ = 0;
};

constexpr std::string_view kTools =
    "<div class=\"tools\" hidden><span class=\"filters\"></span><input type=\"search\" placeholder=\"Filter tests\" "
    "aria-label=\"Filter tests by name, suite, bench or reason\"><button type=\"button\" data-all=\"open\">Open "
    "all</button><button "
    "type=\"button\" data-all=\"close\">Close all</button></div>\n";

}  // namespace

std::string html_report(const RunRecord& run, HtmlOptions options) {
  const std::vector<BenchRecord> benches = all_benches(run);
  const Budget budget(run, options);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{} {} · rigor</title>\n<style>\n{}</style>\n</head>\n<body>\n",
      escaped(run.rig), verdict_name(overall(run)), page_style());
  html += kIcons;
  html += page_header(run) + "<main>\n" + matrix(run, benches);
  html += kTools;
  for (std::size_t b = 0; b < benches.size(); ++b) {
    html += fmt::format("<section class=\"bench\" data-bench=\"{}\">\n", escaped(benches[b].name)) +
            bench_head(benches[b], b + 1, run);
    for (std::size_t i = 0; i < run.tests.size(); ++i)
      if (run.tests[i].bench == benches[b].name) html += test_html(run.tests[i], anchor(i), budget.of(run.tests[i]));
    html += "</section>\n";
  }
  html += fmt::format("</main>\n<script>\n{}</script>\n</body>\n</html>\n", page_script());
  return html;
}

}  // namespace rigor
