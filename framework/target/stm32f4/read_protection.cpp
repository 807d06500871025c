// Read-protection levels: the one option whose change may erase, and whose last level nobody can read back
// (stm32f4.md 4.1, lifecycle.md 3).
#include <fmt/format.h>

#include <algorithm>

#include "framework/target/life_cycle.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/stm32f4/options.hpp"
#include "framework/target/stm32f4/protection.hpp"
#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLevelLimit = 10s;
constexpr Duration kEraseLimit = 33s;  // per megabyte, OpenOCD's limit for a mass erase

constexpr std::string_view kPowerNote =
    "a power-on reset is due: the level was changed with a debugger attached (RM0090 3.7.3)";

std::uint8_t code_of(ProductState level) {
  if (level == ProductState::rdp_0) return kLevel0;
  return level == ProductState::rdp_2 ? kLevel2 : kLevel1;
}

// Level 0 means that nothing is protected. Code protection can go off only now, and with SPRMOD at 0 its nWRP bits
// would begin to mean write protection.
std::vector<OptionValue> wishes_for(ProductState level, const View& view, const Part& part,
                                    std::span<const OptionField> fields) {
  std::vector<OptionValue> wanted{{.name = std::string(kReadProtection), .value = code_of(level)}};
  if (level != ProductState::rdp_0 || !part.code_protection || !view.code_protection()) return wanted;
  wanted.push_back({.name = std::string(kProtectMode), .value = 0});
  for (const OptionField& field : fields) {
    if (field.name.starts_with("WRP")) wanted.push_back({.name = std::string(field.name), .value = 1});
  }
  return wanted;
}

std::string note_for(ProductState level, bool lifted, bool link_lost) {
  std::string note = link_lost ? "read back after the link came back" : "read back";
  if (level == ProductState::rdp_0) note += "; flash and backup SRAM are erased on this way";
  if (lifted) note += "; code protection (PCROP) was taken off with it, all WRP bits are 1 now";
  return fmt::format("{}; {}", note, kPowerNote);
}

}  // namespace

Result<StateChange> Options::set_level(ProductState level) {
  RIGOR_TRY(const View view, access_.look());
  RIGOR_CHECK(check_passage(access_.facts(), false, view.level(), level));
  if (view.level() == level) return StateChange{level, true, "the chip is at this level already"};
  const auto wanted = wishes_for(level, view, access_.part(), fields_);
  RIGOR_TRY(const auto wishes, resolve(view, wanted));
  if (looks_interrupted(view, access_.part())) timeline_.log("option bytes: " + interrupted_hint());
  const Duration erase =
      level == ProductState::rdp_0 ? kEraseLimit * std::max(1U, access_.facts().flash_size >> 20) : Duration{};
  RIGOR_TRY(const Launched launched, launch(view, wishes, kLevelLimit + erase));
  RIGOR_TRY(StateChange change, judge_level(level, launched));
  if (change.confirmed) change.note = note_for(level, wanted.size() > 1, launched.link_lost);
  return change;
}

Result<StateChange> Options::judge_level(ProductState level, const Launched& launched) {
  const auto found = load_again(launched);
  if (!found) return judge_silence(level, found.error());
  if (found->level() == level) return StateChange{level, true, {}};
  const std::string reads = fmt::format("{} was asked for, the chip is at {} (RDP 0x{:02X})", product_state_name(level),
                                        product_state_name(found->level()), found->level_code());
  if (looks_interrupted(*found, access_.part()))
    return fail(Error(Code::state_change_refused, reads).hint(interrupted_hint()));
  if (!launched.outcome) return fail(Code::state_change_refused, reads, launched.outcome.error());
  // Whether a system reset loads a level that was changed under a debugger is not known; a power-on reset does.
  return StateChange{
      level, false,
      fmt::format("{}, and reported no error: {}; one that reads the same after it did not stick, for "
                  "which supply, VCAP capacitors, a counterfeit or a damaged option sector are the causes",
                  reads, kPowerNote)};
}

Result<StateChange> Options::judge_silence(ProductState level, Error why) {
  if (!may_pass(why)) return fail(std::move(why));
  if (level != ProductState::rdp_2) {
    return fail(Error(Code::state_change_refused,
                      fmt::format("the chip does not answer after the change to {}", product_state_name(level)))
                    .hint("cycle its power, then read the options")
                    .because(std::move(why)));
  }
  return StateChange{level, false, "the debug port does not answer any more, as at level 2, and as a dead chip"};
}

}  // namespace rigor::f4
