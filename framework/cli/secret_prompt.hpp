// Asks a person for a secret at the terminal.
//
// The terminal of the process is used, whatever standard input is, with echo off. It is put back on every way out, also
// when a signal ends or stops the program; after a stop the question comes again. Only for a process that has one
// thread: signals are taken from it while the question stands.
#pragma once

#include <chrono>
#include <string>

#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"

namespace rigor::cli {

struct SecretPrompt {
  std::string what;     // "passphrase for leaf.pem"
  bool twice = false;   // asks again and compares, for what cannot be tried out
  std::string instead;  // the option that takes it from a file: "--passphrase-file FILE"
  std::chrono::milliseconds limit = std::chrono::minutes(5);  // for all of it
};

// Errors: usage without a terminal, for an empty line, one of more than 1024 bytes and two that differ; time_limit;
// aborted when a signal came whose disposition does not end the process.
[[nodiscard]] Result<Secret> ask_secret(const SecretPrompt& prompt);

}  // namespace rigor::cli
