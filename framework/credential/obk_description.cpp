#include "framework/credential/obk_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/auth/da_record.hpp"
#include "framework/auth/password.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/base/suggest.hpp"
#include "framework/credential/remarks.hpp"
#include "framework/credential/xml_reader.hpp"

namespace rigor {
namespace {

using Field = XmlFields::Field;
using Kind = ObkElement::Kind;

constexpr std::uint64_t kMostWidth = 4096;  // bytes; an OBK area has 4 KiB
constexpr std::uint64_t kMostAlign = 4096;

// What ST's files hold. Those that only ST's graphical tool needs are known and not read.
constexpr auto kInfoFields = std::to_array<Field>({{"Title"},
                                                   {"ObDestAddress"},
                                                   {"DoEncryption"},
                                                   {"GlobalAlign"},
                                                   {"MCU"},
                                                   {"FlashStart"},
                                                   {"FlashSize"},
                                                   {"FlashSectorSize"},
                                                   {"OBKStart"},
                                                   {"OBKSize"},
                                                   {"OBKSectorSize"},
                                                   {"AuthOBKStart"},
                                                   {"AuthOBKSize"}});
constexpr auto kElementFields = std::to_array<Field>({{"Name"},
                                                      {"Value"},
                                                      {"Default"},
                                                      {"Tooltip"},
                                                      {"Width"},
                                                      {"MinWidth"},
                                                      {"Align"},
                                                      {"KeyType"},
                                                      {"Type"},
                                                      {"Reserved"},
                                                      {"Hidden"},
                                                      {"True"},
                                                      {"False"},
                                                      {"Val", true},
                                                      {"Slot", true},
                                                      {"OBKSlot", true},
                                                      {"Dependency", true}});
constexpr auto kOnlyOutput = std::to_array<Field>({{"Name"}, {"Value"}, {"Default"}, {"Tooltip"}});
constexpr auto kDescriptionFields = std::to_array<Field>({{"Info"},
                                                          {"Hash"},
                                                          {"DA"},
                                                          {"File", true},
                                                          {"Text", true},
                                                          {"Permission", true},
                                                          {"Data", true},
                                                          {"List", true},
                                                          {"Bool", true},
                                                          {"Output"}});

struct KindName {
  std::string_view element;
  Kind kind;
};
constexpr auto kKinds = std::to_array<KindName>({{"File", Kind::key_file},
                                                 {"Text", Kind::password},
                                                 {"Permission", Kind::permissions},
                                                 {"Data", Kind::data},
                                                 {"List", Kind::data},
                                                 {"Bool", Kind::data}});

void read_info(const XmlFile& file, const pugi::xml_node& element, ObkDescription& description) {
  const XmlFields info(file, element, kInfoFields);
  description.title = info.text("Title", false);
  description.mcu = info.text("MCU", false);
  description.place = info.place("ObDestAddress");
  if (const std::string written = info.text("ObDestAddress", true); !written.empty() && !written.starts_with("0x")) {
    file.faults().add(description.place, fmt::format("'ObDestAddress' is '{}'", written),
                      "expected hexadecimal such as 0x0FFD0100");
  } else {
    description.destination = static_cast<std::uint32_t>(info.number("ObDestAddress", 0xFFFF'FFFF, false).value_or(0));
  }
  description.encrypt = info.number("DoEncryption", 1, true).value_or(0) == 1;
  description.align = info.number("GlobalAlign", kMostAlign, true).value_or(description.align);
}

// The password, exactly as written, within the limits that stand beside it and those of the devices.
void read_password(const XmlFile& file, const XmlFields& fields, ObkElement& element) {
  const auto written = fields.exact_text("Value");
  if (!written) return;
  const std::size_t longest = element.width == 0 ? Password::kLongest : std::min(element.width, Password::kLongest);
  const std::size_t shortest = std::max(element.shortest, Password::kShortest);
  if (written->size() < shortest || written->size() > longest) {
    file.faults().add(element.place, fmt::format("a password of {} characters", written->size()),
                      fmt::format("expected {} to {}", shortest, longest));
    return;
  }
  Secret password(Bytes(written->begin(), written->end()));
  if (const auto checked = check_characters(password.view()); !checked) {
    file.faults().add(element.place, checked.error().message(), checked.error().hint_text());
    return;
  }
  element.password = std::move(password);
}

// The digits of "0x5077" and "5077"; empty for what is no hexadecimal number.
[[nodiscard]] std::string_view hex_digits(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos ? text : std::string_view();
}

void read_data(const XmlFile& file, const XmlFields& fields, ObkElement& element) {
  element.data = fields.secret("Value");
  if (element.data.size() != 0 && hex_digits(element.data.characters()).empty())
    file.faults().add(element.place, "'Value' is no hexadecimal number", "expected one such as 0x00000000");
}

[[nodiscard]] ObkElement read_element(const XmlFile& file, const pugi::xml_node& node, Kind kind) {
  const XmlFields fields(file, node, kElementFields);
  ObkElement element;
  element.kind = kind;
  element.name = fields.text("Name", false);
  element.place = fields.place("Value");
  element.width = fields.number("Width", kMostWidth, false).value_or(0);
  element.shortest = fields.number("MinWidth", kMostWidth, false).value_or(0);
  element.reserved = fields.number("Reserved", 1, false).value_or(0) == 1;
  if (kind == Kind::password) {
    read_password(file, fields, element);
    return element;
  }
  if (kind == Kind::data) {
    read_data(file, fields, element);
    return element;
  }
  element.value = fields.text("Value", true);
  if (kind == Kind::key_file) {
    element.key_type = fields.text("KeyType", false);
    element.public_half = fields.text("Type", false) == "Public";
  } else if (const auto mask = parse_hex_mask(element.value)) {
    element.permissions = *mask;
  } else if (!element.value.empty()) {
    file.faults().add(element.place, fmt::format("'Value' is '{}'", element.value),
                      "expected a hexadecimal number of at most 128 bits such as 0x5077");
  }
  return element;
}

// An empty element that stands for an action.
[[nodiscard]] bool read_mark(const XmlFile& file, const XmlFields& fields, std::string_view name) {
  const pugi::xml_node mark = fields.find(name);
  if (!mark) return false;
  const auto text = file.text_of(mark);
  if (text && text->find_first_not_of(" \t\r\n") != std::string_view::npos)
    file.faults().add(file.place_of(mark), fmt::format("'{}' is not empty", name));
  return true;
}

[[nodiscard]] ObkDescription read_description(const XmlFile& file, const pugi::xml_node& node) {
  const XmlFields fields(file, node, kDescriptionFields);
  ObkDescription description;
  if (const pugi::xml_node info = fields.find("Info")) {
    read_info(file, info, description);
  } else {
    file.faults().add(file.place_of(node), "'Obdata' has no 'Info'");
  }
  description.hash = read_mark(file, fields, "Hash");
  description.credential = read_mark(file, fields, "DA");
  for (const pugi::xml_node& child : node.children()) {
    const auto known = std::ranges::find(kKinds, std::string_view(child.name()), &KindName::element);
    if (known != kKinds.end()) description.elements.push_back(read_element(file, child, known->kind));
  }
  if (const pugi::xml_node output = fields.find("Output"))
    description.output = XmlFields(file, output, kOnlyOutput).text("Value", true);
  return description;
}

// <Root><Obdata>: other descriptions of ST's, for images, have the first as well.
[[nodiscard]] pugi::xml_node find_description(const XmlFile& file) {
  constexpr auto kOnlyObdata = std::to_array<Field>({{"Obdata"}});
  const pugi::xml_node root = file.root();
  if (!root) return {};
  if (std::string_view(root.name()) != "Root" || !root.child("Obdata")) {
    file.faults().add(file.place_of(root), fmt::format("no OBK description in '{}'", root.name()),
                      "expected <Root><Obdata>...");
    return {};
  }
  return XmlFields(file, root, kOnlyObdata).find("Obdata");
}

}  // namespace

std::filesystem::path ObkDescription::resolve(std::string_view written) const {
  std::string path(written);
  std::ranges::replace(path, '\\', '/');
  return (source.parent_path() / path).lexically_normal();
}

std::optional<ObkDescription> parse_obk_description(std::string_view xml, const std::filesystem::path& source,
                                                    Faults& faults) {
  const std::size_t before = faults.size();
  if (xml.size() > kMostObkDescription) {
    faults.add({source.string(), 0, 0, {}},
               fmt::format("{} bytes are no OBK description, at most {}", xml.size(), kMostObkDescription));
    return std::nullopt;
  }
  const XmlFile file(xml, source.string(), faults);
  const pugi::xml_node node = find_description(file);
  if (!node || faults.size() != before) return std::nullopt;
  ObkDescription description = read_description(file, node);
  description.source = source;
  if (faults.size() != before) return std::nullopt;
  return description;
}

std::optional<ObkDescription> load_obk_description(const std::filesystem::path& path, Faults& faults) {
  const auto text = read_secret_file(path, kMostObkDescription);
  if (!text) {
    faults.add({path.string(), 0, 0, {}}, text.error().message());
    return std::nullopt;
  }
  return parse_obk_description(text->characters(), path, faults);
}

Result<ObkDescription> parse_obk_description(std::string_view xml, const std::filesystem::path& source) {
  Faults faults;
  auto description = parse_obk_description(xml, source, faults);
  if (!description) return fail(faults.to_error());
  return *std::move(description);
}

std::optional<Permissions> parse_hex_mask(std::string_view text) {
  constexpr std::size_t kMostDigits = 2 * Permissions::kSize;
  std::string_view digits = hex_digits(text);
  if (digits.empty()) return std::nullopt;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > kMostDigits) return std::nullopt;
  Bytes bytes = from_hex(std::string(kMostDigits - digits.size(), '0').append(digits)).value();
  std::ranges::reverse(bytes);
  const Permissions mask = Permissions::from_bytes(bytes);
  wipe(bytes);
  return mask;
}

std::optional<Family> family_of(const ObkDescription& description) {
  return family_of(Obk{.destination = description.destination, .encrypted = description.encrypt, .payload = {}});
}

}  // namespace rigor
