// Reading small XML files that hold no attributes worth reading: elements with their places, mistakes as faults.
//
// The text may be a secret: it is parsed inside one buffer that is wiped, and faults never carry lines of it. Document
// type declarations, entities other than XML's own five and characters that XML 1.0 does not know are refused, nothing
// is expanded or fetched.
#pragma once

#include <optional>
#include <pugixml.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/secret.hpp"
#include "framework/bench/fault.hpp"

namespace rigor {

// One parsed file. Nodes point into it.
class XmlFile {
 public:
  // `faults` must outlive it. When the text is no XML, a fault says why and root() is empty.
  XmlFile(std::string_view text, std::string name, Faults& faults);
  XmlFile(const XmlFile&) = delete;
  XmlFile& operator=(const XmlFile&) = delete;
  ~XmlFile();

  [[nodiscard]] pugi::xml_node root() const { return document_.document_element(); }
  [[nodiscard]] Faults& faults() const { return faults_; }

  // Where the element begins, or the text in it when there is one.
  [[nodiscard]] Place place_of(const pugi::xml_node& element) const;
  [[nodiscard]] Place place_of_text(const pugi::xml_node& element) const;
  // The text of an element that holds nothing else. A fault and nothing when it holds elements, or an entity that is
  // none of the five. The view lives as long as the file and is as secret as that.
  [[nodiscard]] std::optional<std::string_view> text_of(const pugi::xml_node& element) const;

 private:
  [[nodiscard]] Place place_at(std::ptrdiff_t offset) const;
  [[nodiscard]] bool check_whole(const pugi::xml_parse_result& parsed) const;
  [[nodiscard]] bool check_entities(const pugi::xml_node& text, const pugi::xml_node& element) const;

  Secret original_;  // for places: parsing writes into the other
  Bytes buffer_;
  std::string name_;
  Faults& faults_;
  pugi::xml_document document_;
};

// The children of an element by name. Unknown and repeated ones are faults.
class XmlFields {
 public:
  struct Field {
    std::string_view name;
    bool repeats = false;
  };
  XmlFields(const XmlFile& file, const pugi::xml_node& element, std::span<const Field> known);

  [[nodiscard]] bool has(std::string_view name) const { return static_cast<bool>(find(name)); }
  [[nodiscard]] pugi::xml_node find(std::string_view name) const;
  // Where a fault about the field belongs: its text, or the parent when it is not there.
  [[nodiscard]] Place place(std::string_view name) const;

  // Its text without the blanks around it. Missing or empty is a fault when `required`; then, or when it is not there,
  // the result is empty.
  [[nodiscard]] std::string text(std::string_view name, bool required) const;
  // The same, required, for what may be a secret.
  [[nodiscard]] Secret secret(std::string_view name) const;
  // Exactly as written, for secrets; nothing after a fault.
  [[nodiscard]] std::optional<std::string_view> exact_text(std::string_view name) const;
  // Decimal or 0x hex, at most `most`.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name, std::uint64_t most, bool required) const;

 private:
  [[nodiscard]] std::string_view trimmed_text(std::string_view name, bool required) const;

  const XmlFile& file_;
  pugi::xml_node element_;
  std::vector<pugi::xml_node> found_;
};

}  // namespace rigor
