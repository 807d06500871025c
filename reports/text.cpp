#include "reports/text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace rigor {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
  std::uint32_t character = 0;
  std::size_t bytes = 0;  // 0: no valid character here
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 && lead < 0xF5   ? 4
                            : lead >= 0xE0 && lead < 0xF0 ? 3
                            : lead >= 0xC2 && lead < 0xE0 ? 2
                                                          : 0;
  if (bytes == 0 || bytes > text.size()) return {};
  std::uint32_t character = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    character = (character << 6) | (byte(i) & 0x3FU);
  }
  const bool overlong = (bytes == 3 && character < 0x800) || (bytes == 4 && character < 0x10000);
  return overlong ? Decoded{} : Decoded{character, bytes};
}

// XML 1.0, section 2.2.
bool allowed(std::uint32_t character) {
  return character == 0x9 || character == 0xA || character == 0xD || (character >= 0x20 && character <= 0xD7FF) ||
         (character >= 0xE000 && character <= 0xFFFD) || (character >= 0x10000 && character <= 0x10FFFF);
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    const bool good = next.bytes != 0 && allowed(next.character);
    clean += good ? text.substr(0, next.bytes) : kReplacement;
    text.remove_prefix(next.bytes != 0 ? next.bytes : 1);
  }
  return clean;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string shortened(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  std::size_t end = limit > 3 ? limit - 3 : 0;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string duration_text(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const double size = std::abs(seconds);
  if (duration == Duration::zero()) return "0 s";
  const auto scaled = [](double value, std::string_view unit) {
    const double shown = std::abs(value);
    return fmt::format("{:.{}f} {}", value, shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0, unit);
  };
  if (size < 999.5e-9) return fmt::format("{} ns", duration.count());
  if (size < 999.5e-6) return scaled(seconds * 1e6, "µs");
  if (size < 999.5e-3) return scaled(seconds * 1e3, "ms");
  if (size < 600) return scaled(seconds, "s");
  const auto whole = std::llround(seconds);
  return fmt::format("{} min {} s", whole / 60, std::abs(whole % 60));
}

std::string both_ends(const std::vector<std::string>& rows, std::size_t limit, std::string_view gap) {
  std::size_t first = 0, last = rows.size(), size = 0;
  for (bool at_head = true; first < last; at_head = !at_head) {
    const std::size_t next = rows[at_head ? first : last - 1].size();
    if (size + next > limit) break;
    size += next;
    if (at_head)
      ++first;
    else
      --last;
  }
  std::string text;
  for (std::size_t i = 0; i < first; ++i) text += rows[i];
  if (first < last) text += fmt::format(fmt::runtime(gap), last - first);
  for (std::size_t i = last; i < rows.size(); ++i) text += rows[i];
  return text;
}

}  // namespace rigor
