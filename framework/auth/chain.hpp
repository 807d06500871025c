// Certificate chains: the files that hold them and everything that can be wrong with them
// (debug-authentication.md 9.1).
//
//   RIGOR_TRY(const CertificateChain chain, load_chain("leaf_chain.b64"));
//   const ChainReport report = check_chain(crypto, chain);
//   for (const ChainFault& fault : report.faults) std::puts(fault.text().c_str());
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/auth/certificate.hpp"
#include "framework/auth/crypto.hpp"

namespace rigor {

struct CertificateChain {
  std::vector<Certificate> certificates;  // root first
  bool bare = false;                      // the file held one certificate without its record

  [[nodiscard]] const Certificate& last() const { return certificates.back(); }
};

// Takes base64 with or without line breaks, the armoured form, and raw records. Never returns an empty chain.
// Errors: credential_unreadable; messages begin with "container:" or "certificate N:" and name the byte offset.
[[nodiscard]] Result<CertificateChain> parse_chain(ByteView file);
[[nodiscard]] Result<CertificateChain> load_chain(const std::filesystem::path& path);

// The padded records of all certificates, and the same as one line of base64 as ST's tools write it.
[[nodiscard]] Bytes encode_chain(const CertificateChain& chain);
[[nodiscard]] std::string encode_chain_base64(const CertificateChain& chain);

struct ChainFault {
  std::optional<std::size_t> certificate;  // absent: the chain as a whole
  std::string what;
  bool of_place = false;  // the root is missing before it: no blame for a certificate that stands alone
  [[nodiscard]] std::string text() const;  // "certificate 2: signature is not the parent's"
};

struct CertificateState {
  SignatureState signature = SignatureState::unsupported;
  ExtensionState extensions = ExtensionState::none;
};

struct ChainReport {
  std::vector<CertificateState> certificates;
  std::vector<ChainFault> faults;       // every reason why no part takes it, in the order of section 9.1
  Permissions granted;                  // AND of all masks
  std::optional<Digest> root_key_hash;  // absent when the first certificate is no root
  // False: no part takes it. Absent: a signature is unsupported or its issuer is not in the file, so nobody can tell.
  [[nodiscard]] std::optional<bool> valid() const;
};

// The chain in itself: formats, roles, signatures, extensions, and bindings that contradict each other. What a part, a
// key or an action adds is judge_chain()'s. `strict` also refuses an extensions hash without extensions.
[[nodiscard]] ChainReport check_chain(const Crypto& crypto, const CertificateChain& chain, bool strict = false);

}  // namespace rigor
