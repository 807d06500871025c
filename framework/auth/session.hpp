// One debug-authentication session: from the reset pulse to the chip's verdict (debug-authentication.md 4, 5, 10, 11).
//
// A session is opened with a reset pulse, carries any number of discoveries and at most one authentication, and is over
// after the first verdict, refusal or loss of synchronisation: every later call fails with da_protocol and touches
// nothing. The next try is a new session with its own pulse. Lines ST's tool would print go to the timeline's log.
// Used from one thread. All parts must outlive the session.
//
//   RIGOR_TRY(auto session, AuthenticationSession::open(parts, chip.family, chip.authentication, {}));
//   RIGOR_TRY(const Discovery found, session.discover());
//   RIGOR_CHECK(session.authenticate(credential, kFullRegression));
//
// Errors: da_mailbox_missing, da_no_response, da_timeout, da_protocol, da_refused; credential_mismatch before anything
// is sent; probe and link errors as they come. No message contains a secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "framework/auth/credential.hpp"
#include "framework/auth/discovery.hpp"
#include "framework/auth/mailbox.hpp"
#include "framework/auth/packet.hpp"
#include "framework/auth/packet_link.hpp"
#include "framework/auth/token.hpp"
#include "framework/base/clock.hpp"
#include "framework/base/timeline.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

struct AuthenticationParts {
  Probe& probe;
  ResetPin& reset;
  Clock& clock;
  Timeline& timeline;
  const Crypto& crypto;
};

// What the reference leaves open for real silicon (section 20).
struct SessionOptions {
  bool strict = true;  // the answer must be one of the accepted words, an answer without data must have none
  FlagClearing clearing = FlagClearing::automatic;
  DaCommand lock_command = DaCommand::lock_debug;
  bool check_credential = true;  // refuse locally what the chip would refuse; off to watch the chip refuse
};

// What the chip showed while the session was opened.
struct Opening {
  std::uint32_t answer = 0;  // the word it answered the magic word with
  AckMapping mapping = AckMapping::a;
  bool mapping_seen = false;  // false: as configured, since the flags did not tell
  Duration answered_after{};  // from the release of reset
};

class AuthenticationSession {
 public:
  [[nodiscard]] static Result<AuthenticationSession> open(const AuthenticationParts& parts, Family family,
                                                          const AuthenticationFacts& facts,
                                                          const SessionOptions& options);

  [[nodiscard]] Result<Discovery> discover();
  // Discovers first if this session has not. Success means that the chip said so; what it then does to itself
  // (erase, reboot) takes up to facts.reboot_limit and is the caller's to verify.
  [[nodiscard]] Result<void> authenticate(const Credential& credential, const Permissions& wanted);
  // Locks debug again, as ST's "debugauth=3" is believed to do.
  [[nodiscard]] Result<void> lock();
  // Ends the service without an authentication and lets the chip boot on. The oldest devices know only `resume_boot`.
  [[nodiscard]] Result<void> close(DaCommand how = DaCommand::resume_boot);

  // Absent before the first discovery.
  [[nodiscard]] const std::optional<Discovery>& discovered() const { return discovered_; }
  [[nodiscard]] bool usable() const { return over_.empty(); }
  // True when the proof went out whole and no verdict came back: the chip may have acted all the same (section 20 row
  // 16). Whoever asked for a regression then looks at the chip.
  [[nodiscard]] bool verdict_lost() const { return verdict_lost_; }
  [[nodiscard]] Opening opening() const {
    return {answer_, mailbox_.mapping(), mailbox_.mapping_learnt(), answered_after_};
  }
  [[nodiscard]] std::uint32_t identity() const { return identity_; }  // DBGMCU_IDCODE, read under reset
  [[nodiscard]] const Mailbox& mailbox() const { return mailbox_; }

 private:
  AuthenticationSession(const AuthenticationParts& parts, Family family, const AuthenticationFacts& facts,
                        const SessionOptions& options);

  [[nodiscard]] Result<void> open_communication();
  [[nodiscard]] Result<void> plant_under_reset();
  [[nodiscard]] Result<void> detect_mailbox();
  [[nodiscard]] Result<void> take_answer();
  [[nodiscard]] Error mailbox_missing(const Error& error) const;
  [[nodiscard]] Error no_answer() const;

  enum class Progress : bool { silent, shown };
  [[nodiscard]] Result<Discovery> discover_with(Progress progress);
  [[nodiscard]] Result<void> require_usable(std::string_view what) const;
  [[nodiscard]] Result<Challenge> request_challenge();
  [[nodiscard]] Result<void> send_certificates(const CertificateChain& chain);
  [[nodiscard]] Result<void> send_token(const SigningKey& key, const Permissions& wanted, const Challenge& challenge);
  [[nodiscard]] Result<void> send_password(const Password& password);
  // The chip's verdict on the proof.
  [[nodiscard]] Result<void> conclude(const Result<DaResponse>& response, std::string_view what);
  // Request and answer. Any failure in here ends the session.
  [[nodiscard]] Result<DaResponse> exchange(DaCommand command, ByteView payload, std::string_view what,
                                            std::size_t first_secret = PacketLink::kNothingSecret);
  [[nodiscard]] Result<void> require_no_data(const DaResponse& response, std::string_view what);
  [[nodiscard]] std::unexpected<Error> end(Error error);

  AuthenticationParts parts_;
  Family family_;
  AuthenticationFacts facts_;
  SessionOptions options_;
  Mailbox mailbox_;
  std::uint32_t identity_ = 0;
  std::uint32_t answer_ = 0;
  Duration answered_after_{};
  std::optional<Discovery> discovered_;
  std::string over_;  // why the session is over; empty while it is not
  bool sent_whole_ = false;
  bool verdict_lost_ = false;
};

}  // namespace rigor
