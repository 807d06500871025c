// Test credentials: the synthetic keys of the reference (debug-authentication.md 18), from tests/data/da.
#pragma once

#include <string>
#include <vector>

#include "fixtures/virtual/authentication/random_bytes.hpp"
#include "framework/base/bytes.hpp"

namespace rigor::lab::test {

Bytes test_file(const std::string& name);
Bytes from_pem(const Bytes& text);  // the bytes between the armour lines
Bytes root_key_hash();
Bytes password_hash();
Bytes password_text();
// The certificates of a chain file, each as a whole record.
std::vector<Bytes> chain_records(const std::string& name);
// A token of tests/data/da/tokens.json, by name.
Bytes token(const std::string& name);
// 00 01 .. 1f for the first challenge, then something else: the challenge of the recorded tokens.
RandomBytes recorded_challenge();

}  // namespace rigor::lab::test
