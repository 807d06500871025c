#include "framework/switches/relay_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace rigor {
namespace {

constexpr std::string_view kProductName = "USBRelay";
constexpr std::size_t kReportSize = 8;
constexpr std::size_t kSerialSize = 5;
constexpr std::size_t kStateAt = 7;
constexpr std::uint8_t kOn = 0xFF;
constexpr std::uint8_t kOff = 0xFD;

}  // namespace

unsigned relay_count(const std::string& product) {
  if (!product.starts_with(kProductName) || product.size() != kProductName.size() + 1) return 0;
  const char digit = product.back();
  return digit >= '1' && digit <= '0' + static_cast<char>(kMostRelays) ? static_cast<unsigned>(digit - '0') : 0;
}

Result<RelayBoardReport> read_relay_board(HidDevice& board) {
  RIGOR_TRY(const Bytes report, board.get_feature(kReportSize));
  const bool whole = report.size() == kReportSize;
  if (!whole ||
      !std::all_of(report.begin(), report.begin() + kSerialSize, [](std::uint8_t c) { return c > 0x20 && c < 0x7F; }))
    return fail(Error(Code::line_failed, fmt::format("'{}' is no report of a relay board", to_hex(report)))
                    .hint("is it a USBRelay board?"));
  return RelayBoardReport{std::string(report.begin(), report.begin() + kSerialSize), report[kStateAt]};
}

Result<void> switch_relay(HidDevice& board, unsigned relay, bool on) {
  Bytes report(kReportSize, 0);
  report[0] = on ? kOn : kOff;
  report[1] = static_cast<std::uint8_t>(relay);
  RIGOR_CHECK(board.set_feature(report));
  RIGOR_TRY(const RelayBoardReport after, read_relay_board(board));
  if (after.is_on(relay) == on) return {};
  return fail(
      Error(Code::line_failed, fmt::format("relay {} of board '{}' was told to switch {}, and says that it is {}",
                                           relay, after.serial, on ? "on" : "off", on ? "off" : "on"))
          .hint("does the board have that relay?"));
}

}  // namespace rigor
