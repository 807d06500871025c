// The three things people ask of debug authentication, each a whole procedure with its own reset pulses: discover,
// authenticate, lock.
//
//   DebugAuthentication authentication(parts, chip.family, chip.authentication);
//   RIGOR_TRY(const Discovery found, authentication.discover());
//   RIGOR_TRY(const Authenticated done, authentication.authenticate(credential, kFullRegression));
//
// Used from one thread. All parts must outlive the object. Errors: as session.hpp.
#pragma once

#include <string>

#include "framework/auth/session.hpp"

namespace rigor {

enum class Opens : std::uint8_t {
  one,  // discovery and authentication in a single session
  two,  // as ST's tool: a first session to list permissions, a second one that repeats discovery and goes on
};

struct AuthenticationOptions {
  Opens opens = Opens::one;
  SessionOptions session;
};

struct Authenticated {
  Discovery before;       // what the chip said just before it was authenticated
  bool confirmed = true;  // false: a regression was asked for and the verdict never came; look at the chip
};

class DebugAuthentication {
 public:
  DebugAuthentication(const AuthenticationParts& parts, Family family, const AuthenticationFacts& facts,
                      const AuthenticationOptions& options = {});

  // Leaves the chip in its service, as ST's tool does; the next reset boots it.
  [[nodiscard]] Result<Discovery> discover();
  // Checks the credential against `wanted` and the product before the first pulse. A regression whose verdict never
  // came is no error here but `confirmed == false`, since the chip may erase before it answers (section 20 row 16).
  [[nodiscard]] Result<Authenticated> authenticate(const Credential& credential, const Permissions& wanted);
  [[nodiscard]] Result<void> lock();
  // Of the last session that was opened; nothing before.
  [[nodiscard]] const std::optional<Opening>& opening() const { return opening_; }

 private:
  [[nodiscard]] Result<AuthenticationSession> open();
  // A session of its own, when two are asked for.
  [[nodiscard]] Result<void> first_of_two();

  AuthenticationParts parts_;
  Family family_;
  AuthenticationFacts facts_;
  AuthenticationOptions options_;
  std::optional<Opening> opening_;
};

}  // namespace rigor
