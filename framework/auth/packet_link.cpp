#include "framework/auth/packet_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace rigor {

Result<TimePoint> PacketLink::word_deadline(Duration limit, TimePoint packet_deadline) const {
  const TimePoint now = clock_.now();
  if (now >= packet_deadline) return fail(Code::da_timeout, "the packet as a whole took too long");
  return std::min(now + limit, packet_deadline);
}

Result<void> PacketLink::send(const RequestWords& words, std::string_view what, std::size_t first_secret) {
  const TimePoint packet_deadline = clock_.now() + kPacketLimitInWordLimits * word_limit_;
  const auto send_one = [&](std::size_t index) -> Result<void> {
    RIGOR_TRY(const TimePoint deadline, word_deadline(word_limit_, packet_deadline));
    std::optional<Timeline::Concealment> hidden;
    if (index >= first_secret) hidden.emplace(timeline_);
    return mailbox_.write_word(words.at(index), deadline);
  };
  for (std::size_t i = 0; i < words.count(); ++i) {
    if (auto sent = send_one(i); !sent) {
      return fail(sent.error().code(), fmt::format("sending {}: word {} of {}", what, i + 1, words.count()),
                  sent.error());
    }
  }
  return {};
}

Result<DaResponse> PacketLink::receive(std::string_view what, Duration first_limit) {
  const TimePoint packet_deadline = clock_.now() + first_limit + kPacketLimitInWordLimits * word_limit_;
  const auto read_one = [&](Duration limit) -> Result<std::uint32_t> {
    RIGOR_TRY(const TimePoint deadline, word_deadline(limit, packet_deadline));
    return mailbox_.read_word(deadline);
  };
  const auto next = [&](std::size_t index, Duration limit) -> Result<std::uint32_t> {
    auto word = read_one(limit);
    if (word) return word;
    return fail(word.error().code(), fmt::format("receiving the answer to {}: word {}", what, index + 1), word.error());
  };
  RIGOR_TRY(const std::uint32_t first, next(0, first_limit));
  RIGOR_TRY(const std::uint32_t second, next(1, word_limit_));
  const auto header = decode_response_header(first, second);
  if (!header) return fail(Code::da_protocol, fmt::format("the answer to {}", what), header.error());
  DaResponse response{header->status, Bytes(std::size_t{header->data_words} * 4)};
  for (std::size_t i = 0; i < header->data_words; ++i) {
    RIGOR_TRY(const std::uint32_t word, next(i + RequestWords::kHeaderWords, word_limit_));
    store_le32(response.data, 4 * i, word);
  }
  return response;
}

}  // namespace rigor
