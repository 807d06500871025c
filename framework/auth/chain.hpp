// Certificate chains: the files that hold them and everything that can be wrong with them
// (debug-authentication.md 9.1).
//
//   RIGOR_TRY(const CertificateChain chain, load_chain("leaf_chain.b64"));
//   const ChainReport report = check_chain(crypto, chain, {});
//   if (!report.valid()) for (const ChainFault& fault : report.faults) std::puts(fault.text().c_str());
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

struct Discovery;

// What a chain is held against. What is absent is not checked.
struct ChainContext {
  std::optional<PublicKey> signing_key;    // must be the last certificate's
  const Discovery* target = nullptr;       // soc class, soc id
  std::optional<Digest> provisioned_hash;  // of the root key, from a DA record
  Permissions wanted;                      // must survive the masks of all certificates
  std::optional<Permissions> record_mask;  // of the DA record, narrows what is granted
  bool strict = false;                     // also refuse an extensions hash without extensions
};

struct ChainFault {
  std::optional<std::size_t> certificate;  // absent: the chain as a whole
  std::string what;
  [[nodiscard]] std::string text() const;  // "certificate 2: signature is not the parent's"
};

struct CertificateState {
  SignatureState signature = SignatureState::unsupported;
  ExtensionState extensions = ExtensionState::none;
};

struct ChainReport {
  std::vector<CertificateState> certificates;
  std::vector<ChainFault> faults;       // every reason, in the order of section 9.1
  Permissions granted;                  // AND of all masks
  std::optional<Digest> root_key_hash;  // absent when the first certificate is no P-256 root
  [[nodiscard]] bool valid() const { return faults.empty(); }
};

[[nodiscard]] ChainReport check_chain(const Crypto& crypto, const CertificateChain& chain, const ChainContext& context);

// Only whether the chain is bound to another chip than `target`: for a chain whose signatures were checked when it was
// loaded, which do not change with the chip.
[[nodiscard]] std::vector<ChainFault> check_chain_binding(const CertificateChain& chain, const Discovery& target);

}  // namespace rigor
