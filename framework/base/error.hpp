// What went wrong, as a value.
//
// Every failure that a cable, a chip, a file or a person can cause is an Error inside a Result<T>; assertions
// are for what only this program can cause. An Error has a stable code (printed in upper case, read by scripts
// and verdicts), one sentence of what was attempted and found, an optional hint of what to do, and its causes.
//
//   return Error(Code::da_no_response, "no word in DBG_AUTH_DEVICE within 5 s").hint("check the NRST wire");
//
// Errors are plain values: copy them, move them between threads, compare codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rigor {

// Who has to act on an error. Verdicts and exit codes follow from it (docs/verdicts.md).
enum class Blame : std::uint8_t {
  request,  // the command line or a file is wrong; nothing was touched
  bench,    // probe, line, power, host: no judgement about the board
  board,    // the board did not do what was expected
  guard,    // a guard rail refused before anything was touched
  time,     // a bound of the run itself passed
  abort,    // somebody stopped the run
};

enum class Code : std::uint8_t {
  // request
  usage,
  file_unreadable,
  file_invalid,
  name_unknown,
  nothing_selected,
  address_invalid,
  credential_unreadable,
  // bench: host and lines
  io_failed,
  line_missing,
  line_busy,
  line_failed,
  port_failed,
  deadlock,
  unsupported,
  ledger_busy,
  // bench: probe
  probe_missing,
  probe_ambiguous,
  probe_busy,
  probe_lost,
  probe_stalled,
  probe_timeout,
  probe_refused,
  probe_too_old,
  probe_confused,
  no_target_power,
  power_not_switched,
  // bench: what was played is not what was asked for
  schedule_missed,
  // bench: a program beside us
  tool_failed,
  // board: debug port
  swd_no_answer,
  swd_wait,
  swd_fault,
  swd_parity,
  access_port_closed,
  access_port_locked,
  // board: chip
  chip_unexpected,
  chip_in_reset,
  core_not_halted,
  identity_mismatch,
  flash_write_protected,
  flash_sequence,
  flash_strobe,
  flash_inconsistent,
  flash_busy,
  flash_locked,
  flash_alignment,
  flash_parallelism,
  flash_operation,
  read_protected,
  option_change_refused,
  verify_mismatch,
  march_failed,
  not_blank,
  state_change_refused,
  provisioning_refused,
  otp_not_locked,
  // board: debug authentication
  da_mailbox_missing,
  da_no_response,
  da_timeout,
  da_protocol,
  da_refused,
  regression_incomplete,
  // board: what a suite expected
  expectation_failed,
  // guard rails
  nrst_not_driven,
  credential_unproven,
  credential_mismatch,
  state_unsuitable,
  otp_written,
  otp_locked,
  supply_unproven,
  consent_missing,
  ledger_conflict,
  capability_missing,
  // the run
  time_limit,
  aborted,
};

// "DA_NO_RESPONSE": the stable name, for messages, JSON and verdict reasons.
[[nodiscard]] std::string_view code_name(Code code);
[[nodiscard]] Blame blame_of(Code code);

class Error {
 public:
  Error(Code code, std::string message);

  [[nodiscard]] Error hint(std::string text) &&;
  [[nodiscard]] Error because(Error cause) &&;

  [[nodiscard]] Code code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  // What the reader can do about it; empty when nobody knows.
  [[nodiscard]] const std::string& hint_text() const { return hint_; }
  // Nearest cause first.
  [[nodiscard]] const std::vector<Error>& causes() const { return causes_; }

  // True when this error or any of its causes has the code.
  [[nodiscard]] bool involves(Code code) const;

  // "DA_NO_RESPONSE: message", then hint and causes on lines of their own, indented.
  [[nodiscard]] std::string describe() const;

 private:
  Code code_;
  std::string message_;
  std::string hint_;
  std::vector<Error> causes_;
};

}  // namespace rigor
