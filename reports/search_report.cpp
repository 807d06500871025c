#include "reports/search_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/page_assets.hpp"
#include "reports/text.hpp"

namespace rigor {
namespace {

constexpr double kStripWidth = 1120, kStripLeft = 150, kStripRight = 1090;
constexpr double kBand = 46;  // height of one dimension's strip
constexpr std::size_t kMostRows = 2000;

constexpr std::string_view kSearchStyle = R"css(
.strip text { fill: var(--soft); font-size: 12px; } .strip .name { fill: var(--ink); font-weight: 600; text-anchor: end; }
.strip .axis { stroke: var(--rule); } .strip .window { fill: var(--pass); opacity: .16; } .strip .edge { fill: var(--power); opacity: .5; }
.strip .best { stroke: var(--host); stroke-width: 1.5; } .strip .p { fill: var(--pass); } .strip .f { fill: var(--fail); opacity: .55; }
.map .in { fill: var(--pass); opacity: .28; } .map .frame { fill: none; stroke: var(--rule); }
table.trials { border-collapse: collapse; width: 100%; font-size: .88em; font-variant-numeric: tabular-nums; }
table.trials th, table.trials td { text-align: left; padding: 3px 10px; border-top: 1px solid var(--rule); white-space: nowrap; }
table.trials td:last-child { white-space: normal; color: var(--soft); }
.say { max-width: 75ch; } .say li { margin: 4px 0; }
pre.run { background: var(--wash); border-radius: 8px; padding: 10px 14px; overflow-x: auto; }
)css";

class SearchPage {
 public:
  SearchPage(const SearchRecord& found, const std::string& command)
      : found_(found), problem_(found.problem), report_(found.report), command_(command) {}

  std::string write() {
    const std::string title = fmt::format("{} on {}", found_.record.suite, found_.record.bench);
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><title>{}</title><style>{}{}</style></head><body>\n"
        "<header><p class=\"kind\">timing search</p><h1>{}</h1>{}</header>\n<main>\n",
        escaped(title), page_style(), kSearchStyle, escaped(title), conclusions());
    if (!found_.trials.empty()) page += "<h2>Where the trials were</h2>\n" + strips();
    if (problem_.dims.size() >= 2 && !found_.trials.empty()) page += map();
    if (!report_.windows.empty()) page += "<h2>Edges</h2>\n" + edges();
    page += "<h2>Trials</h2>\n" + trials();
    return page + "</main></body></html>\n";
  }

 private:
  [[nodiscard]] std::string conclusions() const {
    std::string list;
    const auto say = [&](const std::string& sentence) { list += "<li>" + escaped(sentence) + "</li>"; };
    say(fmt::format("{} after {} trials{}", search::verdict_name(report_.verdict), report_.trials,
                    report_.first_hit ? fmt::format(", the first that passed was trial {}", *report_.first_hit) : ""));
    if (found_.confirmed.trials > 0) {
      const auto sure = statistics::confidence_sequence(found_.confirmed);
      say(fmt::format("the schedule that was chosen passed {} of {} more trials: between {:.0f} % and {:.0f} %",
                      found_.confirmed.hits, found_.confirmed.trials, 100 * sure.low, 100 * sure.high));
    }
    if (report_.drift) say("the window moves while it is searched");
    if (report_.false_passes) say("passes were seen where repeats fail");
    for (const std::size_t i : report_.irrelevant) say(problem_.dims[i].name + " decides nothing");
    if (found_.played_again > 0)
      say(fmt::format("{} of {} trials ended otherwise after a pulse of NRST instead of a power cycle", found_.differed,
                      found_.played_again));
    if (found_.record.verdict != Verdict::pass) say(found_.record.message);
    return "<ul class=\"say\">" + list + "</ul>";
  }

  [[nodiscard]] double x(std::size_t dim, double at) const {
    const search::Dimension& each = problem_.dims[dim];
    return kStripLeft + (kStripRight - kStripLeft) * (std::clamp(at, each.lo, each.hi) - each.lo) / each.range();
  }

  // Trials of a later stage are drawn higher, so that what one edge decides is not hidden by the others.
  [[nodiscard]] std::string strips() const {
    std::string drawn;
    double y = 8;
    for (std::size_t dim = 0; dim < problem_.dims.size(); ++dim, y += kBand + 26) drawn += strip(dim, y);
    return fmt::format(
        "<div class=\"scroll\"><svg class=\"strip\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\">{}</svg></div>\n",
        kStripWidth, y, drawn);
  }

  [[nodiscard]] std::string strip(std::size_t dim, double y) const {
    const search::Dimension& each = problem_.dims[dim];
    std::string drawn = fmt::format("<text class=\"name\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", kStripLeft - 14,
                                    y + kBand / 2 + 4, escaped(shortened(each.name, 20)));
    for (const search::FoundWindow& window : report_.windows) {
      drawn += box("window", x(dim, window.lo[dim].at), x(dim, window.hi[dim].at), y);
      for (const search::EdgeEstimate& edge : {window.lo[dim], window.hi[dim]})
        if (!edge.bound) drawn += box("edge", x(dim, edge.low), x(dim, edge.high), y);
    }
    const int stages = 1 + std::ranges::max(found_.trials, {}, &SearchTrial::stage).stage;
    for (const SearchTrial& trial : found_.trials)
      drawn += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"><title>{}</title></circle>",
                           trial.passed ? 'p' : 'f', x(dim, trial.achieved[dim]),
                           y + kBand - kBand * trial.stage / stages, escaped(summary(trial)));
    if (found_.chosen)
      drawn += fmt::format("<path class=\"best\" d=\"M{0:.1f} {1:.0f}V{2:.0f}\"/>", x(dim, (*found_.chosen)[dim]), y,
                           y + kBand);
    drawn += fmt::format("<path class=\"axis\" d=\"M{:.0f} {:.1f}H{:.0f}\"/>", kStripLeft, y + kBand + .5, kStripRight);
    drawn += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">{:g} {}</text>", kStripLeft, y + kBand + 15, each.lo,
                         escaped(each.unit));
    return drawn + fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{:g} {}</text>", kStripRight,
                               y + kBand + 15, each.hi, escaped(each.unit));
  }

  static std::string box(std::string_view kind, double from, double to, double y) {
    return fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"{:.0f}\"/>", kind, from,
                       y, std::max(1.0, to - from), kBand);
  }

  // The last two dimensions against each other: in a staged search those that were searched together.
  [[nodiscard]] std::string map() const {
    constexpr double kSide = 420, kEdge = 60;
    const std::size_t across = problem_.dims.size() - 2, up = problem_.dims.size() - 1;
    const auto at = [&](std::size_t dim, double value) {
      return kSide * (std::clamp(value, problem_.dims[dim].lo, problem_.dims[dim].hi) - problem_.dims[dim].lo) /
             problem_.dims[dim].range();
    };
    std::string drawn =
        fmt::format("<rect class=\"frame\" x=\"{0}\" y=\"8\" width=\"{1}\" height=\"{1}\"/>", kEdge, kSide);
    for (const search::FoundWindow& window : report_.windows)
      drawn += fmt::format("<rect class=\"in\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                           kEdge + at(across, window.lo[across].at), 8 + kSide - at(up, window.hi[up].at),
                           at(across, window.hi[across].at) - at(across, window.lo[across].at),
                           at(up, window.hi[up].at) - at(up, window.lo[up].at));
    for (const SearchTrial& trial : found_.trials)
      drawn += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"><title>{}</title></circle>",
                           trial.passed ? 'p' : 'f', kEdge + at(across, trial.achieved[across]),
                           8 + kSide - at(up, trial.achieved[up]), escaped(summary(trial)));
    drawn += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>", kEdge + kSide / 2, kSide + 30,
                         escaped(problem_.dims[across].name));
    drawn += fmt::format("<text transform=\"translate(40 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
                         8 + kSide / 2, escaped(problem_.dims[up].name));
    return fmt::format(
        "<h2>Window map</h2>\n<div class=\"scroll\"><svg class=\"strip map\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">{2}</svg></div>\n",
        kSide + kEdge + 20, kSide + 44, drawn);
  }

  [[nodiscard]] std::string edges() const {
    std::string rows;
    for (std::size_t w = 0; w < report_.windows.size(); ++w)
      for (std::size_t dim = 0; dim < problem_.dims.size(); ++dim) {
        const search::FoundWindow& window = report_.windows[w];
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", w + 1,
                            escaped(problem_.dims[dim].name), edge_text(window.lo[dim]), edge_text(window.hi[dim]),
                            escaped(problem_.dims[dim].unit));
      }
    return "<div class=\"scroll\"><table class=\"trials\"><thead><tr><th>window</th><th>offset</th><th>from (95 "
           "%)</th><th>to (95 %)</th><th>unit</th></tr></thead><tbody>" +
           rows + "</tbody></table></div>\n";
  }

  static std::string edge_text(const search::EdgeEstimate& edge) {
    if (edge.bound) return fmt::format("{:.5g}, the end of what was searched", edge.at);
    return fmt::format("<b>{:.5g}</b> ({:.5g} to {:.5g}){}", edge.at, edge.low, edge.high,
                       edge.slope ? fmt::format(", soft over {:.3g}", *edge.slope) : "");
  }

  [[nodiscard]] std::string trials() const {
    std::vector<std::string> rows;
    for (const SearchTrial& trial : found_.trials) {
      std::string row = fmt::format("<tr><td>{}</td>", trial.number);
      for (const double value : trial.achieved) row += fmt::format("<td>{:.4f}</td>", value);
      row += fmt::format("<td class=\"v-{}\"><span class=\"badge\">{}</span></td><td>{}</td><td>{}</td></tr>",
                         trial.passed ? "pass" : "fail", trial.passed ? "pass" : "fail", trial.stage,
                         escaped(shortened(trial.passed ? "" : trial.message, 160)));
      rows.push_back(std::move(row));
    }
    std::string head;
    for (const search::Dimension& dim : problem_.dims)
      head += fmt::format("<th>{} ({})</th>", escaped(dim.name), escaped(dim.unit));
    std::string shown;
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) shown += rows[i];
    if (rows.size() > kMostRows)
      shown += fmt::format("<tr><td>{} more are in search.json</td></tr>", rows.size() - kMostRows);
    std::string again = command_;
    for (std::size_t dim = 0; dim < problem_.dims.size(); ++dim)
      again += fmt::format(" --at {}={:.6g}", problem_.dims[dim].name,
                           found_.chosen           ? (*found_.chosen)[dim]
                           : found_.trials.empty() ? 0
                                                   : found_.trials.back().asked[dim]);
    return fmt::format(
        "<p>One of them again, with its transcript and waveform in the run's report:</p><pre class=\"run\">{}</pre>\n"
        "<div class=\"scroll\"><table class=\"trials\"><thead><tr><th>trial</th>{}<th>ended</th><th>stage</th><th></th>"
        "</tr></thead><tbody>{}</tbody></table></div>\n",
        escaped(again), head, shown);
  }

  [[nodiscard]] std::string summary(const SearchTrial& trial) const {
    std::string text = fmt::format("trial {}, stage {}: {}", trial.number, trial.stage, trial.symptom);
    for (std::size_t dim = 0; dim < problem_.dims.size(); ++dim)
      text += fmt::format("; {} {:.4f} {}", problem_.dims[dim].name, trial.achieved[dim], problem_.dims[dim].unit);
    return text;
  }

  const SearchRecord& found_;
  const search::Problem& problem_;
  const search::Report& report_;
  const std::string& command_;
};

}  // namespace

std::string search_html(const SearchRecord& found, const std::string& command) {
  return SearchPage(found, command).write();
}

}  // namespace rigor
