// What the commands of `rigor credential make` share.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "framework/auth/chain.hpp"
#include "framework/auth/part.hpp"
#include "framework/auth/signing_key.hpp"
#include "framework/cli/credential_arguments.hpp"
#include "framework/credential/certificate_description.hpp"
#include "framework/credential/credential_file.hpp"

namespace rigor::cli {

void add_make_key(CLI::App& make, Chosen& chosen);
void add_make_certificate(CLI::App& make, Chosen& chosen);
void add_make_chain(CLI::App& make, Chosen& chosen);
void add_make_password(CLI::App& make, Chosen& chosen);
void add_make_obk(CLI::App& make, Chosen& chosen);

// Where the result goes.
struct MakeTarget {
  std::filesystem::path out;
  bool force = false;

  [[nodiscard]] Result<void> check() const { return check_free(out, force); }
  [[nodiscard]] Result<void> write(ByteView content, Visibility visibility) const {
    return write_credential_file(out, content, visibility, force);
  }
  [[nodiscard]] Result<StagedFile> stage(ByteView content, Visibility visibility) const {
    return StagedFile::write(out, content, visibility, force);
  }
};
void add_target(CLI::App& command, MakeTarget& target, bool out_required = true);

// What was made, for the reader or as one document, and what ought to be known about it.
class MakeReport {
 public:
  explicit MakeReport(const Output& output) : output_(output) {}

  // On standard error at once, however the result is asked for, and in the document.
  void warn(const std::string& text);
  void note(const std::string& text);
  void warn_all(const std::vector<std::string>& texts);
  // `document` has `file` and `kind`; never a secret.
  [[nodiscard]] int done(nlohmann::json document, const std::string& line) const;

 private:
  const Output& output_;
  std::vector<std::string> warnings_;
  std::vector<std::string> notes_;
};

// Opens keys; the passphrase comes from the file, or is asked for once for every file that needs one.
class KeyRing {
 public:
  KeyRing(const Crypto& crypto, std::filesystem::path passphrase_file)
      : crypto_(crypto), passphrase_file_(std::move(passphrase_file)) {}

  [[nodiscard]] Result<SigningKey> signing_key(const std::filesystem::path& path);
  // Of a public or a private key file.
  [[nodiscard]] Result<PublicKey> public_half(const std::filesystem::path& path);
  [[nodiscard]] KeyOpener opener();

 private:
  [[nodiscard]] Result<Secret> passphrase_for(const std::filesystem::path& path);

  const Crypto& crypto_;
  std::filesystem::path passphrase_file_;
  std::map<std::filesystem::path, Secret> passphrases_;
};

// A chain that nobody has verified is not used. Errors: file_invalid with the sentence `otherwise` and every reason as
// a cause, also those that leave the answer open.
[[nodiscard]] Result<ChainReport> require_valid(const Crypto& crypto, const CertificateChain& chain,
                                                const std::string& otherwise);
// Null when nothing was given.
[[nodiscard]] Result<const Part*> parse_part_option(const std::string& text);

}  // namespace rigor::cli
