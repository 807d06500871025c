#include "framework/base/error.hpp"

#include <algorithm>
#include <array>

namespace rigor {
namespace {

struct CodeRow {
  Code code;
  Blame blame;
  std::string_view name;
};

constexpr auto kCodes = std::to_array<CodeRow>({
    {Code::usage, Blame::request, "USAGE"},
    {Code::file_unreadable, Blame::request, "FILE_UNREADABLE"},
    {Code::file_invalid, Blame::request, "FILE_INVALID"},
    {Code::name_unknown, Blame::request, "NAME_UNKNOWN"},
    {Code::nothing_selected, Blame::request, "NOTHING_SELECTED"},
    {Code::address_invalid, Blame::request, "ADDRESS_INVALID"},
    {Code::credential_unreadable, Blame::request, "CREDENTIAL_UNREADABLE"},
    {Code::io_failed, Blame::bench, "IO_FAILED"},
    {Code::line_missing, Blame::bench, "LINE_MISSING"},
    {Code::line_busy, Blame::bench, "LINE_BUSY"},
    {Code::line_failed, Blame::bench, "LINE_FAILED"},
    {Code::port_failed, Blame::bench, "PORT_FAILED"},
    {Code::deadlock, Blame::bench, "DEADLOCK"},
    {Code::unsupported, Blame::bench, "UNSUPPORTED"},
    {Code::ledger_busy, Blame::bench, "LEDGER_BUSY"},
    {Code::probe_missing, Blame::bench, "PROBE_MISSING"},
    {Code::probe_ambiguous, Blame::bench, "PROBE_AMBIGUOUS"},
    {Code::probe_busy, Blame::bench, "PROBE_BUSY"},
    {Code::probe_lost, Blame::bench, "PROBE_LOST"},
    {Code::probe_stalled, Blame::bench, "PROBE_STALLED"},
    {Code::probe_timeout, Blame::bench, "PROBE_TIMEOUT"},
    {Code::probe_refused, Blame::bench, "PROBE_REFUSED"},
    {Code::probe_too_old, Blame::bench, "PROBE_TOO_OLD"},
    {Code::probe_confused, Blame::bench, "PROBE_CONFUSED"},
    {Code::no_target_power, Blame::bench, "NO_TARGET_POWER"},
    {Code::power_not_switched, Blame::bench, "POWER_NOT_SWITCHED"},
    {Code::schedule_missed, Blame::bench, "SCHEDULE_MISSED"},
    {Code::tool_failed, Blame::bench, "TOOL_FAILED"},
    {Code::swd_no_answer, Blame::board, "SWD_NO_ANSWER"},
    {Code::swd_wait, Blame::board, "SWD_WAIT"},
    {Code::swd_fault, Blame::board, "SWD_FAULT"},
    {Code::swd_parity, Blame::board, "SWD_PARITY"},
    {Code::access_port_closed, Blame::board, "ACCESS_PORT_CLOSED"},
    {Code::access_port_locked, Blame::board, "ACCESS_PORT_LOCKED"},
    {Code::chip_unexpected, Blame::board, "CHIP_UNEXPECTED"},
    {Code::chip_in_reset, Blame::board, "CHIP_IN_RESET"},
    {Code::core_not_halted, Blame::board, "CORE_NOT_HALTED"},
    {Code::identity_mismatch, Blame::board, "IDENTITY_MISMATCH"},
    {Code::flash_write_protected, Blame::board, "WRITE_PROTECTED"},
    {Code::flash_sequence, Blame::board, "FLASH_SEQUENCE"},
    {Code::flash_strobe, Blame::board, "FLASH_STROBE"},
    {Code::flash_inconsistent, Blame::board, "FLASH_INCONSISTENT"},
    {Code::flash_busy, Blame::board, "FLASH_BUSY"},
    {Code::flash_locked, Blame::board, "FLASH_LOCKED"},
    {Code::flash_alignment, Blame::board, "FLASH_ALIGNMENT"},
    {Code::flash_parallelism, Blame::board, "FLASH_PARALLELISM"},
    {Code::flash_operation, Blame::board, "FLASH_OPERATION"},
    {Code::read_protected, Blame::board, "READ_PROTECTED"},
    {Code::option_change_refused, Blame::board, "OPTION_CHANGE_REFUSED"},
    {Code::verify_mismatch, Blame::board, "VERIFY_MISMATCH"},
    {Code::march_failed, Blame::board, "MARCH_FAILED"},
    {Code::not_blank, Blame::board, "NOT_BLANK"},
    {Code::state_change_refused, Blame::board, "STATE_CHANGE_REFUSED"},
    {Code::provisioning_refused, Blame::board, "PROVISIONING_REFUSED"},
    {Code::otp_not_locked, Blame::board, "OTP_NOT_LOCKED"},
    {Code::da_mailbox_missing, Blame::board, "DA_MAILBOX_MISSING"},
    {Code::da_no_response, Blame::board, "DA_NO_RESPONSE"},
    {Code::da_timeout, Blame::board, "DA_TIMEOUT"},
    {Code::da_protocol, Blame::board, "DA_PROTOCOL"},
    {Code::da_refused, Blame::board, "DA_REFUSED"},
    {Code::regression_incomplete, Blame::board, "REGRESSION_INCOMPLETE"},
    {Code::expectation_failed, Blame::board, "EXPECTATION_FAILED"},
    {Code::nrst_not_driven, Blame::guard, "NRST_NOT_DRIVEN"},
    {Code::credential_unproven, Blame::guard, "CREDENTIAL_UNPROVEN"},
    {Code::credential_mismatch, Blame::guard, "CREDENTIAL_MISMATCH"},
    {Code::state_unsuitable, Blame::guard, "STATE_UNSUITABLE"},
    {Code::otp_written, Blame::guard, "OTP_WRITTEN"},
    {Code::otp_locked, Blame::guard, "OTP_LOCKED"},
    {Code::supply_unproven, Blame::guard, "SUPPLY_UNPROVEN"},
    {Code::consent_missing, Blame::guard, "CONSENT_MISSING"},
    {Code::ledger_conflict, Blame::guard, "LEDGER_CONFLICT"},
    {Code::capability_missing, Blame::guard, "CAPABILITY_MISSING"},
    {Code::time_limit, Blame::time, "TIME_LIMIT"},
    {Code::aborted, Blame::abort, "ABORTED"},
});

constexpr bool table_is_in_order() {
  for (std::size_t i = 0; i < kCodes.size(); ++i)
    if (static_cast<std::size_t>(kCodes[i].code) != i) return false;
  return true;
}
static_assert(table_is_in_order(), "kCodes has one row per Code, in the enumeration's order");

void describe_into(std::string& text, const Error& error, int depth) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  if (depth > 0) text += "\n" + indent + "because ";
  text += code_name(error.code());
  text += ": " + error.message();
  if (!error.hint_text().empty()) text += "\n" + indent + "  hint: " + error.hint_text();
  for (const Error& cause : error.causes()) describe_into(text, cause, depth + 1);
}

}  // namespace

std::string_view code_name(Code code) { return kCodes[static_cast<std::size_t>(code)].name; }

Blame blame_of(Code code) { return kCodes[static_cast<std::size_t>(code)].blame; }

Error::Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

Error Error::hint(std::string text) && {
  hint_ = std::move(text);
  return std::move(*this);
}

Error Error::because(Error cause) && {
  causes_.push_back(std::move(cause));
  return std::move(*this);
}

bool Error::involves(Code code) const {
  return code_ == code || std::ranges::any_of(causes_, [code](const Error& cause) { return cause.involves(code); });
}

std::string Error::describe() const {
  std::string text;
  describe_into(text, *this, 0);
  return text;
}

}  // namespace rigor
