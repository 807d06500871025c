// Makes certificates and tokens with the synthetic keys, for what no file of tests/data/da holds.
#pragma once

#include "tests/lab/authentication/da_host.hpp"

namespace rigor::lab::test {

struct CertificateFields {
  std::uint8_t role = 1;
  std::uint8_t usage = 1;
  std::uint16_t lifecycle = 0;
  std::uint16_t oem_constraint = 0;
  std::uint32_t soc_class = 0;
  Bytes soc_id = Bytes(16, 0);
  std::uint32_t permissions = 0x5077;
  Bytes extensions = {};
};

// Keys are "root", "intermediate" and "leaf".
Bytes make_certificate(const CertificateFields& fields, const std::string& subject, const std::string& issuer);
Bytes make_token(std::uint32_t permissions, const std::string& key, ByteView challenge);
// Opens, starts and offers root (signed by itself) and leaf (signed by the root), then a token for the challenge that
// came. The statuses of the answers to each, as far as it went.
std::vector<std::uint16_t> offer(SwdDebugger& bench, const CertificateFields& root, const CertificateFields& leaf,
                                 std::uint32_t permissions);

}  // namespace rigor::lab::test
