#include "fixtures/virtual/st_link/reply_fifo.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rigor::lab {
namespace {

using End = ReplyFifo::End;

struct TakeCase {
  const char* what;
  std::vector<std::size_t> replies;
  std::size_t wanted;
  std::size_t got;
  End end;
  bool emptied;
};

TEST(ReplyFifo, CutsRepliesIntoPacketsOfSixtyFour) {
  const TakeCase cases[] = {
      {"nothing there", {}, 64, 0, End::wanting, true},
      {"exact", {6}, 6, 6, End::full, true},
      {"a larger buffer ends at the short packet", {2}, 64, 2, End::short_packet, true},
      {"one reply at a time", {2, 6}, 64, 2, End::short_packet, false},
      {"128 bytes are two full packets", {128}, 128, 128, End::full, true},
      {"no empty packet follows a full one", {128}, 256, 128, End::wanting, true},
      {"so the next reply runs on", {64, 2}, 256, 66, End::short_packet, true},
      {"half of an identifier leaves the other half", {128}, 64, 64, End::full, false},
      {"a packet that does not fit is lost", {6}, 2, 0, End::overflow, true},
      {"what came before it stays", {70}, 66, 64, End::overflow, true},
  };
  for (const TakeCase& each : cases) {
    ReplyFifo fifo;
    std::uint8_t fill = 1;
    for (const std::size_t size : each.replies) std::ranges::fill(fifo.push(size), fill++);
    Bytes buffer(each.wanted);
    const auto taken = fifo.take(buffer, 64);
    EXPECT_EQ(taken.bytes, each.got) << each.what;
    EXPECT_EQ(taken.end, each.end) << each.what;
    EXPECT_EQ(fifo.empty(), each.emptied) << each.what;
  }
}

TEST(ReplyFifo, GivesTheNextClientWhatTheLastOneLeft) {
  ReplyFifo fifo;
  fifo.push(2)[0] = 0x02;
  std::ranges::fill(fifo.push(6), std::uint8_t{0x28});
  Bytes buffer(6);
  EXPECT_EQ(fifo.take(buffer, 64).bytes, 2U) << "a version request is answered by a stale mode";
  EXPECT_EQ(buffer[0], 0x02);
  fifo.clear();
  EXPECT_TRUE(fifo.empty());
  EXPECT_EQ(fifo.pushed(), 2U);
}

TEST(ReplyFifo, ADroppedReplyIsGone) {
  ReplyFifo fifo;
  fifo.push(2)[0] = 1;
  fifo.push(6)[0] = 2;
  fifo.drop_newest();
  Bytes buffer(8);
  EXPECT_EQ(fifo.take(buffer, 64).bytes, 2U);
  EXPECT_TRUE(fifo.empty());
}

}  // namespace
}  // namespace rigor::lab
