// Certificates and chains described in YAML.
//
//   role: leaf                              # root, intermediate, leaf
//   issuer-key: keys/root.pem               # private; a root needs no other
//   subject-key: keys/leaf.pem              # public or private: only its public half goes in
//   permissions: full-regression, level-1-nonsecure-debug     # or a mask: 0x4001
//   part: H573                              # optional, as all that follows
//   soc-class: 0x484
//   soc-id: 00112233445566778899aabbccddeeff
//   lifecycle: 0x3000
//   usage: standard                         # neutral, standard, rma
//   oem-constraint: 0                       # this, soc-class and lifecycle in hex, with 0x
//
// A chain is a list of these, or of files that hold certificates, root first:
//
//   certificates: [root.b64, {role: leaf, ...}]
//
// The spelling of Arm's tool is read as well: permissions_mask, soc_class, soc_id, oem_constraint, numbers for role and
// usage, and _ between digits. Paths are relative to the description.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "framework/auth/certificate.hpp"
#include "framework/auth/part.hpp"
#include "framework/bench/yaml.hpp"

namespace rigor {

struct CertificateDescription {
  std::string name;
  std::filesystem::path issuer_key;
  std::filesystem::path subject_key;  // empty: the issuer's, which only a root may leave out
  const Part* part = nullptr;         // null: not said
  CertificateRequest request;         // its subject is filled in by build_certificate()
};

// A certificate to make, or a file that holds some.
using ChainItem = std::variant<CertificateDescription, std::filesystem::path>;

// Nothing is returned exactly when a fault was added.
[[nodiscard]] std::optional<CertificateDescription> load_certificate_description(const std::filesystem::path& path,
                                                                                 Faults& faults);
[[nodiscard]] std::optional<std::vector<ChainItem>> load_chain_description(const std::filesystem::path& path,
                                                                           Faults& faults);

// What soc-class, lifecycle and oem-constraint are written as, in files and on the command line: "0x485", or "0". Other
// digits without 0x may mean hex or decimal and are refused. `name` is for the message. Errors: usage.
[[nodiscard]] Result<std::uint32_t> parse_binding(std::string_view name, std::string_view text, std::uint32_t most);

// The words of `usage`.
[[nodiscard]] std::span<const Word<std::uint8_t>> usage_words();
[[nodiscard]] std::span<const Word<Role>> role_words();
// What is wrong with the description for its part, so that no such certificate should be made; and what is merely
// strange.
struct CertificateRemarks {
  std::vector<std::string> refusals;
  std::vector<std::string> warnings;
};
[[nodiscard]] CertificateRemarks remarks_on(const CertificateDescription& description, const PublicKey& subject);

// Opens key files; asks for a passphrase where a file needs one.
struct KeyOpener {
  std::function<Result<SigningKey>(const std::filesystem::path&)> signing_key;
  std::function<Result<PublicKey>(const std::filesystem::path&)> public_half;
};
// `warnings` receives those of remarks_on(). Errors: usage for its refusals, and those of opening keys.
[[nodiscard]] Result<Certificate> build_certificate(const Crypto& crypto, const CertificateDescription& description,
                                                    const KeyOpener& keys, std::vector<std::string>& warnings);

}  // namespace rigor
