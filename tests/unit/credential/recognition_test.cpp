#include "framework/credential/recognition.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using enum CredentialKind;

struct Case {
  std::string_view what;
  std::string file;
  CredentialKind kind;
  std::size_t begin = 0;
};

std::string hex(std::string_view digits) {
  const Bytes bytes = from_hex(digits).value();
  return {bytes.begin(), bytes.end()};
}

TEST(Recognition, TellsKindsByTheirBeginning) {
  const std::string otp = hex("e816e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a");
  const std::vector<Case> cases = {
      {"nothing", "", unknown},
      {"three bytes", hex("000001"), unknown},
      {"a certificate record", hex("00000102"), chain},
      {"a record of another type", hex("00000202d4000000"), unknown},
      {"a password record", hex("00000080"), password},
      {"base64 of a certificate record", "AAABAtQAAAA", chain},
      {"the same after blanks and with line ends", " \r\nAAAB\nAtQAAAA", chain, 3},
      {"base64 of another record", "AAACAtQAAAA", unknown},
      {"base64 of a bare certificate", "AQABAQEBAAA", chain},
      {"base64 that is too short to tell", "AAABAtQ", unknown},
      {"a bare certificate", hex("0100010101010000"), chain},
      {"a bare certificate of format 0.1", hex("0001010101010000"), chain},
      {"a bare certificate of format 1.1", hex("01010a0a01010000"), chain},
      {"a bare certificate with one unknown algorithm", hex("0100017e"), chain},
      {"format 1.2", hex("01020101"), unknown},
      {"two unknown algorithms", hex("01007e7e"), unknown},
      {"an H5 destination", hex("0001fd0f"), obk},
      {"its non-secure alias", hex("0001fd0b"), obk},
      {"an H7RS code that looks like format 0.1", hex("00010000"), obk},
      {"an unknown destination, header fits", hex("785634120100000000000000aa"), obk},
      {"an unknown destination, length does not fit", hex("785634120200000000000000aa"), unknown},
      {"an unknown destination, flag does not fit", hex("785634120100000002000000aa"), unknown},
      {"a private key", "-----BEGIN PRIVATE KEY-----", key},
      {"a curve before the key", "-----BEGIN EC PARAMETERS-----\nAA\n-----END EC PARAMETERS-----", key},
      {"words before the key", "Bag Attributes\n-----BEGIN PUBLIC KEY-----", key, 15},
      {"an armoured chain", "-----BEGIN ADAC CERTIFICATE CHAIN-----", chain},
      {"an X.509 certificate", "-----BEGIN CERTIFICATE-----", unknown},
      {"DER, PKCS#8", hex("3081870201003013"), key},
      {"DER, SubjectPublicKeyInfo", hex("3059301306072a86"), key},
      {"DER of another meaning", hex("3059311306072a86"), unknown},
      {"text that begins like DER", "0Y0123456789", unknown},
      {"DER, SubjectPublicKeyInfo of RSA", hex("30820122300d06092a864886"), key},
      {"DER, encrypted PKCS#8", hex("3081ec305706092a864886"), key},
      {"a hash that begins like XML", hex("3c16e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a"),
       otp_image},
      {"XML", "<?xml version=\"1.0\"?>", xml},
      {"XML after a byte order mark and a line end", "\xEF\xBB\xBF\n<Root>", xml, 4},
      {"a hash for OTP", otp, otp_image},
      {"one byte less", otp.substr(1), unknown},
      {"32 bytes that are equal", std::string(32, '\xFF'), unknown},
      {"32 characters of text", "correct horse battery staple 123", unknown},
      {"blanks", "  \n ", unknown},
  };
  for (const Case& each : cases) {
    const Recognition found = recognise(Bytes(each.file.begin(), each.file.end()));
    EXPECT_EQ(kind_words(found.kind), kind_words(each.kind)) << each.what;
    if (found.kind == each.kind && each.kind != unknown) {
      EXPECT_EQ(found.begin, each.begin) << each.what;
    }
  }
}

}  // namespace
}  // namespace rigor
