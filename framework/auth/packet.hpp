// Requests and responses of a debug-authentication session, as sequences of words (debug-authentication.md 5).
#pragma once

#include <cstdint>
#include <string>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

enum class DaCommand : std::uint16_t {
  discovery = 0x0001,
  start = 0x0002,
  response = 0x0003,
  close = 0x0004,
  resume_boot = 0x0005,
  lock_debug = 0x0006,
};

enum class DaStatus : std::uint16_t {
  success = 0x0000,
  failure = 0x0001,
  need_more_data = 0x0002,
  unsupported = 0x0003,
  unauthorized = 0x0004,
  invalid_parameters = 0x0005,
  invalid_command = 0x7FFF,
};

// "SUCCESS"; "status 0x1234" for a code nobody has named.
[[nodiscard]] std::string status_name(DaStatus status);

// A response of more words than this is nonsense, not data.
inline constexpr std::uint32_t kMostResponseWords = 1024;

// A request as words, made one at a time so that a secret payload is never copied into a buffer.
class RequestWords {
 public:
  // `payload` must outlive this object. The last word is filled up with zeros.
  RequestWords(DaCommand command, ByteView payload) : command_(command), payload_(payload) {}
  [[nodiscard]] std::size_t count() const { return kHeaderWords + payload_words(); }
  [[nodiscard]] std::uint32_t at(std::size_t index) const;

  static constexpr std::size_t kHeaderWords = 2;

 private:
  [[nodiscard]] std::size_t payload_words() const { return (payload_.size() + 3) / 4; }

  DaCommand command_;
  ByteView payload_;
};

struct DaResponse {
  DaStatus status = DaStatus::success;
  Bytes data;
};

struct ResponseHeader {
  DaStatus status = DaStatus::success;
  std::uint32_t data_words = 0;
};
// Errors: da_protocol for reserved bits that are set and for a data_count above kMostResponseWords.
[[nodiscard]] Result<ResponseHeader> decode_response_header(std::uint32_t first, std::uint32_t second);

}  // namespace rigor
