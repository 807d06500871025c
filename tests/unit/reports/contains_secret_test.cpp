#include "tests/support/contains_secret.hpp"

#include <gtest/gtest.h>

namespace rigor::test {
namespace {

const Bytes kBytes{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x0f, 0x1e, 0x2d, 0x3c, 0x00, 0x00, 0x00, 0x00};

Secret secret() { return Secret(kBytes); }

TEST(ContainsSecret, FindsEveryForm) {
  const std::string forms[] = {
      std::string(kBytes.begin(), kBytes.end()),
      "x" + std::string(kBytes.begin() + 4, kBytes.begin() + 12),
      "123456789abcdef00f1e2d3c00000000",
      "12 34 56 78 9A BC DE F0 0F 1E 2D 3C 00 00 00 00",
      "{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x0f, 0x1e, 0x2d, 0x3c, 0, 0, 0, 0}",
      "EjRWeJq83vAPHi08AAAAAA==",  // alone
      "eBI0Vnia"
      "vN7wDx4tPAAAAAB5eg==",                          // x + secret + yz
      "eHgSNFZ4mrze8A8eLTwAAAAA",                      // xx + secret
      "EjRWeJq8\n3vAPHi08AAAAAA==",                    // wrapped
      "word 0x78563412 sent",                          // little-endian word
      "word 0x12345678 sent",                          // as it lies
      "[[1,\"mailbox\",\"host\",2018915346,0,\"\"]]",  // decimal
      "device F0DEBC9A",
  };
  for (const std::string& form : forms) EXPECT_TRUE(contains_secret("before " + form + " after", secret())) << form;
}

TEST(ContainsSecret, IsSilentAboutCleanArtefacts) {
  EXPECT_EQ(contains_secret("", secret()), std::nullopt);
  EXPECT_EQ(contains_secret("nothing here 00000000 0x12345670 2018915347 12018915346", secret()), std::nullopt);
  EXPECT_EQ(contains_secret(std::string(4096, '\0'), secret()), std::nullopt);
  EXPECT_EQ(contains_secret("anything", Secret()), std::nullopt);
}

TEST(ContainsSecret, SaysWhichWord) { EXPECT_EQ(contains_secret("f0debc9a", secret()), "word 1 as hex f0debc9a"); }

}  // namespace
}  // namespace rigor::test
