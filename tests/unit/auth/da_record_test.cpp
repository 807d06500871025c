#include "framework/auth/da_record.hpp"

#include <gmock/gmock.h>

#include <map>

#include "framework/auth/credential.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DaRecordTest : public testing::Test {
 protected:
  Credential certificate(std::string_view chain) {
    return std::move(
        *Credential::load_certificate(crypto_, vectors::path(chain), vectors::path("keys/key_3_leaf.pem")));
  }
  Credential password() {
    return std::move(*Credential::load_password(crypto_, vectors::path("password/password.bin")));
  }
  Crypto crypto_ = vectors::crypto();
};

const std::map<std::string, std::string> kRecordReasons = {
    {"bad/obk_hash_mismatch.obk", "SHA-256"},
    {"bad/obk_truncated.obk", "the length field at byte 4 says 96 bytes of payload, the file has"},
    {"bad/obk_length_field_wrong.obk", "the length field at byte 4 says"},
};

TEST_F(DaRecordTest, EveryVectorGetsItsVerdict) {
  const auto expected = vectors::json("expected.json")["obk"];
  ASSERT_EQ(expected.size(), 8U);
  const Credential by_certificate = certificate("chains/h5_leaf_chain.b64");
  const Credential by_password = password();
  for (const auto& [name, verdict] : expected.items()) {
    const auto record = load_da_record(crypto_, vectors::path(name));
    ASSERT_EQ(record.has_value(), verdict["ok"].get<bool>()) << name;
    if (!record) {
      EXPECT_EQ(record.error().code(), Code::file_invalid);
      EXPECT_THAT(record.error().describe(), HasSubstr(kRecordReasons.at(name))) << name;
      continue;
    }
    const Obk obk = *parse_obk(vectors::bytes(name));
    EXPECT_EQ(obk.destination, std::stoul(verdict["dest"].get<std::string>(), nullptr, 16));
    EXPECT_EQ(obk.payload.size(), verdict["size"].get<std::size_t>());
    EXPECT_EQ(record->encrypted, verdict["enc"] == 1);
    EXPECT_EQ(check_obk_hash(crypto_, obk), ObkHash::valid);
    EXPECT_THAT(record->warnings, IsEmpty());
    const bool is_password = verdict["method"] == "password";
    EXPECT_EQ(by_password.matches(crypto_, *record), is_password) << name;
    EXPECT_EQ(by_certificate.matches(crypto_, *record), !is_password) << name;
    if (record->family == Family::stm32h7rs) {
      EXPECT_EQ(record->method, is_password ? AuthMethod::password : AuthMethod::certificate);
    } else {
      EXPECT_FALSE(record->method) << "an H5 record does not tell";
    }
  }
}

TEST_F(DaRecordTest, MadeRecordsAreThoseOfTheVectors) {
  struct Case {
    const char* file;
    const char* chain;  // null: password
    Family family;
    bool encrypt;
  };
  for (const auto& [file, chain, family, encrypt] :
       {Case{"obk/h5_DA_Config_enc1.obk", "chains/h5_leaf_chain.b64", Family::stm32h5, true},
        Case{"obk/h5_DA_Config_enc0.obk", "chains/h5_leaf_chain.b64", Family::stm32h5, false},
        Case{"obk/h5_DA_ConfigWithPassword_enc1.obk", nullptr, Family::stm32h5, true},
        Case{"obk/h7rs_DA_Config.obk", "chains/h7rs_leaf_chain.b64", Family::stm32h7rs, true},
        Case{"obk/h7rs_DA_ConfigWithPassword.obk", nullptr, Family::stm32h7rs, true}}) {
    const Credential credential = chain != nullptr ? certificate(chain) : password();
    // The vectors' password records carry no permissions at all.
    const auto made = chain != nullptr ? credential.make_record(crypto_, family, encrypt)
                                       : credential.make_record(crypto_, family, encrypt, Permissions());
    ASSERT_TRUE(made);
    EXPECT_EQ(to_hex(made->view()), to_hex(vectors::bytes(file))) << file;
    const auto obk = parse_obk(made->view());
    ASSERT_TRUE(obk);
    EXPECT_TRUE(std::ranges::equal(encode_obk(*obk).view(), vectors::bytes(file)));
  }
  EXPECT_FALSE(password().make_record(crypto_, Family::stm32f4, false));
}

TEST_F(DaRecordTest, PasswordRecordsCarryWhatThoseOfStCarry) {
  for (const auto& [family, permissions] : {std::pair(Family::stm32h5, "0x5077"), {Family::stm32h7rs, "0x0"}}) {
    const auto made = password().make_record(crypto_, family, true);
    ASSERT_TRUE(made);
    const auto record = read_da_record(crypto_, *parse_obk(made->view()));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->permissions.text(), permissions);
  }
}

TEST_F(DaRecordTest, RulesAreNamed) {
  const Obk good = *parse_obk(vectors::bytes("obk/h5_DA_Config_enc1.obk"));
  const auto changed = [&](auto change) {
    Bytes payload(good.payload.view().begin(), good.payload.view().end());
    change(payload);
    std::ranges::copy(crypto_.sha256(ByteView(payload).subspan(32)), payload.begin());
    return read_da_record(crypto_, {good.destination, good.encrypted, Secret(std::move(payload))});
  };
  const Obk elsewhere{0x0FFD0160, true, good.payload.duplicate()};
  EXPECT_THAT(read_da_record(crypto_, elsewhere).error().message(), HasSubstr("0x0ffd0160 holds no"));
  EXPECT_THAT(changed([](Bytes& payload) { payload.resize(80); }).error().message(),
              HasSubstr("has 96 bytes, this one 80"));
  for (const std::uint8_t filler : {std::uint8_t{0x00}, std::uint8_t{0xFF}}) {
    const auto empty = changed([&](Bytes& payload) { std::fill_n(payload.begin() + 32, 32, filler); });
    EXPECT_THAT(empty.error().message(), HasSubstr("credential hash is all"));
  }
  const auto record = changed([](Bytes& payload) {
    payload[95] = 1;
    payload[64 + 15] = 0x80;
  });
  ASSERT_TRUE(record);
  EXPECT_THAT(record->warnings, ElementsAre("the last 16 bytes are not zero", HasSubstr("unknown to the family")));
  Bytes flag = vectors::bytes("obk/h5_DA_Config_enc1.obk");
  flag[8] = 2;
  EXPECT_THAT(parse_obk(flag).error().message(), HasSubstr("flag at byte 8"));
  Bytes longer = vectors::bytes("obk/h5_DA_Config_enc1.obk");
  longer.push_back(0);
  EXPECT_FALSE(parse_obk(longer));
}

TEST_F(DaRecordTest, OtherContentsAreNotCalledCorrupt) {
  const auto kind = [&](std::uint32_t destination) {
    return content_of(Obk{destination, false, Secret(Bytes(64, 7))});
  };
  EXPECT_EQ(kind(0x0FFD0100), ObkContent::da_record);
  EXPECT_EQ(kind(0x0BFD0100), ObkContent::da_record);
  EXPECT_EQ(kind(0x00510008), ObkContent::da_certificate);
  EXPECT_EQ(kind(0x008A0008), ObkContent::da_password);
  EXPECT_EQ(kind(0x00B40008), ObkContent::da_lock);
  EXPECT_EQ(kind(0x0FFD0900), ObkContent::other);
  EXPECT_EQ(check_obk_hash(crypto_, {0x0FFD0900, false, Secret(Bytes(64, 7))}), ObkHash::absent);
  EXPECT_EQ(check_obk_hash(crypto_, {0x00B40008, true, Secret(Bytes(32, 0xFF))}), ObkHash::absent);
  EXPECT_EQ(check_obk_hash(crypto_, {0x0FFD0100, true, Secret(Bytes(96, 7))}), ObkHash::invalid);
  EXPECT_EQ(family_of({0x0FFD0900, false, {}}), Family::stm32h5);
  EXPECT_EQ(family_of({0x0000020F, false, {}}), Family::stm32h7rs);
  EXPECT_FALSE(family_of({0x12345678, false, {}}));
}

}  // namespace
}  // namespace rigor
