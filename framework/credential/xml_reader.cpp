#include "framework/credential/xml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "framework/base/suggest.hpp"
#include "framework/bench/units.hpp"

namespace rigor {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kMostElements = 10'000;

[[nodiscard]] std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

[[nodiscard]] Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// The characters of XML 1.0: no control characters but tab and line ends, no halves of a pair, nothing past Unicode.
[[nodiscard]] constexpr bool is_character(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code <= 0xD7FF || (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}
[[nodiscard]] bool is_character_byte(char byte) { return is_character(static_cast<unsigned char>(byte)); }

// "#65" and "#x41", of a character that XML allows in a text.
[[nodiscard]] bool is_character_reference(std::string_view name) {
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x');
  if (hex) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  return error == std::errc() && end == name.data() + name.size() && is_character(code);
}

[[nodiscard]] bool is_entity(std::string_view name) {
  constexpr std::array<std::string_view, 5> kPredefined = {"amp", "lt", "gt", "quot", "apos"};
  return std::ranges::find(kPredefined, name) != kPredefined.end() || is_character_reference(name);
}

}  // namespace

XmlFile::XmlFile(std::string_view text, std::string name, Faults& faults)
    : original_(bytes_of(text)), buffer_(bytes_of(text)), name_(std::move(name)), faults_(faults) {
  if (const auto foreign = std::ranges::find_if_not(text, is_character_byte); foreign != text.end()) {
    faults_.add(place_at(foreign - text.begin()), *foreign == '\0' ? "a zero byte" : "a control character",
                "an OBK description is XML text in UTF-8");
    return;
  }
  // Blanks are kept where they are the only text, since a password may consist of them. UTF-8 is parsed in place; any
  // other encoding would be converted in a buffer that nobody wipes.
  constexpr unsigned kHow = pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype;
  const auto parsed = document_.load_buffer_inplace(buffer_.data(), buffer_.size(), kHow, pugi::encoding_utf8);
  if (!check_whole(parsed)) document_.reset();
}

XmlFile::~XmlFile() { wipe(buffer_); }

bool XmlFile::check_whole(const pugi::xml_parse_result& parsed) const {
  if (!parsed) {
    std::string what = parsed.description();
    what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
    faults_.add(place_at(parsed.offset), what, "expected an OBK description: <Root><Obdata>...");
    return false;
  }
  std::size_t elements = 0;
  for (const pugi::xml_node& node : document_.children()) {
    if (node.type() == pugi::node_doctype) {
      faults_.add(place_at(node.offset_debug()), "a document type declaration",
                  "an OBK description has none; remove it");
      return false;
    }
    if (node.type() != pugi::node_element || ++elements == 1) continue;
    faults_.add(place_of(node), fmt::format("a second root element '{}'", node.name()));
    return false;
  }
  return true;
}

Place XmlFile::place_at(std::ptrdiff_t offset) const {
  const std::string_view text = original_.characters();
  if (offset < 0) return {name_, 0, 0, {}};
  const std::string_view before = text.substr(0, std::min(static_cast<std::size_t>(offset), text.size()));
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view in_line = before.substr(line_begin);
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  const auto column = static_cast<std::size_t>(in_line.size() - std::ranges::count_if(in_line, continues));
  return {name_, static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, column + 1, {}};
}

Place XmlFile::place_of(const pugi::xml_node& element) const {
  const std::ptrdiff_t name = element.offset_debug();
  return place_at(name > 0 ? name - 1 : name);  // the '<' before it
}

Place XmlFile::place_of_text(const pugi::xml_node& element) const {
  const pugi::xml_node text = element.first_child();
  return text && text.type() == pugi::node_pcdata ? place_at(text.offset_debug()) : place_of(element);
}

bool XmlFile::check_entities(const pugi::xml_node& text, const pugi::xml_node& element) const {
  if (text.type() == pugi::node_cdata || text.offset_debug() < 0) return true;
  std::string_view raw = original_.characters().substr(static_cast<std::size_t>(text.offset_debug()));
  raw = raw.substr(0, raw.find('<'));
  for (std::size_t at = raw.find('&'); at != std::string_view::npos; at = raw.find('&', at + 1)) {
    const std::size_t end = raw.find(';', at);
    if (end != std::string_view::npos && is_entity(raw.substr(at + 1, end - at - 1))) continue;
    faults_.add(place_at(text.offset_debug() + static_cast<std::ptrdiff_t>(at)),
                fmt::format("an unknown entity in '{}'", element.name()),
                "only &amp; &lt; &gt; &quot; &apos; and character numbers are read");
    return false;
  }
  return true;
}

std::optional<std::string_view> XmlFile::text_of(const pugi::xml_node& element) const {
  const pugi::xml_node text = element.first_child();
  if (!text) return "";
  const bool alone = !text.next_sibling() && (text.type() == pugi::node_pcdata || text.type() == pugi::node_cdata);
  if (!alone) {
    faults_.add(place_of(element), fmt::format("'{}' holds more than one text", element.name()),
                "expected text without elements and comments in it");
    return std::nullopt;
  }
  if (!check_entities(text, element)) return std::nullopt;
  return text.value();
}

XmlFields::XmlFields(const XmlFile& file, const pugi::xml_node& element, std::span<const Field> known)
    : file_(file), element_(element) {
  std::vector<std::string> names;
  for (const Field& field : known) names.emplace_back(field.name);
  std::size_t count = 0;
  for (const pugi::xml_node& child : element.children()) {
    if (++count > kMostElements) {
      file_.faults().add(file_.place_of(child), fmt::format("'{}' holds too much", element.name()),
                         fmt::format("at most {} elements and texts are read", kMostElements));
      return;
    }
    if (child.type() == pugi::node_pcdata && trimmed(child.value()).empty()) continue;
    if (child.type() != pugi::node_element) {
      file_.faults().add(file_.place_of(element), fmt::format("text between the elements of '{}'", element.name()));
      return;
    }
    const auto field = std::ranges::find(known, std::string_view(child.name()), &Field::name);
    if (field == known.end()) {
      file_.faults().add(file_.place_of(child),
                         fmt::format("unknown element '{}' in '{}'", child.name(), element.name()),
                         suggestion(child.name(), names));
    } else if (!field->repeats && has(field->name)) {
      file_.faults().add(file_.place_of(child), fmt::format("a second '{}' in '{}'", child.name(), element.name()));
    } else {
      found_.push_back(child);
    }
  }
}

pugi::xml_node XmlFields::find(std::string_view name) const {
  const auto found =
      std::ranges::find(found_, name, [](const pugi::xml_node& node) { return std::string_view(node.name()); });
  return found == found_.end() ? pugi::xml_node() : *found;
}

Place XmlFields::place(std::string_view name) const {
  const pugi::xml_node field = find(name);
  return field ? file_.place_of_text(field) : file_.place_of(element_);
}

std::optional<std::string_view> XmlFields::exact_text(std::string_view name) const {
  const pugi::xml_node field = find(name);
  if (field) return file_.text_of(field);
  file_.faults().add(file_.place_of(element_), fmt::format("'{}' has no '{}'", element_.name(), name));
  return std::nullopt;
}

std::string_view XmlFields::trimmed_text(std::string_view name, bool required) const {
  if (!required && !has(name)) return {};
  const auto exact = exact_text(name);
  if (!exact) return {};
  const std::string_view text = trimmed(*exact);
  if (text.empty() && required) file_.faults().add(place(name), fmt::format("'{}' is empty", name));
  return text;
}

std::string XmlFields::text(std::string_view name, bool required) const {
  return std::string(trimmed_text(name, required));
}

Secret XmlFields::secret(std::string_view name) const { return Secret(bytes_of(trimmed_text(name, true))); }

std::optional<std::uint64_t> XmlFields::number(std::string_view name, std::uint64_t most, bool required) const {
  const std::string written = text(name, required);
  if (written.empty()) return std::nullopt;
  const auto value = parse_integer(written);
  if (!value) {
    file_.faults().add(place(name), fmt::format("'{}': {}", name, value.error().message), value.error().hint);
    return std::nullopt;
  }
  if (*value >= 0 && static_cast<std::uint64_t>(*value) <= most) return static_cast<std::uint64_t>(*value);
  file_.faults().add(place(name), fmt::format("'{}' is {}", name, written), fmt::format("expected 0 to {}", most));
  return std::nullopt;
}

}  // namespace rigor
