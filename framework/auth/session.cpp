#include "framework/auth/session.hpp"

#include <fmt/format.h>

#include "framework/auth/sdm_log.hpp"
#include "framework/auth/tlv.hpp"

namespace rigor {
namespace {

[[nodiscard]] Error refused(std::string_view what, DaStatus status) {
  return Error(Code::da_refused, fmt::format("the chip refused {}: {}", what, status_name(status)));
}

[[nodiscard]] Error unexpected_status(std::string_view what, DaStatus status, std::string_view why) {
  return Error(Code::da_protocol, fmt::format("the chip answered {} with {}, {}", what, status_name(status), why));
}

// The chip may have acted on the proof although its answer did not arrive.
[[nodiscard]] bool answer_lost(Code code) {
  return code == Code::da_timeout || code == Code::swd_no_answer || code == Code::swd_wait || code == Code::swd_fault;
}

[[nodiscard]] Bytes as_record(std::uint16_t type, ByteView value) {
  Bytes record;
  append_tlv(record, type, value);
  return record;
}

[[nodiscard]] std::string letters_of(Family family, const Discovery& discovery, const Permissions& wanted) {
  std::string letters;
  for (const ListedPermission& row : list_permissions(family, discovery.offered().value_or(wanted))) {
    if (wanted.test(row.bit)) letters.push_back(row.letter);
  }
  return letters;
}

}  // namespace

std::unexpected<Error> AuthenticationSession::end(Error error) {
  over_ = error.message();
  return fail(std::move(error));
}

Result<void> AuthenticationSession::require_usable(std::string_view what) const {
  if (usable()) return {};
  return fail(Error(Code::da_protocol, fmt::format("{} in a session that is over ({})", what, over_))
                  .hint("one reset pulse gives one session; open a new one"));
}

Result<DaResponse> AuthenticationSession::exchange(DaCommand command, ByteView payload, std::string_view what,
                                                   std::size_t first_secret) {
  // Judging a certificate or a password and acting on it takes longer than answering from memory.
  const Duration think = command == DaCommand::response ? facts_.final_limit : facts_.word_limit;
  sent_whole_ = false;
  PacketLink link(mailbox_, parts_.clock, parts_.timeline, facts_.word_limit);
  if (auto sent = link.send(RequestWords(command, payload), what, first_secret); !sent) return end(sent.error());
  sent_whole_ = true;
  auto response = link.receive(what, think);
  if (!response) return end(response.error());
  return response;
}

Result<void> AuthenticationSession::require_no_data(const DaResponse& response, std::string_view what) {
  if (response.data.empty() || !options_.strict) return {};
  return end(Error(Code::da_protocol, fmt::format("the answer to {} carries {} data words instead of none", what,
                                                  response.data.size() / 4)));
}

Result<Discovery> AuthenticationSession::discover() { return discover_with(Progress::silent); }

Result<Discovery> AuthenticationSession::discover_with(Progress progress) {
  RIGOR_CHECK(require_usable("discovery"));
  Timeline& log = parts_.timeline;
  if (progress == Progress::shown) {
    log.log(sdm_progress(0, "discovery command"));
    log.log(sdm_progress(10, "sending discovery command"));
    log.log(sdm_progress(20, "receiving discovery"));
  }
  RIGOR_TRY(const DaResponse response, exchange(DaCommand::discovery, {}, "discovery"));
  if (response.status != DaStatus::success) return end(refused("discovery", response.status));
  auto discovery = parse_discovery(response.data);
  if (!discovery) return end(discovery.error());
  for (std::string& line : discovery->lines()) log.log(std::move(line));
  for (std::string& line : discovery->permission_lines(family_)) log.log(std::move(line));
  discovered_ = *discovery;
  return discovery;
}

Result<void> AuthenticationSession::authenticate(const Credential& credential, const Permissions& wanted) {
  RIGOR_CHECK(require_usable("authentication"));
  if (!discovered_) RIGOR_CHECK(discover_with(Progress::shown));
  if (options_.check_credential) RIGOR_CHECK(credential.check_suits(*discovered_, wanted));
  Timeline& log = parts_.timeline;
  log.log(sdm_progress(40, "loading credentials"));
  RIGOR_TRY(const Challenge challenge, request_challenge());
  log.log(sdm_progress(70, "signing token"));
  log.log(" the submitted permissions are : " + letters_of(family_, *discovered_, wanted));
  if (const CertificateCredential* certificate = credential.certificate()) {
    RIGOR_CHECK(send_certificates(certificate->chain));
    RIGOR_CHECK(send_token(certificate->key, wanted, challenge));
  } else {
    RIGOR_CHECK(send_password(*credential.password()));
  }
  log.log(sdm_line("SDMAuthenticate", 1492, "client", "Authentication successful"));
  log.log(sdm_progress(100, "finished authentication"));
  over_ = "it authenticated";
  return {};
}

Result<Challenge> AuthenticationSession::request_challenge() {
  parts_.timeline.log(sdm_progress(50, "sending challenge request"));
  parts_.timeline.log(sdm_progress(60, "receiving challenge"));
  RIGOR_TRY(const DaResponse response, exchange(DaCommand::start, {}, "start of authentication"));
  if (response.status != DaStatus::success) return end(refused("start of authentication", response.status));
  auto challenge = parse_challenge(response.data);
  if (!challenge) return end(challenge.error());
  return challenge;
}

Result<void> AuthenticationSession::send_certificates(const CertificateChain& chain) {
  const std::size_t count = chain.certificates.size();
  parts_.timeline.log(sdm_line("SDMAuthenticate", 1391, "client", fmt::format("Found {} certificates", count)));
  for (std::size_t i = 0; i < count; ++i) {
    const Certificate& certificate = chain.certificates[i];
    const std::string what = fmt::format("certificate {} ({})", i, role_name(certificate.role));
    const Bytes record = as_record(tlv_type::kCertificate, certificate.raw);
    RIGOR_TRY(const DaResponse response, exchange(DaCommand::response, record, what));
    if (response.status == DaStatus::success) {
      return end(unexpected_status(what, response.status, "although the token is still to come"));
    }
    if (response.status != DaStatus::need_more_data) {
      return end(refused(what, response.status)
                     .hint(i == 0 ? "the chip holds another root key's hash, or the chain belongs to another family"
                                  : "its signature, role or binding to a chip does not suit"));
    }
    RIGOR_CHECK(require_no_data(response, what));
  }
  return {};
}

Result<void> AuthenticationSession::send_token(const SigningKey& key, const Permissions& wanted,
                                               const Challenge& challenge) {
  const auto token = make_token(parts_.crypto, key, wanted, challenge);
  if (!token) return end(token.error());
  parts_.timeline.log(sdm_progress(80, "sending response"));
  const std::string what = "the token for " + permission_names(family_, wanted);
  return conclude(exchange(DaCommand::response, as_record(tlv_type::kToken, *token), what), what);
}

Result<void> AuthenticationSession::send_password(const Password& password) {
  parts_.timeline.log(sdm_progress(80, "sending response"));
  constexpr std::size_t kFirstCharacters = RequestWords::kHeaderWords + kTlvHeader / 4;
  return conclude(exchange(DaCommand::response, password.record(), "the password", kFirstCharacters), "the password");
}

Result<void> AuthenticationSession::conclude(const Result<DaResponse>& response, std::string_view what) {
  parts_.timeline.log(sdm_progress(90, "receiving status"));
  if (!response) {
    verdict_lost_ = sent_whole_ && answer_lost(response.error().code());
    return fail(response.error());
  }
  if (response->status == DaStatus::need_more_data) {
    return end(unexpected_status(what, response->status, "although nothing is left to send"));
  }
  if (response->status == DaStatus::success) return require_no_data(*response, what);
  Error error = refused(what, response->status);
  if (discovered_ && discovered_->integrity() == Integrity::invalid) {
    return end(std::move(error).hint("no valid credential is provisioned (integrity 0xf5f5f5f5); nothing can match"));
  }
  return end(std::move(error).hint("another credential is provisioned, or the record does not allow the permission"));
}

Result<void> AuthenticationSession::lock() {
  RIGOR_CHECK(require_usable("lock"));
  parts_.timeline.log("Locking Debug");
  RIGOR_TRY(const DaResponse response, exchange(options_.lock_command, {}, "lock"));
  if (response.status != DaStatus::success) return end(refused("lock", response.status));
  return require_no_data(response, "lock");
}

Result<void> AuthenticationSession::close(DaCommand how) {
  RIGOR_CHECK(require_usable("close"));
  RIGOR_TRY(const DaResponse response, exchange(how, {}, "close"));
  if (response.status != DaStatus::success) return end(refused("close", response.status));
  over_ = "it was closed";
  return {};
}

}  // namespace rigor
