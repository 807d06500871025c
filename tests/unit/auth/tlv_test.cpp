#include "framework/auth/tlv.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

struct Walk {
  const char* hex;
  int padded;  // records, -1: refused
  int packed;
};

class Walks : public testing::TestWithParam<Walk> {};

TEST_P(Walks, GiveTheRecordsOrRefuse) {
  const Bytes data = *from_hex(GetParam().hex);
  const auto padded = walk_tlvs(data, Packing::padded);
  const auto packed = walk_tlvs(data, Packing::packed);
  EXPECT_EQ(padded ? static_cast<int>(padded->size()) : -1, GetParam().padded);
  EXPECT_EQ(packed ? static_cast<int>(packed->size()) : -1, GetParam().packed);
}

INSTANTIATE_TEST_SUITE_P(All, Walks,
                         testing::Values(Walk{"", 0, 0},                  //
                                         Walk{"00000000000000", 0, 0},    // fewer than 8 zeros
                                         Walk{"00000000000001", -1, -1},  //
                                         Walk{"0000000000000000", 0, 0},  // a record of type 0 ends
                                         Walk{"00000000000000000000000000000000000000", 0, 0},  //
                                         Walk{"0000000000000000000000000000000001", -1, -1},  // something after the end
                                         Walk{"0000010002000000"
                                              "0100"
                                              "0000",
                                              1, 1},  // padding is zero
                                         Walk{"0000010002000000"
                                              "0100"
                                              "0001",
                                              1, -1},  // a walk that packs sees it
                                         Walk{"0000010002000000"
                                              "0100",
                                              1, 1},  // no padding at the end
                                         Walk{"0000010003000000"
                                              "0100",
                                              -1, -1},  // too short
                                         Walk{"00000100ffffffff"
                                              "0100",
                                              -1, -1},                      //
                                         Walk{"0100010000000000", -1, -1},  // reserved
                                         Walk{"0000010000000000", 1, 1},    // empty value
                                         Walk{"0000010002000000"
                                              "0100"
                                              "0000030004000000"
                                              "84040000",
                                              -1, 2},  // packed
                                         Walk{"0000010002000000"
                                              "01000000"
                                              "0000030004000000"
                                              "84040000",
                                              2, -1}));

TEST(Tlv, FindsThePackingOfBothTranscripts) {
  struct Case {
    const char* name;
    Packing packing;
  };
  for (const auto& [name, packing] : {Case{"transcripts/h5_certificate_full_regression.json", Packing::padded},
                                      Case{"transcripts/h5_certificate_unpadded_discovery.json", Packing::packed}}) {
    const auto words = vectors::words(vectors::json(name)[3]["words"]);
    Bytes data((words.size() - 2) * 4);
    for (std::size_t i = 2; i < words.size(); ++i) store_le32(data, (i - 2) * 4, words[i]);
    const auto walked = walk_discovery_tlvs(data);
    ASSERT_TRUE(walked);
    EXPECT_EQ(walked->packing, packing);
    EXPECT_EQ(walked->records.size(), 14U);
  }
}

TEST(Tlv, WhenBothWalksSucceedTheSensibleOneWins) {
  // Padded: two records, known types and lengths. Packed: the padding shifts into the next header and still adds up.
  Bytes data;
  append_tlv(data, tlv_type::kAuthVersion, Bytes{1, 0});
  append_tlv(data, tlv_type::kSocClass, Bytes{0x84, 4, 0, 0});
  EXPECT_EQ(walk_discovery_tlvs(data)->packing, Packing::padded);
  // Without any record of odd length both agree and padded is said.
  const Bytes even = *from_hex(
      "0000030004000000"
      "84040000");
  EXPECT_EQ(walk_discovery_tlvs(even)->packing, Packing::padded);
  EXPECT_FALSE(walk_discovery_tlvs(*from_hex("010001000200000001000000")));
}

TEST(Tlv, NamesTheByteWhereItWentWrong) {
  const auto walked = walk_tlvs(*from_hex("0000010002000000"
                                          "01000000"
                                          "0000030009000000"
                                          "84040000"),
                                Packing::padded);
  ASSERT_FALSE(walked);
  EXPECT_THAT(walked.error().message(), HasSubstr("record 0x0003 at byte 12 says 9 bytes, only 4 follow"));
}

TEST(Tlv, WrittenRecordsArePadded) {
  Bytes data;
  append_tlv(data, tlv_type::kCryptosystems, Bytes{0x80});
  append_tlv(data, 0x0042, {});
  EXPECT_EQ(to_hex(data),
            "0000020101000000"
            "80000000"
            "0000420000000000");
}

}  // namespace
}  // namespace rigor
