#include "tests/unit/auth/fake_board.hpp"

#include <fmt/format.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

constexpr std::uint32_t kHost = 0x100;
constexpr std::uint32_t kDevice = 0x104;
constexpr std::uint32_t kAck = 0x108;
constexpr std::uint32_t kMagic = 0x53544441;

}  // namespace

std::vector<Turn> FakeBoard::transcript(std::string_view name) {
  std::vector<Turn> turns;
  for (const auto& turn : vectors::json(fmt::format("transcripts/{}.json", name))) {
    turns.push_back({turn.at("dir") == "host", vectors::words(turn.at("words"))});
  }
  return turns;
}

void FakeBoard::leave_stale_word(std::uint32_t word) { put_device_word(word); }
void FakeBoard::leave_host_word(std::uint32_t word) {
  host_register_ = word;
  host_flag_ = true;
}

void FakeBoard::put_device_word(std::uint32_t word) {
  device_register_ = word;
  device_flag_ = true;
}

std::uint32_t FakeBoard::flags() const {
  const std::uint32_t host_bit = mapping_b ? 2U : 1U;
  return (host_flag_ ? host_bit : 0U) | (device_flag_ ? 3U - host_bit : 0U);
}

Result<void> FakeBoard::attach() {
  ++attaches;
  return {};
}

Result<void> FakeBoard::open_access_port(std::uint8_t number) {
  if (number == 0) port_open_ = true;
  return {};
}

Result<void> FakeBoard::hold() {
  held = true;
  if (!reset_wired) return {};
  ++pulses;
  in_service_ = false;
  return {};
}

Result<void> FakeBoard::release() {
  held = false;
  if (!reset_wired) return {};
  released_ = clock_.now();
  turn_ = 0;
  word_ = 0;
  if (start_up_word) put_device_word(*start_up_word);
  in_service_ = serves && host_flag_ && host_register_ == kMagic;
  return {};
}

bool FakeBoard::run_script_once() {
  if (turn_ >= script.size() || !mismatch.empty()) return false;
  const Turn& turn = script[turn_];
  const std::uint32_t word = turn.words[word_];
  if (turn.from_host) {
    if (!host_flag_) return false;
    host_flag_ = false;
    host_words.push_back(host_register_);
    if (host_register_ != word) {
      mismatch = fmt::format("turn {} word {}: {:08x} instead of {:08x}", turn_, word_, host_register_, word);
    }
  } else {
    if (device_flag_ || clock_.now() < released_ + answer_delay) return false;
    put_device_word(word);
  }
  if (++word_ == turn.words.size()) {
    word_ = 0;
    ++turn_;
  }
  return true;
}

void FakeBoard::run_chip() {
  if (firmware_eats_words) host_flag_ = false;
  if (!in_service_) return;
  while (run_script_once()) {
  }
}

Result<void> FakeBoard::enter(AccessPort port, bool write, std::uint32_t address) {
  ++accesses;
  clock_.advance(access_time);
  if (!port_open_ || port.number != 0) return fail(Code::access_port_closed, "not opened");
  if (fault) {
    if (auto error = fault(write, address - base)) return fail(std::move(*error));
  }
  run_chip();
  return {};
}

Result<std::uint32_t> FakeBoard::read_word(AccessPort port, std::uint32_t address) {
  RIGOR_CHECK(enter(port, false, address));
  switch (address - base) {
    case 0:
      return chip_id;
    case kHost:
      return host_register_;
    case kAck:
      return flags();
    case kDevice:
      if (!device_flag_) ++unflagged_device_reads;
      if (!software_clears_device_flag) device_flag_ = false;
      return device_register_;
    default:
      return fail(Code::swd_fault, "nothing there");
  }
}

Result<void> FakeBoard::write_word(AccessPort port, std::uint32_t address, std::uint32_t value) {
  RIGOR_CHECK(enter(port, true, address));
  switch (address - base) {
    case kHost:
      if (!host_writes_arrive) return {};
      if (host_flag_ && !held) ++lost_host_words;
      host_register_ = value;
      host_flag_ = true;
      return {};
    case kAck:
      if (software_clears_device_flag && (value & (mapping_b ? 1U : 2U)) == 0) device_flag_ = false;
      return {};
    default:
      return fail(Code::swd_fault, "nothing there");
  }
}

Result<void> FakeBoard::read_memory(AccessPort, std::uint32_t, std::span<std::uint8_t>) {
  mismatch = "a block read near the mailbox";
  return fail(Code::swd_fault, mismatch);
}
Result<void> FakeBoard::write_memory(AccessPort, std::uint32_t, ByteView) {
  mismatch = "a block write near the mailbox";
  return fail(Code::swd_fault, mismatch);
}

}  // namespace rigor
