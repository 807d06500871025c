// Chains of tests/data/da offered to a part: which certificate is refused, and that the good ones are not.
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

struct Chain {
  const char* file;
  std::size_t accepted;  // certificates answered with NEED_MORE_DATA
  std::size_t offered;
};

class Chains : public testing::TestWithParam<Chain> {};

TEST_P(Chains, AreJudgedCertificateByCertificate) {
  const Chain& chain = GetParam();
  const std::vector<Bytes> records = chain_records(chain.file);
  ASSERT_EQ(records.size(), chain.offered);
  Bench bench(certificate_part(), recorded_challenge());
  bench.start();
  ASSERT_TRUE(open_session(bench));
  ASSERT_TRUE(request(bench, 2));
  std::size_t accepted = 0;
  for (const Bytes& certificate : records) {
    const auto answer = request(bench, 3, to_words(certificate));
    ASSERT_TRUE(answer);
    if (answer->status != 2) {
      EXPECT_EQ(answer->status, 1);
      break;
    }
    ++accepted;
  }
  EXPECT_EQ(accepted, chain.accepted);
}

INSTANTIATE_TEST_SUITE_P(
    Files, Chains,
    testing::Values(Chain{"chains/h5_leaf_chain.b64", 3, 3}, Chain{"chains/h5_root.b64", 1, 1},
                    Chain{"chains/h5_intermediate_chain.b64", 2, 2}, Chain{"chains/h5_restricted_leaf_chain.b64", 3, 3},
                    Chain{"bad/chain_leaf_signature_corrupt.b64", 2, 3}, Chain{"bad/chain_major_version_2.b64", 0, 3},
                    Chain{"bad/chain_order_leaf_before_intermediate.b64", 1, 3},
                    Chain{"bad/chain_root_not_self_signed.b64", 0, 3}, Chain{"bad/chain_truncated.b64", 2, 3},
                    Chain{"bad/chain_tlv_length_too_long.b64", 0, 1}),
    [](const auto& param) {
      std::string name = param.param.file;
      for (char& character : name)
        if (std::isalnum(static_cast<unsigned char>(character)) == 0) character = '_';
      return name;
    });

TEST(Chains, NeutralScopeSuitsEveryPart) {
  Stm32h5Options options = certificate_part(ProductState::provisioning);
  options.device_id = 0x484;
  Bench bench(options, recorded_challenge());
  bench.start();
  EXPECT_EQ(authenticate(bench), 0);
}

}  // namespace
}  // namespace rigor::lab::test
