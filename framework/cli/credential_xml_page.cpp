#include <fmt/format.h>

#include "framework/cli/credential_fields.hpp"
#include "framework/cli/credential_page.hpp"
#include "framework/credential/obk_destination.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

[[nodiscard]] std::string_view kind_name(ObkElement::Kind kind) {
  switch (kind) {
    case ObkElement::Kind::key_file:
      return "key-file";
    case ObkElement::Kind::password:
      return "password";
    case ObkElement::Kind::permissions:
      return "permissions";
    case ObkElement::Kind::data:
      return "data";
  }
  return "data";
}

// Data may be a key of the user's; only what is no secret is quoted.
[[nodiscard]] bool is_public(const ObkElement& element) {
  return element.kind == ObkElement::Kind::key_file || element.kind == ObkElement::Kind::permissions;
}

[[nodiscard]] json element_json(const ObkElement& element) {
  json object = {{"kind", kind_name(element.kind)},
                 {"name", element.name},
                 {"width", element.width},
                 {"line", element.place.line}};
  if (is_public(element)) object["value"] = element.value;
  return object;
}

// A mask with its names.
[[nodiscard]] std::string value_words(const ObkElement& element, std::optional<Family> family) {
  if (!is_public(element)) return "not shown";
  if (element.kind != ObkElement::Kind::permissions || !family) return element.value;
  return fmt::format("{} ({})", element.value, permission_words(*family, element.permissions));
}

[[nodiscard]] std::string element_words(const ObkElement& element, std::optional<Family> family) {
  return fmt::format("line {}: {} '{}', {}", element.place.line, kind_name(element.kind), element.name,
                     value_words(element, family));
}

}  // namespace

Page make_page(const Crypto& /*crypto*/, const ObkDescription& description, std::optional<Family> asked) {
  const auto family = family_of(description);
  const std::string_view content =
      obk_content_name(content_of({.destination = description.destination, .encrypted = false, .payload = {}}));
  json elements = json::array();
  std::vector<std::string> words;
  for (const ObkElement& element : description.elements) {
    elements.push_back(element_json(element));
    words.push_back(element_words(element, asked ? asked : family));
  }
  Page page;
  page.document = {{"kind", "xml"},
                   {"title", description.title},
                   {"destination", hex_word(description.destination)},
                   {"destination_meaning", destination_meaning(description.destination)},
                   {"family", nullptr},
                   {"content", content},
                   {"encrypted", description.encrypt},
                   {"align", description.align},
                   {"mcu", description.mcu},
                   {"hash", description.hash},
                   {"credential", description.credential},
                   {"elements", elements},
                   {"output", description.output}};
  if (family) page.document["family"] = family_key(*family);
  Fields fields;
  fields.title("description of an OBK file");
  fields.add("title", description.title);
  fields.add("destination",
             fmt::format("{} ({})", hex_word(description.destination), destination_meaning(description.destination)));
  fields.add("family", family ? family_title(*family) : "unknown");
  fields.add("encryption", description.encrypt ? "flag 1" : "flag 0");
  fields.add("begins with", description.hash ? "SHA-256 of what follows" : "its first element");
  fields.add_all("elements", words);
  fields.add("output", description.output.empty() ? "not named" : description.output);
  page.lines = fields.take();
  return page;
}

}  // namespace rigor::cli
