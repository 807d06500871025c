#include "framework/target/stm32f4/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "framework/target/poll.hpp"
#include "framework/target/stm32f4/protection.hpp"
#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLaunchLimit = 10s;  // the option sector is erased and written; OpenOCD's limit for a sector
constexpr Duration kReturnLimit = 3s;   // of a link that went away in the middle

Error refusal(const View& found, const Part& part, std::span<const OptionDifference> fields, const Result<void>& said) {
  Error error(Code::option_change_refused,
              fmt::format("{} ({})", what_stayed(fields), said ? "no error flag" : "the controller reports an error"));
  if (!said) error = std::move(error).because(said.error());
  if (looks_interrupted(found, part)) return std::move(error).hint(interrupted_hint());
  if (part.code_protection && found.code_protection())
    return std::move(error).hint("code protection (PCROP) goes off only together with the way from level 1 to level 0");
  return std::move(error).hint(
      "an option write that does not stick has a bad supply or VCAP capacitor, a counterfeit chip, or a damaged option "
      "sector behind it");
}

}  // namespace

ReadRegister reader(const View& view) {
  return [view](std::uint32_t offset) -> Result<std::uint32_t> {
    return offset == kOptcr1 ? view.second_options : view.options;
  };
}

Result<std::vector<OptionValue>> Options::read_all() {
  RIGOR_TRY(const View view, access_.look());
  if (looks_interrupted(view, access_.part())) timeline_.log("option bytes: " + interrupted_hint());
  std::vector<OptionValue> values;
  for (const OptionField& field : fields_) {
    const std::uint32_t word = field.offset == kOptcr1 ? view.second_options : view.options;
    values.push_back({.name = std::string(field.name), .value = field.get(word)});
  }
  return values;
}

Result<OptionValue> Options::read(const std::string& name) {
  RIGOR_TRY(const OptionField* const field, find_option(fields_, name, access_.facts().name));
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(const std::uint32_t word, reader(view)(field->offset));
  return OptionValue{.name = name, .value = field->get(word)};
}

Result<std::vector<OptionWish>> Options::resolve(const View& view, std::span<const OptionValue> wanted) const {
  return resolve_wishes(fields_, access_.facts().name, wanted, reader(view));
}

Result<void> Options::store(const View& target, Duration limit, Launched& launched) {
  RIGOR_CHECK(unlock(access_.probe(), access_.port(), option_lock(access_.facts().flash_registers)));
  RIGOR_CHECK(controller_.clear_flags("changing option bytes"));
  if (access_.part().dual_bank) {
    RIGOR_CHECK(access_.write(kOptcr1, target.second_options));
  }
  const std::uint32_t options = target.options & ~(kOptcrLock | kOptcrStart);
  RIGOR_CHECK(access_.write(kOptcr, options));
  // From here on the chip may have begun: what goes wrong is judged by what reads back.
  launched.outcome = access_.write(kOptcr, options | kOptcrStart);
  if (launched.outcome) launched.outcome = controller_.finish(limit, "changing option bytes");
  if (launched.outcome) launched.outcome = access_.write(kOptcr, options | kOptcrLock);
  return {};
}

Result<Options::Launched> Options::launch(const View& view, std::span<const OptionWish> wishes, Duration limit) {
  View target = view;
  for (const OptionWish& wish : wishes) {
    std::uint32_t& word = wish.field->offset == kOptcr1 ? target.second_options : target.options;
    word = wish.field->set(word, wish.wanted);
    timeline_.log(fmt::format("option {} from 0x{:X} to 0x{:X}", wish.field->name, wish.before, wish.wanted));
  }
  Launched launched;
  bool started = false;
  const Result<void> done = controller_.quietly([&]() -> Result<void> {
    RIGOR_CHECK(store(target, limit, launched));
    started = true;
    return {};
  });
  if (!started) return fail(done.error());
  if (launched.outcome && !done) launched.outcome = done;
  if (launched.outcome) return launched;
  const Code code = launched.outcome.error().code();
  if (!may_pass(launched.outcome.error())) return fail(launched.outcome.error());
  launched.link_lost = code == Code::swd_no_answer || code == Code::swd_fault || code == Code::swd_wait ||
                       code == Code::swd_parity || code == Code::access_port_closed || code == Code::access_port_locked;
  return launched;
}

Result<View> Options::load_again(const Launched& launched) {
  if (launched.link_lost) RIGOR_CHECK(without_value(access_.look_again(kReturnLimit)));
  return access_.reset();
}

Result<OptionChange> Options::write(std::span<const OptionValue> wanted) {
  if (std::ranges::find(wanted, kReadProtection, &OptionValue::name) != wanted.end())
    return fail(Error(Code::usage, "RDP is not written as an option").hint("use set-state: rdp-0, rdp-1 or rdp-2"));
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(const auto wishes, resolve(view, wanted));
  OptionChange change;
  RIGOR_TRY(change.fields, read_back(wishes, reader(view)));
  if (all_stuck(change.fields)) return change;  // a launch wears the option sector
  RIGOR_TRY(const Launched launched, launch(view, wishes, kLaunchLimit));
  change.link_lost = launched.link_lost;
  auto found = load_again(launched);
  if (!found) {
    if (!launched.link_lost) return fail(std::move(found).error());
    const Code code = found.error().code();
    return fail(Error(code, "the link went away while option bytes were written, and did not come back")
                    .hint("restore power and link, then read the options: an interrupted write leaves every bit set")
                    .because(std::move(found).error()));
  }
  RIGOR_TRY(change.fields, read_back(wishes, reader(*found)));
  if (all_stuck(change.fields)) return change;
  return fail(refusal(*found, access_.part(), change.fields, launched.outcome));
}

}  // namespace rigor::f4
