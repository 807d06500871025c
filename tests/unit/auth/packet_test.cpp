#include "framework/auth/packet.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

std::vector<std::uint32_t> all(const RequestWords& words) {
  std::vector<std::uint32_t> list;
  for (std::size_t i = 0; i < words.count(); ++i) list.push_back(words.at(i));
  return list;
}

TEST(Packet, CountsWordsNotBytes) {
  using testing::ElementsAre;
  EXPECT_THAT(all(RequestWords(DaCommand::discovery, {})), ElementsAre(0x00010000, 0));
  EXPECT_THAT(all(RequestWords(DaCommand::start, {})), ElementsAre(0x00020000, 0));
  const Bytes five = {1, 2, 3, 4, 5};
  EXPECT_THAT(all(RequestWords(DaCommand::response, five)), ElementsAre(0x00030000, 2, 0x04030201, 0x00000005));
  const Bytes password = vectors::bytes("password/password.bin");
  EXPECT_THAT(all(RequestWords(DaCommand::response, password)),
              ElementsAre(0x00030000, 6, 0x80000000, 0x10, 0x746e7973, 0x69746568, 0x61702d63, 0x312d7373));
}

TEST(Packet, ReadsHeaders) {
  const auto header = decode_response_header(0x7FFF0000, 1024);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->status, DaStatus::invalid_command);
  EXPECT_EQ(header->data_words, 1024U);
  for (const auto& [first, second] : {std::pair(0x00000001U, 0U), {0x00010001U, 0U}, {0U, 1025U}, {0U, 0xFFFFFFFFU}}) {
    const auto refused = decode_response_header(first, second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Code::da_protocol);
  }
}

TEST(Packet, NamesEveryStatus) {
  EXPECT_EQ(status_name(DaStatus::success), "SUCCESS");
  EXPECT_EQ(status_name(DaStatus::invalid_parameters), "INVALID_PARAMETERS");
  EXPECT_EQ(status_name(static_cast<DaStatus>(0x99)), "status 0x0099");
}

}  // namespace
}  // namespace rigor
