#include "reports/waveform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "reports/text.hpp"
#include "reports/time_axis.hpp"

namespace rigor {
namespace {

constexpr double kWidth = 1120;
constexpr double kLeft = 112;  // the lanes' names
constexpr double kRight = kWidth - 14;
constexpr double kTop = 26;
constexpr double kCharacter = 6.3;  // of the labels' font
constexpr std::size_t kMostLines = 12;

class Picture {
 public:
  explicit Picture(const TestRecord& test) : test_(test), axis_(moments(test), kLeft, kRight) {}

  std::string draw() {
    for (const Record& record : test_.timeline) sort_in(record);
    steps_lane();
    for (const std::string& name : line_names()) line_lane(name, edges_[name]);
    if (!commands_.empty()) command_lane();
    for (const auto& [name, words] : words_) word_lane(name, words);
    return frame();
  }

 private:
  using Words = std::vector<const Record*>;

  // Probe commands poll through every wait; what matters are edges, words, log lines and the steps' ends.
  static std::vector<Duration> moments(const TestRecord& test) {
    std::vector<Duration> times{Duration::zero(), test.duration};
    for (const StepRecord& step : test.steps) {
      times.push_back(step.started - test.started);
      times.push_back(step.ended - test.started);
    }
    for (const Record& record : test.timeline)
      if (record.channel != Channel::usb && record.channel != Channel::console)
        times.push_back(record.at - test.started);
    return times;
  }

  [[nodiscard]] double x(TimePoint at) const { return axis_.x(at - test_.started); }

  void sort_in(const Record& record) {
    if (record.channel == Channel::line) edges_[record.name].push_back(&record);
    if (record.channel == Channel::sense) edges_[record.name + " seen"].push_back(&record);
    if (record.channel == Channel::mailbox) words_[record.name].push_back(&record);
    if (record.channel == Channel::usb) commands_.push_back(&record);
  }

  // Supply first, then reset, then boot0, then the rest by name.
  [[nodiscard]] std::vector<std::string> line_names() const {
    const auto rank = [](const std::string& name) {
      if (name.find("power") != std::string::npos || name.find("vdd") != std::string::npos) return 0;
      if (name.find("nrst") != std::string::npos) return 1;
      return name.find("boot") != std::string::npos ? 2 : 3;
    };
    std::vector<std::string> names;
    for (const auto& [name, edges] : edges_) names.push_back(name);
    std::ranges::sort(names, {}, [&](const std::string& name) { return std::pair(rank(name), name); });
    if (names.size() > kMostLines) names.resize(kMostLines);
    return names;
  }

  void lane_name(std::string_view name, double height) {
    lanes_ += fmt::format("<text class=\"ln\" x=\"{:.0f}\" y=\"{:.1f}\">{}</text>", kLeft - 12, y_ + height / 2 + 4,
                          escaped(shortened(name, 16)));
  }

  void steps_lane() {
    constexpr double kHeight = 22;
    if (test_.steps.empty()) return;
    lane_name("step", kHeight);
    for (const StepRecord& step : test_.steps) {
      const double from = x(step.started);
      const double width = std::max(1.5, x(step.ended) - from);
      const std::string number = std::to_string(step.index);
      const std::string whole = number + " " + step.verb;
      const auto fits = [&](const std::string& text) {
        return kCharacter * static_cast<double>(text.size()) + 6 < width;
      };
      lanes_ += fmt::format(
          "<g class=\"st v-{}\"><title>{} {}: {}</title><rect x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" "
          "height=\"{:.0f}\" rx=\"3\"/>",
          verdict_name(step.verdict), escaped(whole), verdict_name(step.verdict),
          duration_text(step.ended - step.started), from + 0.5, y_, std::max(1.0, width - 1), kHeight);
      if (fits(number))
        lanes_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text>", from + width / 2, y_ + 15,
                              escaped(fits(whole) ? whole : number));
      lanes_ += "</g>";
      if (step.verdict != Verdict::pass && step.verdict != Verdict::skipped)
        marked_.push_back({from, width, step.verdict});
    }
    y_ += kHeight + 12;
  }

  void line_lane(const std::string& name, const std::vector<const Record*>& edges) {
    constexpr double kHeight = 20;
    lane_name(name, kHeight);
    const double high = y_ + 1, low = y_ + kHeight - 1, middle = y_ + kHeight / 2;
    const double first = x(edges.front()->at);
    if (first > kLeft + 0.5)
      lanes_ += fmt::format("<path class=\"wu\" d=\"M{:.0f} {:.1f}H{:.1f}\"/>", kLeft, middle, first);
    std::string path;
    std::string fill;
    double drawn = -10, raised = 0;
    bool level = false, up = false;
    for (const Record* edge : edges) {
      const double at = x(edge->at);
      const bool to = edge->value != 0;
      if (!path.empty() && to == level) continue;
      // More than a few edges within a pixel look the same as one stroke.
      path += path.empty()                    ? fmt::format("M{:.1f} {:.1f}", at, to ? high : low)
              : at - drawn < 0.3 && drawn > 0 ? fmt::format("V{:.1f}", to ? high : low)
                                              : fmt::format("H{:.1f}V{:.1f}", at, to ? high : low);
      if (path.size() > 6000) break;
      if (to && !up) raised = at;
      if (!to && up) fill += fmt::format("M{:.1f} {:.1f}V{:.1f}H{:.1f}V{:.1f}z", raised, low, high, at, low);
      up = to;
      level = to;
      drawn = at;
    }
    if (up) fill += fmt::format("M{:.1f} {:.1f}V{:.1f}H{:.1f}V{:.1f}z", raised, low, high, kRight, low);
    lanes_ += fmt::format("<path class=\"wf\" d=\"{}\"/><path class=\"wl\" d=\"{}H{:.1f}\"/>", fill, path, kRight);
    y_ += kHeight + 12;
  }

  void command_lane() {
    constexpr double kHeight = 22, kBin = 3;
    lane_name("probe", kHeight);
    std::map<int, unsigned> bins;
    for (const Record* command : commands_) ++bins[static_cast<int>((x(command->at) - kLeft) / kBin)];
    const unsigned most = std::ranges::max_element(bins, {}, [](const auto& bin) { return bin.second; })->second;
    std::string path;
    for (const auto& [bin, count] : bins) {
      const double height = std::max(2.0, kHeight * std::log1p(count) / std::log1p(most));
      path += fmt::format("M{:.1f} {:.1f}v-{:.1f}", kLeft + kBin * bin + kBin / 2, y_ + kHeight, height);
    }
    lanes_ +=
        fmt::format("<g class=\"pc\"><title>{} probe commands</title><path d=\"{}\"/></g>", commands_.size(), path);
    y_ += kHeight + 12;
  }

  // Words that touch on the paper are one bar with their number; a lone one shows its value where there is room.
  void word_lane(const std::string& name, const Words& words) {
    constexpr double kHeight = 18, kTouching = 4;
    lane_name(name == "host" ? "host → chip" : name == "device" ? "chip → host" : name, kHeight);
    lanes_ += fmt::format("<path class=\"wb\" d=\"M{:.0f} {:.1f}H{:.1f}\"/>", kLeft, y_ + kHeight / 2, kRight);
    for (std::size_t first = 0; first < words.size();) {
      std::size_t last = first;
      while (last + 1 < words.size() && x(words[last + 1]->at) - x(words[last]->at) <= kTouching) ++last;
      const double from = x(words[first]->at);
      const double to = std::max(from + 3, x(words[last]->at) + 1.5);
      const double room = (last + 1 < words.size() ? x(words[last + 1]->at) : kRight) - to;
      word_group(name, words, first, last, {from, to, room});
      first = last + 1;
    }
    y_ += kHeight + 12;
  }

  struct Extent {
    double from, to, room;
  };
  void word_group(const std::string& name, const Words& words, std::size_t first, std::size_t last, Extent extent) {
    constexpr double kHeight = 18;
    const std::size_t count = last - first + 1;
    const Record& word = *words[first];
    const std::string value = word.concealed ? "concealed" : fmt::format("{:08x}", word.value);
    const std::string label = count == 1 ? value : fmt::format("{} words", count);
    const char* side = name == "host" ? "mh" : "md";
    lanes_ += fmt::format(
        "<g class=\"{}\"><title>{}</title><rect x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"{:.0f}\" "
        "rx=\"1.5\"/>",
        side, label, extent.from, y_, extent.to - extent.from, kHeight);
    const double needed = kCharacter * static_cast<double>(label.size()) + 8;
    if (needed < extent.to - extent.from)
      lanes_ += fmt::format("<text class=\"mi\" x=\"{:.1f}\" y=\"{:.0f}\">{}</text>", (extent.from + extent.to) / 2,
                            y_ + 13, label);
    else if (needed < extent.room)
      lanes_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text>", extent.to + 4, y_ + 13, label);
    lanes_ += "</g>";
  }

  [[nodiscard]] std::string grid() const {
    std::string svg;
    double last_label = -100;
    for (const TimeAxis::Tick& tick : axis_.ticks()) {
      svg += fmt::format("<path class=\"gr\" d=\"M{0:.1f} {1:.0f}V{2:.0f}\"/>", tick.x, kTop - 6, y_);
      const double width = kCharacter * static_cast<double>(tick.label.size());
      if (tick.x - last_label < 8 || tick.x + width > kRight + 10) continue;
      svg += fmt::format("<text class=\"tk\" x=\"{:.1f}\" y=\"{:.0f}\">{}</text>", tick.x + 2, kTop - 10, tick.label);
      last_label = tick.x + width;
    }
    return svg;
  }

  [[nodiscard]] std::string breaks() const {
    std::string svg;
    const auto& segments = axis_.segments();
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
      const double from = segments[i].right, width = segments[i + 1].left - from;
      svg += fmt::format(
          "<g class=\"br\"><title>{0} left out</title><rect x=\"{1:.1f}\" y=\"{2:.0f}\" width=\"{3:.1f}\" "
          "height=\"{4:.0f}\"/>"
          "<text x=\"{5:.1f}\" y=\"{6:.0f}\">{0}</text></g>",
          duration_text(segments[i + 1].from - segments[i].to), from + 1, kTop - 6, width - 2, y_ - kTop + 6,
          from + width / 2, y_ + 14);
    }
    return svg;
  }

  [[nodiscard]] std::string frame() const {
    const double height = y_ + 22;
    std::string svg = fmt::format(
        "<svg class=\"wave\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"Lines, probe commands and "
        "mailbox words over {}\">",
        kWidth, height, duration_text(test_.duration));
    for (const Mark& mark : marked_)
      svg += fmt::format("<rect class=\"mk v-{}\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"{:.0f}\"/>",
                         verdict_name(mark.verdict), mark.from, kTop - 6, mark.width, y_ - kTop + 6);
    svg += grid() + breaks() + lanes_ + "</svg>";
    if (axis_.segments().size() > 1)
      svg += "<figcaption>Grey bands are waits drawn short; how long they took stands below them.</figcaption>";
    return svg;
  }

  struct Mark {
    double from, width;
    Verdict verdict;
  };

  const TestRecord& test_;
  TimeAxis axis_;
  std::map<std::string, std::vector<const Record*>> edges_;
  std::map<std::string, Words, std::greater<>> words_;  // "host" above "device"
  std::vector<const Record*> commands_;
  std::vector<Mark> marked_;
  std::string lanes_;
  double y_ = kTop;
};

}  // namespace

std::string waveform_svg(const TestRecord& test) {
  const bool drawable = !test.steps.empty() || std::ranges::any_of(test.timeline, [](const Record& record) {
    return record.channel == Channel::line || record.channel == Channel::mailbox;
  });
  return drawable && test.duration > Duration::zero() ? Picture(test).draw() : std::string();
}

}  // namespace rigor
