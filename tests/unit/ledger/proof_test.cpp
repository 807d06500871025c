#include "framework/ledger/proof.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/ledger/ledger_fixture.hpp"

namespace rigor::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void prove(Ledger& ledger) {
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  ASSERT_TRUE(ledger.intend(kFirst, {"provisioning", kUse, {"/key"}}));
  ASSERT_TRUE(ledger.provisioned(kFirst, kUse));
  ASSERT_TRUE(ledger.discovered(kFirst, good_discovery()));
  ASSERT_TRUE(ledger.intend(kFirst, {"open", {}, {}}));
  ASSERT_TRUE(ledger.confirm(kFirst, "open"));
  ASSERT_TRUE(ledger.rehearsed(kFirst, kUse));
  ASSERT_TRUE(ledger.intend(kFirst, {"provisioning", kUse, {"/key"}}));
  ASSERT_TRUE(ledger.confirm(kFirst, "provisioning"));
  ASSERT_TRUE(ledger.provisioned(kFirst, kUse));
  ASSERT_TRUE(ledger.discovered(kFirst, good_discovery()));
}

TEST_F(LedgerTest, AProvenCredentialMayClose) {
  Ledger ledger = open();
  prove(ledger);
  const auto proven = ledger.proven(kFirst, kUse);
  EXPECT_TRUE(proven) << proven.error().describe();
  // Saying so beforehand, with the same credential, changes nothing.
  ASSERT_TRUE(ledger.intend(kFirst, {"closed", kUse, {"/key"}}));
  EXPECT_TRUE(ledger.proven(kFirst, kUse));
}

struct Missing {
  const char* name;
  std::function<void(BoardRecord&, CredentialUse&)> spoil;
  std::string says;
};

TEST_F(LedgerTest, NamesEachPointThatIsMissing) {
  Ledger ledger = open();
  prove(ledger);
  const BoardRecord good = *ledger.find(kFirst).value();
  ASSERT_THAT(missing_proofs(good, kUse), IsEmpty());
  const Missing cases[] = {
      {"no rehearsal", [](auto& r, auto&) { r.rehearsals.clear(); }, "no regression was ever rehearsed"},
      {"rehearsed otherwise", [](auto& r, auto&) { r.rehearsals[0].use.digest = "ff"; }, "credential ff instead of"},
      {"rehearsed with TZEN", [](auto& r, auto&) { r.rehearsals[0].use.security = true; }, "TZEN on instead of off"},
      {"rehearsed encrypted", [](auto& r, auto&) { r.rehearsals[0].use.encrypted = true; },
       "encryption flag on instead of off"},
      {"rehearsed by certificate", [](auto& r, auto&) { r.rehearsals[0].use.method = "certificate"; },
       "method certificate instead of password"},
      {"never provisioned", [](auto& r, auto&) { r.provisioned.reset(); }, "not provisioned since"},
      {"provisioned otherwise", [](auto& r, auto&) { r.provisioned->use.digest = "ee"; },
       "last provisioned with credential ee"},
      {"no discovery", [](auto& r, auto&) { r.provisioned->discovered.reset(); }, "no discovery was made"},
      {"integrity", [](auto& r, auto&) { r.provisioned->discovered->integrity = 0xF5F5F5F5; },
       "integrity 0xf5f5f5f5, not 0xeaeaeaea"},
      {"method", [](auto& r, auto&) { r.provisioned->discovered->method = "certificate"; },
       "offers method certificate"},
      {"permission", [](auto& r, auto&) { r.provisioned->discovered->full_regression = false; }, "bit 14"},
      {"life cycle", [](auto& r, auto&) { r.provisioned->discovered->lifecycle = "closed"; }, "made in closed"},
      {"identity",
       [](auto& r, auto&) {
         r.binding.identity = BoardIdentity::unknown;
         r.binding.reason = "power lost";
       },
       "is unknown: power lost"},
      {"no digest",
       [](auto& r, auto& u) {
         u.digest.clear();
         r.rehearsals[0].use.digest.clear();
         r.provisioned->use.digest.clear();
       },
       "has no digest"},
  };
  for (const Missing& c : cases) {
    BoardRecord record = good;
    CredentialUse use = kUse;
    c.spoil(record, use);
    EXPECT_THAT(missing_proofs(record, use), ElementsAre(HasSubstr(c.says))) << c.name;
  }
}

TEST_F(LedgerTest, NamesEveryPointAtOnce) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  const auto refused = ledger.proven(kFirst, kUse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::credential_unproven);
  EXPECT_THAT(refused.error().message(), HasSubstr("no regression was ever rehearsed"));
  EXPECT_THAT(refused.error().message(), HasSubstr("not provisioned since"));
  EXPECT_THAT(refused.error().message(), HasSubstr(kFirst.text()));
}

TEST_F(LedgerTest, AProofEndsWithWhatItProved) {
  Ledger ledger = open();
  prove(ledger);
  // A new provisioning: the discovery was of the old one.
  ASSERT_TRUE(ledger.provisioned(kFirst, kUse));
  EXPECT_THAT(ledger.proven(kFirst, kUse).error().message(), HasSubstr("no discovery was made"));
  ASSERT_TRUE(ledger.discovered(kFirst, good_discovery()));
  ASSERT_TRUE(ledger.proven(kFirst, kUse));
  // The mere intention of another credential: nobody knows what is on the board.
  CredentialUse other = kUse;
  other.encrypted = true;
  ASSERT_TRUE(ledger.intend(kFirst, {"closed", other, {}}));
  EXPECT_FALSE(ledger.proven(kFirst, kUse));
  EXPECT_FALSE(ledger.proven(kFirst, other));
}

TEST_F(LedgerTest, OpenEndsTheProvisioningButNotTheRehearsal) {
  Ledger ledger = open();
  prove(ledger);
  ASSERT_TRUE(ledger.confirm(kFirst, "OPEN"));
  const BoardRecord record = *ledger.find(kFirst).value();
  EXPECT_EQ(record.provisioned, std::nullopt);
  EXPECT_EQ(record.rehearsals.size(), 1U);
}

TEST_F(LedgerTest, ADoubtfulPlaceForbidsClosing) {
  Ledger ledger = open();
  prove(ledger);
  ASSERT_TRUE(ledger.invalidate("bench-a", "power was lost"));
  EXPECT_EQ(ledger.proven(kFirst, kUse).error().code(), Code::credential_unproven);
  ASSERT_TRUE(ledger.bind(sighting("bench-a", kFirst)));
  EXPECT_TRUE(ledger.proven(kFirst, kUse));
}

}  // namespace
}  // namespace rigor::test
