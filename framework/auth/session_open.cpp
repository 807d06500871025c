// Opening the communication: debug-authentication.md 4.1 to 4.3.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "framework/auth/sdm_log.hpp"
#include "framework/auth/session.hpp"

namespace rigor {
namespace {

constexpr int kMostLeftOverWords = 4;

[[nodiscard]] long long milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// Lets go of the reset pin whatever happens.
class HeldReset {
 public:
  explicit HeldReset(ResetPin& pin) : pin_(pin) {}
  HeldReset(const HeldReset&) = delete;
  HeldReset& operator=(const HeldReset&) = delete;
  ~HeldReset() {
    // On the way out with an error already; that one says more than a pin that does not move.
    if (held_) static_cast<void>(pin_.release());
  }
  [[nodiscard]] Result<void> hold() {
    held_ = true;
    return pin_.hold();
  }
  [[nodiscard]] Result<void> release() {
    RIGOR_CHECK(pin_.release());
    held_ = false;
    return {};
  }

 private:
  ResetPin& pin_;
  bool held_ = false;
};

}  // namespace

AuthenticationSession::AuthenticationSession(const AuthenticationParts& parts, Family family,
                                             const AuthenticationFacts& facts, const SessionOptions& options)
    : parts_(parts),
      family_(family),
      facts_(facts),
      options_(options),
      mailbox_(parts.probe, parts.clock, parts.timeline, facts, options.clearing) {}

Result<AuthenticationSession> AuthenticationSession::open(const AuthenticationParts& parts, Family family,
                                                          const AuthenticationFacts& facts,
                                                          const SessionOptions& options) {
  AuthenticationSession session(parts, family, facts, options);
  RIGOR_CHECK(session.open_communication());
  return session;
}

Result<void> AuthenticationSession::open_communication() {
  Timeline& log = parts_.timeline;
  log.log(sdm_line("SDMOpen", 624, "open", "SDM API v1.0"));
  log.log(sdm_line("SDMOpen", 625, "open", "SDM Library version v1.2.0"));
  RIGOR_CHECK(plant_under_reset());
  if (auto answered = take_answer(); !answered) {
    log.log(sdm_open_line(573, "No response from the target"));
    log.log(sdm_open_line(574, "The target is unable to boot on RSS_DA or is in OPEN mode"));
    log.log(sdm_open_line(575, "Failed to open communication with the target"));
    return answered;
  }
  log.log(sdm_open_line(584, "Communication with the target established successfully"));
  return {};
}

Result<void> AuthenticationSession::detect_mailbox() {
  const TimePoint deadline = parts_.clock.now() + facts_.word_limit;
  RIGOR_CHECK(mailbox_.connect(deadline));
  RIGOR_TRY(identity_, mailbox_.read_identity(deadline));
  return {};
}

// A mailbox that stays silent under reset is as good as none; what else went wrong is told as it is.
Error AuthenticationSession::mailbox_missing(const Error& error) const {
  if (error.code() != Code::da_mailbox_missing && error.code() != Code::da_timeout) return error;
  parts_.timeline.log("open_comms : Unable to detect DBGMCU Mailbox");
  if (!error.hint_text().empty()) return error;
  return Error(Code::da_mailbox_missing, "the mailbox cannot be used while reset is held")
      .hint("check VDD, SWDIO, SWCLK and NRST, and that the probe is a genuine one")
      .because(error);
}

// The port is attached under reset: there firmware can neither sleep nor have remapped the SWD pins, and access port 0
// stays alive (section 17 row 15).
Result<void> AuthenticationSession::plant_under_reset() {
  Clock& clock = parts_.clock;
  parts_.timeline.log(sdm_open_line(513, "Asserting target reset"));
  HeldReset reset(parts_.reset);
  RIGOR_CHECK(reset.hold());
  RIGOR_CHECK(clock.sleep_for(facts_.reset_hold));
  if (auto detected = detect_mailbox(); !detected) return fail(mailbox_missing(detected.error()));
  parts_.timeline.log(sdm_open_line(517, "Writing magic number"));
  if (auto planted = mailbox_.plant(facts_.magic_word, clock.now() + facts_.word_limit); !planted) {
    return fail(mailbox_missing(planted.error()));
  }
  parts_.timeline.log(sdm_open_line(537, "De-asserting target reset"));
  return reset.release();
}

// A chip may leave a word of its start-up in front of the answer (section 2.5), so one that is not accepted gets a
// successor for as long as a word may take.
Result<void> AuthenticationSession::take_answer() {
  const TimePoint released = parts_.clock.now();
  TimePoint deadline = released + facts_.open_limit;
  std::vector<std::string> refused;
  for (int i = 0; i < kMostLeftOverWords; ++i) {
    RIGOR_TRY(const std::optional<std::uint32_t> word, mailbox_.await_answer(deadline));
    if (!word) break;
    const bool known =
        facts_.answer_words.empty() || std::ranges::find(facts_.answer_words, *word) != facts_.answer_words.end();
    if (known || !options_.strict) {
      if (!known) parts_.timeline.log("open_comms : unexpected answer " + hex_word(*word) + " taken");
      answer_ = *word;
      answered_after_ = parts_.clock.now() - released;
      return {};
    }
    refused.push_back(hex_word(*word));
    deadline = std::min(deadline, parts_.clock.now() + facts_.word_limit);
  }
  if (refused.empty()) return fail(no_answer());
  return fail(Error(Code::da_protocol, fmt::format("the chip answered the magic word with {}, expected one of {:#010x}",
                                                   fmt::join(refused, ", "), fmt::join(facts_.answer_words, ", ")))
                  .hint("if the part is new to rigor, take the word into `authentication.answers` of its chip file"));
}

Error AuthenticationSession::no_answer() const {
  const OpeningEvidence& seen = mailbox_.evidence();
  const std::string within = fmt::format("no answer within {} ms of releasing reset", milliseconds(facts_.open_limit));
  if (seen.link_lost) {
    return Error(Code::da_no_response, within + "; the debug port fell silent after release")
        .hint("check power and the SWD wires; a reset glitch or firmware that remaps SWDIO looks like this");
  }
  if (seen.host_word_taken) {
    return Error(Code::da_no_response, within + "; the magic word was taken, but not by the authentication service")
        .hint("user firmware or another boot stage read it: check BOOT0 and BOOT_UBE");
  }
  return Error(Code::da_no_response,
               fmt::format("{}; the HOST flag stayed set: nobody took the magic word (reset driven by the {})", within,
                           parts_.reset.driven_by()))
      .hint("either reset does not reach the chip (check the NRST wire), or the chip is OPEN or LOCKED");
}

}  // namespace rigor
