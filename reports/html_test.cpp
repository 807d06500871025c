#include "reports/html_test.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/dialogue.hpp"
#include "reports/text.hpp"
#include "reports/waveform.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMessageLimit = 4000;
constexpr std::size_t kEvidenceLines = 16;

bool needs_attention(Verdict verdict) { return verdict != Verdict::pass && verdict != Verdict::skipped; }

// The runner's own hint, or the first one of the error's chain (Error::describe()).
std::string hint_of(const TestRecord& test) {
  if (!test.hint.empty()) return test.hint;
  const std::size_t at = test.message.find("hint: ");
  if (at == std::string::npos) return {};
  const std::string rest = test.message.substr(at + 6);
  return rest.substr(0, rest.find('\n'));
}

// Its hints are shown on their own.
std::string without_hints(const std::string& message) {
  std::string text;
  std::size_t at = 0;
  while (at < message.size()) {
    const std::size_t end = std::min(message.find('\n', at), message.size());
    const std::string line = message.substr(at, end - at);
    if (const std::size_t word = line.find_first_not_of(' ');
        word == std::string::npos || line.compare(word, 6, "hint: ") != 0)
      text += (text.empty() ? "" : "\n") + line;
    at = end + 1;
  }
  return text;
}

std::string problem(const TestRecord& test) {
  if (test.verdict == Verdict::pass) return {};
  std::string html = fmt::format("<div class=\"problem v-{}\">", verdict_name(test.verdict));
  if (!test.message.empty())
    html += fmt::format("<pre>{}</pre>", escaped(shortened(without_hints(test.message), kMessageLimit)));
  if (const std::string hint = hint_of(test); !hint.empty())
    html += fmt::format("<p class=\"next\"><b>What to do next</b> {}</p>", escaped(shortened(hint, kMessageLimit)));
  return html + "</div>\n";
}

std::string step_row(const TestRecord& test, const StepRecord& step) {
  std::string details;
  if (!step.message.empty() && step.message != test.message)
    details += fmt::format("<pre>{}</pre>", escaped(shortened(step.message, 1500)));
  if (!step.evidence.empty()) {
    details += step.verdict == Verdict::pass ? "<ul class=\"row\">" : "<ul>";
    const std::size_t shown = std::min(step.evidence.size(), kEvidenceLines);
    for (std::size_t i = 0; i < shown; ++i) details += "<li>" + escaped(shortened(step.evidence[i], 300)) + "</li>";
    if (shown < step.evidence.size()) details += fmt::format("<li>{} more</li>", step.evidence.size() - shown);
    details += "</ul>";
  }
  const std::string effect =
      step.effect == "read-only" || step.effect == "reversible" ? "" : fmt::format("<i>{}</i>", escaped(step.effect));
  const std::string parameters =
      step.parameters.empty() ? "" : fmt::format(" <code>{}</code>", escaped(shortened(step.parameters, 300)));
  const std::string reason = step.reason.empty() ? "" : fmt::format(" <code>{}</code>", escaped(step.reason));
  return fmt::format(
      "<tr><td class=\"n\">{}</td><td><b>{}</b>{}{}{}</td><td>{}{}</td><td class=\"t\">{}</td>"
      "<td class=\"t\">{}</td></tr>\n",
      step.index, escaped(step.verb), parameters, effect, details, verdict_badge(step.verdict), reason,
      duration_text(step.started - test.started), duration_text(step.ended - step.started));
}

std::string steps_table(const TestRecord& test, std::size_t limit) {
  if (test.steps.empty()) return {};
  std::vector<std::string> rows;
  for (const StepRecord& step : test.steps) rows.push_back(step_row(test, step));
  return "<table class=\"steps\"><thead><tr><th>#</th><th>Step</th><th>Verdict</th><th class=\"t\">At</th>"
         "<th class=\"t\">Took</th></tr></thead><tbody>\n" +
         both_ends(rows, limit,
                   "<tr class=\"lo\"><td colspan=\"5\">{} steps are left out here; results.db has them</td></tr>\n") +
         "</tbody></table>\n";
}

std::string facts(const TestRecord& test) {
  std::string html;
  for (const auto& [name, value] : test.metrics)
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(shortened(name, 80)), value);
  html += fmt::format("<div><dt>wall time</dt><dd>{}</dd></div>", duration_text(test.wall_duration));
  if (!test.trace.empty())
    html += fmt::format("<div><dt>waveform</dt><dd><a href=\"{0}\">{0}</a></dd></div>", escaped(test.trace));
  if (test.timeline_dropped != 0)
    html += fmt::format("<div><dt>timeline records not kept</dt><dd>{}</dd></div>", test.timeline_dropped);
  return "<dl class=\"facts\">" + html + "</dl>\n";
}

std::string summary(const TestRecord& test) {
  std::string again;
  if (test.repeat > 1) again += fmt::format(" <small>repeat {}</small>", test.repeat);
  if (test.attempt > 1) again += fmt::format(" <small>attempt {}</small>", test.attempt);
  const std::string reason = test.reason.empty() ? "" : fmt::format("<code>{}</code>", escaped(test.reason));
  return fmt::format(
      "<summary>{}<span class=\"name\">{}<small class=\"suite\">{}</small>{}</span>{}<span "
      "class=\"took\">{}</span></summary>\n",
      verdict_badge(test.verdict), escaped(test.test), escaped(test.suite), again, reason,
      duration_text(test.duration));
}

}  // namespace

std::string verdict_badge(Verdict verdict) {
  return fmt::format("<span class=\"badge v-{0}\"><svg aria-hidden=\"true\"><use href=\"#i-{0}\"/></svg>{0}</span>",
                     verdict_name(verdict));
}

std::string test_html(const TestRecord& test, const std::string& anchor, std::size_t limit) {
  std::string html = fmt::format("<details class=\"test v-{0}\" id=\"{1}\" data-verdict=\"{0}\"{2}>\n",
                                 verdict_name(test.verdict), anchor, needs_attention(test.verdict) ? " open" : "");
  html += summary(test) + "<div class=\"body\">\n" + problem(test);
  const auto left = [&] { return limit > html.size() ? limit - html.size() : 0; };

  const std::string picture = waveform_svg(test);
  const std::string table = steps_table(test, left() / 2);
  const bool drawn = !picture.empty() && picture.size() + table.size() < left();
  if (drawn) html += "<figure tabindex=\"0\">" + picture + "</figure>\n";
  html += table;
  if (!drawn && !picture.empty()) html += "<p class=\"lo\">The waveform is left out to keep this page small.</p>\n";
  if (const std::string talk = dialogue_html(test, left()); !talk.empty())
    html += fmt::format("<details class=\"more\"{}><summary>Debug-authentication dialogue</summary>\n{}</details>\n",
                        needs_attention(test.verdict) ? " open" : "", talk);
  return html + facts(test) + "</div>\n</details>\n";
}

}  // namespace rigor
