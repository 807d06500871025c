// `rigor credential verify`: would this part accept this chain, and every reason if not.
#include <algorithm>

#include "framework/base/bytes.hpp"
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Arguments = std::vector<std::string>;
using Json = nlohmann::json;

const std::string kChain = kData + "chains/h5_leaf_chain.b64";
const std::string kRoot = kData + "keys/key_1_root_pub.pem";
const std::string kLeaf = kData + "keys/key_3_leaf.pem";

class CredentialVerify : public ProgramTest {
 protected:
  Arguments with(Arguments more) {
    more.insert(more.begin(), {"credential", "verify"});
    return more;
  }
  Json verify(const Arguments& arguments, int exit_code) { return json(with(arguments), exit_code); }
  Arguments reasons(const Arguments& arguments) { return verify(arguments, 1).at("reasons"); }
};

TEST_F(CredentialVerify, AChainThatFitsIsAccepted) {
  const Json document = verify({kChain, "--root", kRoot, "--obk", kData + "obk/h5_DA_Config_enc1.obk", "--key", kLeaf,
                                "--part", "STM32H573IIK3Q", "--uid", "0x00000000_35353537_3332510A_00350047",
                                "--lifecycle", "closed", "--ask", "full-regression,level-1-secure-debug"},
                               0);
  EXPECT_EQ(document.at("accepted"), true);
  EXPECT_EQ(document.at("reasons"), Json::array());
  EXPECT_EQ(document.at("notes"), Json::array());
  EXPECT_EQ(document.at("granted"), "0x5077");
}

TEST_F(CredentialVerify, EveryReasonIsGiven) {
  const Arguments arguments = {kData + "chains/h5_restricted_leaf_chain.b64",
                               "--root",
                               kLeaf,
                               "--obk",
                               kData + "obk/h5_DA_Config_enc0.obk",
                               "--key",
                               kRoot,
                               "--part",
                               "H573",
                               "--lifecycle",
                               "locked",
                               "--ask",
                               "full-regression"};
  EXPECT_THAT(reasons(arguments),
              ElementsAre(HasSubstr("signing key"), HasSubstr("given root key"), HasSubstr("encryption flag is 0"),
                          HasSubstr("grants 0x32"), "part: in state locked it does not answer debug authentication"));
  const Finished done = rigor(with(arguments));
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.out, AllOf(StartsWith("NOT ACCEPTED by an H573 for full-regression\n"), HasSubstr("grants 0x32")));
}

TEST_F(CredentialVerify, WhatIsTakenOnTrustIsNoted) {
  EXPECT_EQ(verify({kChain}, 0).at("notes").size(), 2U);
  EXPECT_THAT(verify({kChain, "--key", kLeaf}, 0).at("notes").get<Arguments>(), ElementsAre(HasSubstr("no root key")));
}

TEST_F(CredentialVerify, WhatNoPartTakesIsNotAccepted) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"bad/chain_leaf_signature_corrupt.b64", "certificate 2: signature"},
      {"bad/chain_order_leaf_before_intermediate.b64", "certificate 1: signature"},
      {"bad/chain_root_not_self_signed.b64", "certificate 0: self signature"},
      {"bad/chain_major_version_2.b64", "certificate 0: major version 2"},
      {"chains/h5_intermediate_chain.b64", "ends with an intermediate"},
  };
  for (const auto& [name, reason] : cases)
    EXPECT_THAT(reasons({kData + name}), ::testing::Contains(HasSubstr(reason))) << name;
}

TEST_F(CredentialVerify, TheObkSpeaksForThePart) {
  const auto obk = [&](const std::string& name) { return reasons({kChain, "--obk", kData + name}); };
  EXPECT_THAT(obk("obk/h7rs_DA_ConfigWithPassword.obk"), ::testing::Contains(HasSubstr("is not the provisioned")));
  EXPECT_THAT(obk("bad/obk_hash_mismatch.obk"), ::testing::Contains(StartsWith("OBK: the SHA-256")));
  Bytes lock(44, 0xFF);
  store_le32(lock, 0, 0x00B40008);
  store_le32(lock, 4, 32);
  store_le32(lock, 8, 1);
  write("lock.obk", {lock.begin(), lock.end()});
  EXPECT_THAT(reasons({kChain, "--obk", "lock.obk"}), ElementsAre("OBK: it forbids debug authentication for ever"));
}

// A leaf that is bound to a chip cannot be among the vectors, whose keys sign nothing here; a root can be judged
// whatever its signature says.
TEST_F(CredentialVerify, AnIdIsReadInAllItsForms) {
  Bytes root(212);
  root[0] = root[2] = root[3] = root[4] = root[5] = 1;
  const std::string id = "470035000a5132333735353500000000";
  const Bytes bytes = from_hex(id).value();
  std::ranges::copy(bytes, root.begin() + 20);
  write("bound.cert", {root.begin(), root.end()});
  const auto bound = [&](const std::string& uid) {
    const Arguments all = reasons({"bound.cert", "--uid", uid});
    return std::ranges::any_of(all, [](const std::string& reason) { return reason.contains("bound to soc id"); });
  };
  for (const std::string& same : {id, id.substr(0, 24), std::string("0x00000000_35353537_3332510A_00350047"),
                                  std::string("35353537_3332510A_00350047")})
    EXPECT_FALSE(bound(same)) << same;
  for (const std::string& other : {"01" + id.substr(2), std::string("0x00000001_35353537_3332510A_00350047")})
    EXPECT_TRUE(bound(other)) << other;
}

TEST_F(CredentialVerify, WrongRequestsAreTold) {
  write("empty", "\n");
  const std::vector<std::pair<Arguments, std::string>> cases = {
      {{"absent.b64"}, "absent.b64"},
      {{kData + "bad/chain_truncated.b64"}, "at byte 440"},
      {{kChain, "--part", "H999"}, "no part"},
      {{kChain, "--uid", "4700"}, "no chip id"},
      {{kChain, "--uid", "0x0_35353537_3332510A_00350047"}, "no chip id"},
      {{kChain, "--uid", "00000000_35353537_3332510A_00350047_"}, "no chip id"},
      {{kChain, "--lifecycle", "close"}, "did you mean 'closed'"},
      {{kChain, "--lifecycle", "0x10000"}, "no life cycle"},
      {{kChain, "--ask", "full-regresion"}, "full-regression"},
      {{kChain, "--part", "H7S3", "--ask", "tz-regression"}, "no permission"},
      {{kChain, "--key", kChain}, "h5_leaf_chain.b64"},
      {{kChain, "--root", "absent.pem"}, "absent.pem"},
      {{kChain, "--obk", kData + "bad/obk_truncated.obk"}, "obk_truncated.obk"},
      {{kChain, "--passphrase-file", "empty"}, "is empty"},
  };
  for (const auto& [arguments, words] : cases) {
    const Finished done = rigor(with(arguments));
    EXPECT_EQ(done.exit_code, 2) << done.err;
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, AllOf(StartsWith("error: "), HasSubstr(words)));
  }
}

}  // namespace
}  // namespace rigor::test
