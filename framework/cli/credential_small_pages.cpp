// Keys, passwords and OTP images: the documents of which there is little to say.
#include <fmt/format.h>

#include "framework/cli/credential_fields.hpp"
#include "framework/cli/credential_page.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

[[nodiscard]] bool is_supported(const KeyFile& key) {
  const AlgorithmFacts* facts = key.public_half ? find_algorithm(key.public_half->algorithm) : nullptr;
  return facts != nullptr && facts->verified;
}

[[nodiscard]] std::string use_words(const KeyFile& key) {
  if (key.locked()) return "nobody can tell: --passphrase-file FILE opens it";
  if (!is_supported(key)) return "none here: this type is described, not used";
  const bool signs = find_algorithm(key.public_half->algorithm)->made;
  return signs && key.is_private ? "signs and verifies" : "verifies";
}

}  // namespace

Page make_page(const Crypto& crypto, const KeyFile& key, std::optional<Family> /*family*/) {
  Page page;
  page.document = {{"kind", "key"},
                   {"type", nullptr},
                   {"private", key.is_private},
                   {"encrypted", key.encrypted},
                   {"supported", is_supported(key)},
                   {"public_sha256", nullptr}};
  if (!key.locked()) page.document["type"] = key.type;
  Fields fields;
  fields.title(fmt::format("{}{} key", key.encrypted ? "encrypted " : "", key.is_private ? "private" : "public"));
  fields.add("type", key.locked() ? "not to be seen without the passphrase" : key.type);
  fields.add("use", use_words(key));
  if (key.public_half) {
    const std::string hash = to_hex(crypto.sha256(key.public_half->bytes));
    page.document["public_sha256"] = hash;
    fields.add("public half", fmt::format("SHA-256 {}", hash));
  }
  page.lines = fields.take();
  return page;
}

Page make_page(const Crypto& /*crypto*/, const PasswordDocument& password, std::optional<Family> /*family*/) {
  Fields fields;
  fields.title("password file");
  fields.add("length", fmt::format("{} characters, in clear text", password.length));
  return {{{"kind", "password"}, {"length", password.length}}, fields.take()};
}

Page make_page(const Crypto& /*crypto*/, const OtpImage& /*image*/, std::optional<Family> /*family*/) {
  constexpr std::size_t kSize = std::tuple_size_v<Digest>;
  Fields fields;
  fields.title("OTP image");
  fields.add("content", "32 bytes without a mark, as the SHA-256 of an H503's password is");
  fields.add("note", "not shown: the password can be guessed from it");
  return {{{"kind", "otp-image"}, {"size", kSize}}, fields.take()};
}

}  // namespace rigor::cli
