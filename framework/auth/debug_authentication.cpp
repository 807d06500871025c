#include "framework/auth/debug_authentication.hpp"

#include <fmt/format.h>

namespace rigor {
namespace {

// Prints what ST's tool prints around a command.
class Announced {
 public:
  Announced(Timeline& timeline, std::string_view command) : timeline_(timeline), command_(command) {
    timeline_.log("Start Debug Authentication Sequence");
    timeline_.log("Open SDM Lib");
  }
  Announced(const Announced&) = delete;
  Announced& operator=(const Announced&) = delete;
  ~Announced() { timeline_.log(command_ + (succeeded_ ? " Success" : " Failed")); }
  void succeed() { succeeded_ = true; }

 private:
  Timeline& timeline_;
  std::string command_;
  bool succeeded_ = false;
};

// The chip file's mask has 32 bits; what lies above them is the family's.
[[nodiscard]] Permissions known_to(Family family, const AuthenticationFacts& facts) {
  constexpr Permissions kLowWord = Permissions::from_word(0xFFFFFFFF);
  return Permissions::from_word(facts.product_permissions) | (product_permissions(family) & ~kLowWord);
}

[[nodiscard]] bool is_regression(const Permissions& wanted) {
  return !(wanted & (kFullRegression | kTzRegression)).none();
}

}  // namespace

DebugAuthentication::DebugAuthentication(const AuthenticationParts& parts, Family family,
                                         const AuthenticationFacts& facts, const AuthenticationOptions& options)
    : parts_(parts), family_(family), facts_(facts), options_(options) {}

Result<AuthenticationSession> DebugAuthentication::open() {
  auto session = AuthenticationSession::open(parts_, family_, facts_, options_.session);
  if (session) opening_ = session->opening();
  return session;
}

Result<void> DebugAuthentication::first_of_two() {
  if (options_.opens == Opens::one) return {};
  RIGOR_TRY(auto first, open());
  return without_value(first.discover());
}

Result<Discovery> DebugAuthentication::discover() {
  Announced announced(parts_.timeline, "Debug Authentication: Discovery");
  RIGOR_CHECK(first_of_two());
  RIGOR_TRY(auto session, open());
  RIGOR_TRY(Discovery discovery, session.discover());
  announced.succeed();
  return discovery;
}

Result<Authenticated> DebugAuthentication::authenticate(const Credential& credential, const Permissions& wanted) {
  if (options_.session.check_credential) {
    RIGOR_CHECK(credential.check_covers(wanted));
    if (const Permissions known = known_to(family_, facts_); !known.covers(wanted)) {
      return fail(Code::credential_mismatch,
                  fmt::format("the part knows only permissions {}, not all of {}", known.text(), wanted.text()));
    }
  }
  Announced announced(parts_.timeline, "Debug Authentication");
  RIGOR_CHECK(first_of_two());
  RIGOR_TRY(auto session, open());
  const auto done = session.authenticate(credential, wanted);
  const bool perhaps = !done && session.verdict_lost() && is_regression(wanted);
  if (!done && !perhaps) return fail(done.error());
  announced.succeed();
  return Authenticated{.before = *session.discovered(), .confirmed = !perhaps};
}

Result<void> DebugAuthentication::lock() {
  Announced announced(parts_.timeline, "Debug Authentication: Lock");
  RIGOR_TRY(auto session, open());
  RIGOR_CHECK(session.lock());
  announced.succeed();
  return {};
}

}  // namespace rigor
