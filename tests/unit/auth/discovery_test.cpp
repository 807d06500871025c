#include "framework/auth/discovery.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Discovery from_transcript(std::string_view name) {
  const auto words = vectors::words(vectors::json(name)[3]["words"]);
  Bytes data((words.size() - 2) * 4);
  for (std::size_t i = 2; i < words.size(); ++i) store_le32(data, (i - 2) * 4, words[i]);
  return *parse_discovery(data);
}

TEST(DiscoveryData, AreTheSameInBothPackings) {
  for (const char* name :
       {"transcripts/h5_certificate_full_regression.json", "transcripts/h5_certificate_unpadded_discovery.json"}) {
    const Discovery found = from_transcript(name);
    EXPECT_EQ(found.soc_class, 0x484U);
    EXPECT_EQ(found.soc_id_text(), "0x00000000_35353537_33325105_00350047");
    EXPECT_EQ(found.offered()->text(), "0x5077");
    EXPECT_EQ(found.lifecycle->state(), LifecycleState::closed);
    EXPECT_EQ(found.integrity(), Integrity::valid);
    EXPECT_TRUE(found.offers_certificate());
    EXPECT_FALSE(found.offers_password());
    EXPECT_THAT(found.unknown, IsEmpty());
    EXPECT_THAT(found.lines(),
                ElementsAre("discovery: target ID.......................:0x484",
                            "discovery: SoC ID..........................:0x00000000_35353537_33325105_00350047",
                            "discovery: SDA version.....................:2.4.0",
                            "discovery: Vendor ID.......................:STMicroelectronics",
                            "discovery: PSA lifecycle...................:ST_LIFECYCLE_CLOSED",
                            "discovery: PSA auth version................:1.0",
                            "discovery: ST HDPL1 status.................:0x1",
                            "discovery: ST HDPL2 status.................:0xffffffff",
                            "discovery: ST HDPL3 status.................:0xffffffff",
                            "discovery: Token Formats...................:0x200",
                            "discovery: Certificate Formats.............:0x201",
                            "discovery: cryptosystems...................:Ecdsa-P256 SHA256",
                            "discovery: ST provisioning integrity status:0xeaeaeaea"));
  }
}

TEST(DiscoveryData, OfAPasswordChip) {
  const Discovery found = from_transcript("transcripts/h5_password_full_regression.json");
  EXPECT_TRUE(found.offers_password());
  EXPECT_EQ(found.soc_id, SocId{});
  EXPECT_THAT(found.permission_lines(Family::stm32h5),
              ElementsAre("discovery: permission if authorized...........:(a/14) ==> Full Regression"));
}

TEST(DiscoveryData, EmptyIsNotAnError) {
  const auto found = parse_discovery({});
  ASSERT_TRUE(found);
  EXPECT_THAT(found->lines(), IsEmpty());
  EXPECT_THAT(found->permission_lines(Family::stm32h5), IsEmpty());
  EXPECT_EQ(found->integrity(), Integrity::unknown);
  EXPECT_FALSE(found->offered());
}

TEST(DiscoveryData, WhatIsUnknownOrOddIsKept) {
  Bytes data;
  append_tlv(data, tlv_type::kAuthVersion, Bytes{1, 0});
  append_tlv(data, 0x4242, Bytes{1, 2, 3});
  append_tlv(data, tlv_type::kSocClass, Bytes{1, 2});
  append_tlv(data, tlv_type::kTokenFormats, Bytes{0, 2, 1});
  append_tlv(data, tlv_type::kVendorId, Bytes{0x12, 0x34});
  append_tlv(data, tlv_type::kCryptosystems, Bytes{0x01, 0x80, 0x55});
  append_tlv(data, tlv_type::kEffectivePermissions, Bytes(16, 1));
  const auto found = parse_discovery(data);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->unknown.size(), 3U);
  EXPECT_EQ(found->unknown[0].type, 0x4242);
  EXPECT_EQ(found->unknown[1].type, tlv_type::kSocClass);
  EXPECT_FALSE(found->soc_class);
  EXPECT_EQ(found->offered(), found->effective_permissions);
  EXPECT_THAT(found->lines(), ElementsAre("discovery: Vendor ID.......................:0x3412",
                                          "discovery: PSA auth version................:1.0",
                                          "discovery: cryptosystems...................:Ecdsa-P256 SHA256",
                                          "discovery: cryptosystems...................:ST Password",
                                          "discovery: cryptosystems...................:algorithm 0x55"));
}

TEST(DiscoveryData, BothByteOrdersOfTheVendorAreSt) {
  for (const Bytes& vendor : {Bytes{0x20, 0x00}, Bytes{0x00, 0x20}}) {
    Bytes data;
    append_tlv(data, tlv_type::kVendorId, vendor);
    EXPECT_THAT(parse_discovery(data)->lines(),
                ElementsAre("discovery: Vendor ID.......................:STMicroelectronics"));
  }
}

TEST(LifecycleField, IsReadLeniently) {
  struct Case {
    std::uint16_t raw;
    LifecycleState state;
    const char* text;
  };
  for (const auto& [raw, state, text] :
       {Case{0x10ED, LifecycleState::open, "ST_LIFECYCLE_OPEN"},
        Case{0x2017, LifecycleState::provisioning, "ST_LIFECYCLE_PROVISIONING"},
        Case{0x302E, LifecycleState::irot_provisioned, "ST_LIFECYCLE_IROT_PROVISIONED"},
        Case{0x30C6, LifecycleState::tz_closed, "ST_LIFECYCLE_TZ_CLOSED"},
        Case{0x5072, LifecycleState::closed, "ST_LIFECYCLE_CLOSED"},
        Case{0x305C, LifecycleState::locked, "ST_LIFECYCLE_LOCKED"},
        Case{0x3000, LifecycleState::unknown, "PSA_LIFECYCLE_SECURED"},
        Case{0x9900, LifecycleState::unknown, "0x9900"}}) {
    EXPECT_EQ(Lifecycle{raw}.state(), state);
    EXPECT_EQ(Lifecycle{raw}.text(), text);
  }
}

}  // namespace
}  // namespace rigor
