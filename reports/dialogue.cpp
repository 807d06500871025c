#include "reports/dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/text.hpp"

namespace rigor {
namespace {

constexpr std::size_t kWordsShown = 24;

// Records of one direction with nothing but words of it in between, or one log line.
struct Passage {
  std::vector<const Record*> records;
  [[nodiscard]] const Record& first() const { return *records.front(); }
  [[nodiscard]] bool words() const { return first().channel == Channel::mailbox; }
};

std::vector<Passage> passages(const TestRecord& test) {
  std::vector<Passage> list;
  for (const Record& record : test.timeline) {
    if (record.channel != Channel::mailbox && record.channel != Channel::log) continue;
    const bool joins = record.channel == Channel::mailbox && !list.empty() && list.back().words() &&
                       list.back().first().name == record.name;
    if (joins)
      list.back().records.push_back(&record);
    else
      list.push_back({{&record}});
  }
  return list;
}

std::string words_text(const Passage& passage) {
  std::string text;
  const std::size_t shown = std::min(passage.records.size(), kWordsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const Record& word = *passage.records[i];
    text += (i == 0 ? "" : " ") + (word.concealed ? std::string("••••••••") : fmt::format("{:08x}", word.value));
  }
  if (shown < passage.records.size()) text += fmt::format(" <i>and {} more</i>", passage.records.size() - shown);
  return text;
}

std::string item(const TestRecord& test, const Passage& passage) {
  const Record& first = passage.first();
  const std::string time = duration_text(first.at - test.started);
  if (!passage.words())
    return fmt::format("<li class=\"lg\"><time>{}</time><span></span><q>{}</q></li>\n", time,
                       escaped(shortened(first.text, 300)));
  const bool host = first.name == "host";
  return fmt::format("<li class=\"{}\"><time>{}</time><span>{}</span><code>{}</code></li>\n", host ? "ho" : "de", time,
                     host ? "host" : "chip", words_text(passage));
}

}  // namespace

std::string dialogue_html(const TestRecord& test, std::size_t limit) {
  const bool spoken = std::ranges::any_of(test.timeline, [](const Record& record) {
    return record.channel == Channel::mailbox || record.channel == Channel::log;
  });
  if (!spoken) return {};
  std::vector<std::string> items;
  for (const Passage& passage : passages(test)) items.push_back(item(test, passage));
  // A dialogue's interesting words are its first and its last ones.
  return "<ol class=\"dialogue\">\n" +
         both_ends(items, limit, "<li class=\"lo\">{} passages are left out here; results.db has them</li>\n") +
         "</ol>\n";
}

}  // namespace rigor
