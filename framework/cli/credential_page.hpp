// What `rigor credential show` says of one document: as JSON for programs and as a table for people.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "framework/credential/document.hpp"

namespace rigor::cli {

struct Page {
  nlohmann::json document;
  std::vector<std::string> lines;
  bool sound = true;  // false: a signature, a hash or a rule is invalid
};

// `family` narrows the names of permissions; absent: what the document itself tells.
// No page holds a password, a private number, or the hash of what is known to be a password.
[[nodiscard]] Page make_page(const Crypto& crypto, const CertificateChain& chain, std::optional<Family> family);
[[nodiscard]] Page make_page(const Crypto& crypto, const Obk& obk, std::optional<Family> family);
[[nodiscard]] Page make_page(const Crypto& crypto, const PasswordDocument& password, std::optional<Family> family);
[[nodiscard]] Page make_page(const Crypto& crypto, const KeyFile& key, std::optional<Family> family);
[[nodiscard]] Page make_page(const Crypto& crypto, const ObkDescription& description, std::optional<Family> family);
[[nodiscard]] Page make_page(const Crypto& crypto, const OtpImage& image, std::optional<Family> family);

}  // namespace rigor::cli
