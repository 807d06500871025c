#include "framework/auth/mailbox.hpp"

#include <fmt/format.h>

#include <bit>

#include "framework/auth/polling.hpp"
#include "framework/base/bytes.hpp"

namespace rigor {
namespace {

// DBGMCU (section 2.1).
constexpr std::uint32_t kIdentity = 0x000;
constexpr std::uint32_t kHost = 0x100;
constexpr std::uint32_t kDevice = 0x104;
constexpr std::uint32_t kAck = 0x108;
constexpr std::uint32_t kFlags = 0x3;

// The target has not performed the access.
[[nodiscard]] bool not_done(Code code) { return code == Code::swd_wait || code == Code::swd_fault; }

// What passes by itself right after reset.
[[nodiscard]] bool passing(Code code) {
  return not_done(code) || code == Code::swd_no_answer || code == Code::swd_parity || code == Code::access_port_locked;
}

[[nodiscard]] bool plausible_identity(std::uint32_t word) {
  const std::uint32_t device = word & 0xFFFU;
  return device != 0 && device != 0xFFFU;
}

}  // namespace

Mailbox::Mailbox(Probe& probe, Clock& clock, Timeline& timeline, const AuthenticationFacts& facts,
                 FlagClearing clearing)
    : probe_(probe),
      clock_(clock),
      timeline_(timeline),
      port_{.number = facts.access_port, .control = 0},
      base_(facts.dbgmcu_base),
      mapping_(facts.ack_mapping == "b" ? AckMapping::b : AckMapping::a),
      clearing_(clearing) {}

Result<void> Mailbox::reconnect() {
  RIGOR_CHECK(probe_.attach());
  return probe_.open_access_port(port_.number);
}

Result<void> Mailbox::connect(TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    auto connected = reconnect();
    if (connected || !passing(connected.error().code())) return connected;
    RIGOR_TRY(const bool more, polling.again());
    if (!more) {
      return fail(Code::da_mailbox_missing, fmt::format("access port {} does not open", port_.number),
                  connected.error());
    }
  }
}

Result<std::uint32_t> Mailbox::read_patiently(std::uint32_t offset, TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    auto value = probe_.read_word(port_, base_ + offset);
    if (value || !passing(value.error().code())) return value;
    if (value.error().code() == Code::swd_no_answer) {
      if (auto again = reconnect(); !again && !passing(again.error().code())) return fail(again.error());
    }
    RIGOR_TRY(const bool more, polling.again());
    if (!more)
      return fail(Code::da_timeout, fmt::format("{} stayed unreadable", hex_word(base_ + offset)), value.error());
  }
}

Result<std::uint32_t> Mailbox::read_identity(TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    const auto word = read_patiently(kIdentity, deadline);
    if (!word && word.error().code() != Code::da_timeout) return word;
    if (word && plausible_identity(*word)) return word;
    RIGOR_TRY(const bool more, polling.again());
    if (more) continue;
    if (!word) return fail(Code::da_mailbox_missing, "DBGMCU does not answer while reset is held", word.error());
    return fail(Code::da_mailbox_missing,
                fmt::format("DBGMCU_IDCODE at {} reads {} while reset is held", hex_word(base_), hex_word(*word)));
  }
}

Result<std::uint32_t> Mailbox::read_flags(TimePoint deadline) {
  RIGOR_TRY(const std::uint32_t word, read_patiently(kAck, deadline));
  return word & kFlags;
}

Result<void> Mailbox::await_flag(std::uint32_t flag, bool set, TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    RIGOR_TRY(const std::uint32_t flags, read_flags(deadline));
    if (((flags & flag) != 0) == set) return {};
    RIGOR_TRY(const bool more, polling.again());
    if (!more) {
      return fail(Code::da_timeout,
                  set ? "the chip wrote no word in time" : "the chip did not take the last word in time");
    }
  }
}

Result<void> Mailbox::write_register(std::uint32_t offset, std::uint32_t value, TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    auto written = probe_.write_word(port_, base_ + offset, value);
    if (written || !not_done(written.error().code())) return written;
    RIGOR_TRY(const bool more, polling.again());
    if (!more)
      return fail(Code::da_timeout, fmt::format("{} stayed unwritable", hex_word(base_ + offset)), written.error());
  }
}

Result<std::uint32_t> Mailbox::take_device_word(TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    auto word = probe_.read_word(port_, base_ + kDevice);
    if (word || !not_done(word.error().code())) return word;
    RIGOR_TRY(const bool more, polling.again());
    if (!more) return fail(Code::da_timeout, "the chip's word stayed unreadable", word.error());
  }
}

// Section 2.3. What a flag did when the magic word was written is the stronger evidence.
void Mailbox::learn_mapping(std::uint32_t at_first, std::uint32_t drained, std::uint32_t planted) {
  const std::uint32_t rose = planted & ~drained;
  const std::uint32_t fell = at_first & ~drained;
  std::uint32_t host = 0;
  if (std::has_single_bit(rose)) {
    host = rose;
  } else if (rose == 0 && std::has_single_bit(fell)) {
    host = kFlags & ~fell;
  } else if (rose == 0 && std::has_single_bit(drained)) {
    host = drained;
  }
  mapping_learnt_ = host != 0;
  if (mapping_learnt_) mapping_ = host == 1 ? AckMapping::a : AckMapping::b;
}

Result<void> Mailbox::require_planted(std::uint32_t magic, std::uint32_t flags, TimePoint deadline) {
  if (flags != 0) return {};
  // Only here, on the way to an error, is HOST read back: it tells a wrong address from a chip that is not in reset.
  RIGOR_TRY(const std::uint32_t host, read_patiently(kHost, deadline));
  if (host == magic) {
    return fail(Error(Code::da_no_response,
                      "something took the magic word although reset was held: reset does not reach the chip")
                    .hint("connect the reset output to the chip's NRST pin (not to TRST)"));
  }
  return fail(
      Error(Code::da_mailbox_missing, fmt::format("no flag rose when the magic word was written, and {} reads {}",
                                                  hex_word(base_ + kHost), hex_word(host)))
          .hint("wrong chip file: another family has its mailbox at another address"));
}

Result<void> Mailbox::plant(std::uint32_t magic, TimePoint deadline) {
  RIGOR_TRY(const std::uint32_t at_first, read_flags(deadline));
  std::uint32_t drained = at_first;
  if (at_first != 0) {
    RIGOR_TRY(const std::uint32_t stale, take_device_word(deadline));
    timeline_.add(Channel::mailbox, "device", stale, "read to drain a stale word");
    RIGOR_TRY(drained, read_flags(deadline));
  }
  RIGOR_CHECK(write_register(kHost, magic, deadline));
  timeline_.add(Channel::mailbox, "host", magic);
  RIGOR_TRY(const std::uint32_t planted, read_flags(deadline));
  RIGOR_CHECK(require_planted(magic, planted, deadline));
  learn_mapping(at_first, drained, planted);
  // The stale word has been read, yet its flag is there: this chip leaves clearing to the host.
  if ((planted & device_flag()) == 0 || clearing_ == FlagClearing::hardware) return {};
  clearing_ = FlagClearing::software;
  return write_register(kAck, planted & ~device_flag(), deadline);
}

Result<std::optional<std::uint32_t>> Mailbox::await_answer(TimePoint deadline) {
  for (Polling polling(clock_, deadline);;) {
    const auto ack = probe_.read_word(port_, base_ + kAck);
    if (!ack && !passing(ack.error().code())) return fail(ack.error());
    evidence_.link_lost = !ack;
    if (!ack && ack.error().code() == Code::swd_no_answer) {
      if (auto again = reconnect(); !again && !passing(again.error().code())) return fail(again.error());
    }
    if (ack && (*ack & host_flag()) == 0) evidence_.host_word_taken = true;
    if (ack && (*ack & device_flag()) != 0) {
      RIGOR_TRY(const std::uint32_t word, take_device_word(deadline));
      timeline_.add(Channel::mailbox, "device", word);
      return learn_clearing(word, deadline);
    }
    RIGOR_TRY(const bool more, polling.again());
    if (!more) return std::nullopt;
  }
}

Result<std::uint32_t> Mailbox::learn_clearing(std::uint32_t word, TimePoint deadline) {
  if (clearing_ == FlagClearing::hardware) return word;
  if (clearing_ == FlagClearing::automatic) {
    RIGOR_TRY(const std::uint32_t flags, read_flags(deadline));
    if ((flags & device_flag()) == 0) {
      clearing_ = FlagClearing::hardware;
      return word;
    }
    RIGOR_TRY(const std::uint32_t repeated, take_device_word(deadline));
    if (repeated != word) {  // a left-over of start-up came first
      timeline_.add(Channel::mailbox, "device", repeated);
      return repeated;
    }
    clearing_ = FlagClearing::software;
  }
  RIGOR_CHECK(write_register(kAck, 0, deadline));
  return word;
}

Result<void> Mailbox::write_word(std::uint32_t word, TimePoint deadline) {
  RIGOR_CHECK(await_flag(host_flag(), false, deadline));
  RIGOR_CHECK(write_register(kHost, word, deadline));
  timeline_.add(Channel::mailbox, "host", word);
  return {};
}

Result<std::uint32_t> Mailbox::read_word(TimePoint deadline) {
  RIGOR_CHECK(await_flag(device_flag(), true, deadline));
  RIGOR_TRY(const std::uint32_t word, take_device_word(deadline));
  timeline_.add(Channel::mailbox, "device", word);
  // The chip speaks only after it has taken every word of ours, so the host flag is 0 as well.
  if (clearing_ == FlagClearing::software) RIGOR_CHECK(write_register(kAck, 0, deadline));
  return word;
}

}  // namespace rigor
