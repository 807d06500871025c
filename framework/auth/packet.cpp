#include "framework/auth/packet.hpp"

#include <fmt/format.h>

namespace rigor {

std::string status_name(DaStatus status) {
  switch (status) {
    case DaStatus::success:
      return "SUCCESS";
    case DaStatus::failure:
      return "FAILURE";
    case DaStatus::need_more_data:
      return "NEED_MORE_DATA";
    case DaStatus::unsupported:
      return "UNSUPPORTED";
    case DaStatus::unauthorized:
      return "UNAUTHORIZED";
    case DaStatus::invalid_parameters:
      return "INVALID_PARAMETERS";
    case DaStatus::invalid_command:
      return "INVALID_COMMAND";
  }
  return fmt::format("status 0x{:04x}", static_cast<unsigned>(status));
}

std::uint32_t RequestWords::at(std::size_t index) const {
  if (index == 0) return static_cast<std::uint32_t>(command_) << 16;
  if (index == 1) return static_cast<std::uint32_t>(payload_words());
  const std::size_t at = (index - kHeaderWords) * 4;
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4 && at + i < payload_.size(); ++i) {
    word |= static_cast<std::uint32_t>(payload_[at + i]) << (8 * i);
  }
  return word;
}

Result<ResponseHeader> decode_response_header(std::uint32_t first, std::uint32_t second) {
  if ((first & 0xFFFFU) != 0) {
    return fail(Code::da_protocol,
                fmt::format("the response begins with {}, whose reserved half is not 0", hex_word(first)));
  }
  if (second > kMostResponseWords) {
    return fail(Code::da_protocol,
                fmt::format("the response announces {} data words, more than {}", second, kMostResponseWords));
  }
  return ResponseHeader{static_cast<DaStatus>(first >> 16), second};
}

}  // namespace rigor
