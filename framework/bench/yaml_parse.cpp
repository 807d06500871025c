// From text to the tree, with every complaint of yaml-cpp turned into a Fault in plain words.
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fmt/format.h>
#include <array>
#include <optional>
#include <sstream>
#include <utility>

#include "framework/base/durable_file.hpp"
#include "framework/bench/yaml.hpp"
#include "framework/bench/yaml_builder.hpp"

namespace rigor {

namespace {

constexpr std::size_t kMostBytes = 1U << 20;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Length of the UTF-8 character at the start of `text`; 0 when there is none (RFC 3629, overlong forms and surrogates
// included in the refusal).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

// yaml-cpp guesses encodings and passes control characters on; a file that has any is not one that a person wrote.
bool is_plain_text(std::string_view text, const YamlText& lines, Faults& faults) {
  YamlSpot spot;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
    const std::size_t length = control ? 0 : utf8_length(text.substr(at));
    if (length == 0) {
      Place place = lines.place(spot);
      place.source.clear();  // the terminal is not the place for it
      faults.add(place, fmt::format("byte 0x{:02x} is not text", byte), "expected a text file in UTF-8");
      return false;
    }
    spot = byte == '\n' ? YamlSpot{spot.line + 1, 1} : YamlSpot{spot.line, spot.column + 1};
    at += length;
  }
  return true;
}

struct Saying {
  std::string_view theirs;
  std::string_view message;
  std::string_view hint;
  bool at_bracket;  // stands where the bracket was opened rather than where the file ends
};
constexpr std::array<Saying, 11> kSayings{{
    {"end of map flow", "a '{' is not closed", "add the '}' or the ',' that is missing", true},
    {"end of sequence flow", "a '[' is not closed", "add the ']' or the ',' that is missing", true},
    {"illegal EOF in scalar", "a quote is not closed", "add the quote that is missing", false},
    {"illegal map value", "a ':' cannot stand here", "put text that holds ': ' in quotes, or mend the indentation",
     false},
    {"illegal map key", "a key cannot stand here", "check the indentation", false},
    {"illegal block entry", "a '-' cannot stand here", "check the indentation", false},
    {"end of map not found", "this does not fit into the map around it", "check the indentation and the ':'", false},
    {"end of sequence not found", "this does not fit into the list around it", "check the indentation and the '-'",
     false},
    {"illegal flow end", "a bracket is closed that was not opened", "remove it", false},
    {"referenced anchor", "an alias names an anchor that is not defined above it", "define it with '&' first", false},
    {"unknown escape", "an unknown escape in a quoted text", "write '\\\\' for a backslash, or use single quotes",
     false},
}};

// Column of a tab in the indentation, which is the first thing to doubt; 0 when there is none.
std::size_t indenting_tab(const std::string& line) {
  const std::size_t tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
  return tab == std::string::npos ? 0 : tab + 1;
}

void add_parser_fault(const YAML::Exception& exception, const YamlBuilder& builder, const YamlText& text,
                      Faults& faults) {
  Place place = text.place(YamlSpots(text).of(exception.mark));
  if (const std::size_t column = indenting_tab(place.source); column != 0) {
    place.column = column;
    return faults.add(place, "a tab stands in the indentation", "use blanks");
  }
  for (const Saying& saying : kSayings) {
    if (!exception.msg.contains(saying.theirs)) continue;
    if (const YamlSpot* bracket = builder.open_bracket(); saying.at_bracket && bracket != nullptr) {
      place = text.place(*bracket);
    }
    return faults.add(place, std::string(saying.message), std::string(saying.hint));
  }
  faults.add(place, exception.msg, "check indentation, quotes and brackets");
}

// Null when there is nothing to read; the fault says why.
std::shared_ptr<const YamlValue> build(std::string_view text, const std::shared_ptr<const YamlText>& lines,
                                       Faults& faults) {
  YamlBuilder builder(lines, faults);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    const bool any = parser.HandleNextDocument(builder);
    if (builder.given_up()) return nullptr;
    if (!any || !builder.root() || builder.root()->kind == YamlValue::Kind::empty) {
      faults.add({lines->file, 0, 0, {}}, "the file is empty", "expected a description");
      return nullptr;
    }
    YamlBuilder second(lines, faults);
    if (parser.HandleNextDocument(second)) {
      const Place place = second.root() ? lines->place(second.root()->spot) : Place{lines->file, 0, 0, {}};
      faults.add(place, "a second document begins here", "expected one document per file");
      return nullptr;
    }
  } catch (const YAML::Exception& exception) {
    if (!builder.given_up()) add_parser_fault(exception, builder, *lines, faults);
    return nullptr;
  } catch (const std::exception& exception) {
    faults.add({lines->file, 0, 0, {}}, fmt::format("the file cannot be read: {}", exception.what()));
    return nullptr;
  }
  return builder.root();
}

}  // namespace

YamlNode parse_yaml(std::string_view text, std::string file, Faults& faults) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // the byte order mark of some editors
  if (text.size() > kMostBytes) {
    faults.add({std::move(file), 0, 0, {}}, fmt::format("the file has {} bytes", text.size()),
               fmt::format("expected at most {}", kMostBytes));
    return {};
  }
  const auto lines = std::make_shared<const YamlText>(YamlText{std::move(file), lines_of(text)});
  if (!is_plain_text(text, *lines, faults)) return {};
  return YamlNode(build(text, lines, faults));
}

YamlNode load_yaml(const std::filesystem::path& path, Faults& faults) {
  const Result<std::string> text = read_text_file(path, kMostBytes);
  if (!text) {
    faults.add({path.string(), 0, 0, {}}, text.error().message(), text.error().hint_text());
    return {};
  }
  return parse_yaml(*text, path.string(), faults);
}

}  // namespace rigor
