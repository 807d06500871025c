// A whole session with a chip that answers anything: opening, discovery, authentication.
//
// The input is the chip: one byte of choices for the session, then for each word that the chip sends one byte of
// circumstances and the four bytes of the word. When the input ends the chip is silent for ever.
#include <fmt/format.h>

#include "framework/auth/session.hpp"
#include "tests/fuzz/fuzzer.hpp"
#include "tests/unit/auth/manual_clock.hpp"

using namespace rigor;

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kBase = 0xE0044000;
// The session waits with bounds; this many accesses mean that one is missing.
constexpr int kMostAccesses = 200'000;

enum Circumstance : std::uint8_t {
  kMemoryFault = 0x01,  // the access before this word fails once
  kLinkLost = 0x02,
  kLate = 0x04,           // the word comes after several polls
  kHostWordStays = 0x08,  // the chip does not take the next host word
};

class AnyChip : public Probe, public ResetPin {
 public:
  AnyChip(ManualClock& clock, ByteView input) : clock_(clock), input_(input) {}

  const ProbeIdentity& identity() const override { return identity_; }
  Result<void> attach() override { return {}; }
  Result<void> detach() override { return {}; }
  Result<unsigned> set_speed_khz(unsigned wish) override { return wish; }
  unsigned speed_khz() const override { return 1000; }
  Result<std::uint32_t> read_debug_port_id() override { return 0x0BE12477; }
  Result<void> open_access_port(std::uint8_t) override { return {}; }
  Result<void> close_access_port(std::uint8_t) override { return {}; }
  Result<void> read_memory(AccessPort, std::uint32_t, std::span<std::uint8_t>) override { return refuse_block(); }
  Result<void> write_memory(AccessPort, std::uint32_t, ByteView) override { return refuse_block(); }
  Result<void> drive_reset(bool) override { return {}; }
  Result<double> target_voltage() override { return 3.3; }
  Result<void> hold() override { return set_held(true); }
  Result<void> release() override { return set_held(false); }
  std::string driven_by() const override { return "probe"; }

  Result<std::uint32_t> read_word(AccessPort, std::uint32_t address) override {
    RIGOR_CHECK(enter());
    switch (address - kBase) {
      case 0x000:
        return 0x10000478;
      case 0x104:
        return take_word();
      case 0x108:
        return flags();
      default:
        return 0;
    }
  }
  Result<void> write_word(AccessPort, std::uint32_t address, std::uint32_t) override {
    RIGOR_CHECK(enter());
    if (address - kBase == 0x100) host_word_waits_ = held_ || (circumstance() & kHostWordStays) != 0;
    return {};
  }

 private:
  static Result<void> refuse_block() {
    fuzz::require(false, "no block access near the mailbox");
    return {};
  }
  Result<void> set_held(bool held) {
    held_ = held;
    if (!held) host_word_waits_ = false;
    return {};
  }
  [[nodiscard]] std::uint8_t circumstance() const { return input_.size() >= 5 ? input_[0] : std::uint8_t{0}; }

  Result<void> enter() {
    fuzz::require(++accesses_ < kMostAccesses, "every wait has a bound");
    clock_.advance(100us);
    const std::uint8_t now = circumstance();
    if (faulted_ || held_) return {};
    faulted_ = true;
    if ((now & kMemoryFault) != 0) return fail(Code::swd_fault, "fault");
    if ((now & kLinkLost) != 0) return fail(Code::swd_no_answer, "silence");
    return {};
  }
  std::uint32_t flags() {
    const bool late = (circumstance() & kLate) != 0 && polls_++ < 3;
    const bool word = !held_ && input_.size() >= 5 && !late;
    return (host_word_waits_ ? 1U : 0U) | (word ? 2U : 0U);
  }
  std::uint32_t take_word() {
    if (held_ || input_.size() < 5) return 0;
    const std::uint32_t word = load_le32(input_, 1);
    input_ = input_.subspan(5);
    faulted_ = false;
    polls_ = 0;
    return word;
  }

  ManualClock& clock_;
  ByteView input_;
  ProbeIdentity identity_{"fuzz", "V0", "", ""};
  bool held_ = false;
  bool host_word_waits_ = false;
  bool faulted_ = false;
  int polls_ = 0;
  int accesses_ = 0;
};

AuthenticationFacts facts() {
  AuthenticationFacts facts;
  facts.dbgmcu_base = kBase;
  facts.magic_word = 0x53544441;
  facts.answer_words = {0x44414F4B, 0x53544441};
  facts.ack_mapping = "a";
  facts.reset_hold = 20ms;
  facts.open_limit = facts.word_limit = facts.final_limit = facts.reboot_limit = 50ms;
  facts.product_permissions = 0x5077;
  return facts;
}

const Credential& password() {
  static const Credential credential(fuzz::crypto(), *Password::from_characters("synthetic-pass-1"));
  return credential;
}
const Credential& certificate() {
  static const Credential credential =
      *Credential::load_certificate(fuzz::crypto(), RIGOR_SOURCE_DIR "/tests/data/da/chains/h5_leaf_chain.b64",
                                    RIGOR_SOURCE_DIR "/tests/data/da/keys/key_3_leaf.pem");
  return credential;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choices = data[0];
  ManualClock clock;
  Timeline timeline(clock);
  AnyChip chip(clock, ByteView(data, size).subspan(1));
  SessionOptions options;
  options.strict = (choices & 1) == 0;
  options.check_credential = (choices & 2) == 0;
  const AuthenticationParts parts{chip, chip, clock, timeline, fuzz::crypto()};
  auto session = AuthenticationSession::open(parts, Family::stm32h5, facts(), options);
  if (!session) return 0;
  static_cast<void>(session->discover());
  const bool signs = (choices & 4) != 0;  // a signature costs more than all the rest
  static_cast<void>(session->authenticate(signs ? certificate() : password(), kFullRegression));
  if ((choices & 8) != 0) static_cast<void>(session->lock());
  fuzz::require(session->usable() || !session->discover(), "a session that is over stays over");
  return 0;
}
