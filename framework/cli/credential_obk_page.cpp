#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/cli/credential_fields.hpp"
#include "framework/cli/credential_page.hpp"
#include "framework/credential/examination.hpp"
#include "framework/credential/obk_destination.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;
using Families = std::vector<Family>;

[[nodiscard]] Families families_of(const ObkExamination& examination, std::optional<Family> asked) {
  if (asked) return {*asked};
  return examination.family ? Families{*examination.family} : Families{};
}

// The hash of a password can be guessed offline; an H5 record does not tell whether it is one.
[[nodiscard]] bool holds_password(const ObkExamination& examination) {
  return examination.content == ObkContent::da_password;
}

[[nodiscard]] std::string credential_words(const ObkExamination& examination) {
  if (holds_password(examination)) return "SHA-256 of a password, not shown: it can be guessed offline";
  const std::string hash = to_hex(examination.record->credential);
  if (examination.content == ObkContent::da_certificate) return "root key, SHA-256 " + hash;
  return "SHA-256 " + hash + " of a root key or a password";
}

[[nodiscard]] std::string encryption_words(bool encrypted) {
  return encrypted ? "flag 1: the part encrypts it when storing it" : "flag 0: the part stores it as it is";
}

[[nodiscard]] std::vector<std::string> names_of(const std::vector<const Part*>& parts, bool with_doubt) {
  std::vector<std::string> names;
  for (const Part* part : parts)
    names.push_back(fmt::format("{}{}", part->name, with_doubt && !part->encrypts_confirmed ? " (inferred)" : ""));
  return names;
}

[[nodiscard]] std::string hash_words(ObkHash hash) {
  if (hash == ObkHash::absent) return "absent: the payload does not begin with the SHA-256 of the rest";
  return hash == ObkHash::valid ? "valid" : "NOT VALID";
}

[[nodiscard]] json obk_json(const Obk& obk, const ObkExamination& examination, const Families& families) {
  json document = {{"kind", "obk"},
                   {"destination", hex_word(obk.destination)},
                   {"destination_meaning", destination_meaning(obk.destination)},
                   {"family", nullptr},
                   {"size", obk.payload.size()},
                   {"encrypted", obk.encrypted},
                   {"parts", names_of(examination.suited, false)},
                   {"hash", obk_hash_name(examination.hash)},
                   {"content", obk_content_name(examination.content)},
                   {"key_sha256", nullptr},
                   {"permissions", nullptr},
                   {"reasons", examination.faults},
                   {"warnings", examination.warnings}};
  if (examination.family) document["family"] = family_key(*examination.family);
  if (!examination.record) return document;
  if (!holds_password(examination)) document["key_sha256"] = to_hex(examination.record->credential);
  document["permissions"] = examination.record->permissions.text();
  document["permission_names"] = permission_names_json(families, examination.record->permissions);
  return document;
}

[[nodiscard]] std::vector<std::string> obk_lines(const Obk& obk, const ObkExamination& examination,
                                                 const Families& families) {
  Fields fields;
  fields.title("OBK file");
  if (!examination.faults.empty()) fields.add("verdict", "NOT VALID");
  fields.add_all("because", examination.faults);
  fields.add("destination", fmt::format("{} ({})", hex_word(obk.destination), destination_meaning(obk.destination)));
  fields.add("family", examination.family ? family_title(*examination.family) : "unknown");
  fields.add("payload", fmt::format("{} bytes", obk.payload.size()));
  fields.add("encryption", encryption_words(obk.encrypted));
  if (!examination.suited.empty())
    fields.add("for", fmt::format("{}", fmt::join(names_of(examination.suited, true), ", ")));
  fields.add("hash", hash_words(examination.hash));
  if (examination.record) {
    fields.add("credential", credential_words(examination));
    fields.add("permissions", examination.record->permissions, families);
  }
  fields.add_all("warning", examination.warnings);
  return fields.take();
}

}  // namespace

Page make_page(const Crypto& crypto, const Obk& obk, std::optional<Family> family) {
  const ObkExamination examination = examine(crypto, obk);
  const Families families = families_of(examination, family);
  return {obk_json(obk, examination, families), obk_lines(obk, examination, families), examination.faults.empty()};
}

}  // namespace rigor::cli
