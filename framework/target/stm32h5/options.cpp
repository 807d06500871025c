#include "framework/target/stm32h5/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {
namespace {

using namespace std::chrono_literals;

// ST's tool takes 5.4 s for a state change and 2.4 s for TZEN, reset, erase and reconnection included (stm32h5.md 3.6);
// tripled.
constexpr Duration kLaunchLimit = 16s;
// A value that has not changed when the chip is idle may still be changed by a reset that is about to come.
constexpr Duration kQuietLimit = 500ms;
constexpr Duration kQuietPause = 20ms;

Error refusal(std::span<const OptionDifference> fields, bool refused) {
  return Error(Code::option_change_refused,
               fmt::format("{} ({})", what_stayed(fields), refused ? "OPTCHANGEERR" : "no error flag"))
      .hint(
          "locks and OTP locks are never undone, TZEN goes off only in a regression, closed states freeze protections");
}

}  // namespace

Result<const OptionField*> Options::find(const std::string& name) const {
  return find_option(table_.fields(), name, access_.facts().name);
}

ReadRegister Options::reader(const View& view) {
  return [this, &view](std::uint32_t offset) { return access_.read(view, offset); };
}

Result<std::vector<OptionValue>> Options::read_all() {
  RIGOR_TRY(const View view, access_.look());
  std::map<std::uint32_t, std::uint32_t> words;
  std::vector<OptionValue> values;
  for (const OptionField& field : table_.fields()) {
    if (!words.contains(field.offset)) {
      RIGOR_TRY(words[field.offset], access_.read(view, field.offset));
    }
    values.push_back({.name = std::string(field.name),
                      .value = field.get(words[field.offset]),
                      .readable = !field.secure || view.secure || !view.trustzone});
  }
  return values;
}

Result<OptionValue> Options::read(const std::string& name) {
  RIGOR_TRY(const OptionField* const field, find(name));
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(const std::uint32_t word, access_.read(view, field->offset));
  return OptionValue{
      .name = name, .value = field->get(word), .readable = !field->secure || view.secure || !view.trustzone};
}

Result<bool> Options::launch(const View& view, std::span<const OptionWish> wishes) {
  std::map<std::uint32_t, std::uint32_t> words;
  for (const OptionWish& wish : wishes) {
    const std::uint32_t offset = wish.field->offset;
    if (!words.contains(offset)) {
      RIGOR_TRY(words[offset], access_.read(view, offset));
    }
    words[offset] = wish.field->set(words[offset], wish.wanted);
    timeline_.log(fmt::format("option {} from 0x{:X} to 0x{:X}", wish.field->name, wish.before, wish.wanted));
  }
  RIGOR_CHECK(unlock(access_.probe(), access_.port(view.secure), option_lock(access_.controller(view))));
  // OPTSTRT is ignored while OPTCHANGEERR of an earlier attempt stands.
  RIGOR_CHECK(access_.write(view, kNsccr, kSrClearAll));
  for (const auto& [offset, word] : words) RIGOR_CHECK(access_.write(view, offset + kProgramOffset, word));
  RIGOR_TRY(const std::uint32_t control, access_.read(view, kOptcr));
  const auto started = access_.write(view, kOptcr, control | kOptcrStart);
  if (!started && !may_pass(started.error())) return fail(started.error());
  return !started;
}

Result<Options::Settled> Options::settle(Duration limit) {
  const TimePoint deadline = access_.clock().now() + limit;
  Settled settled;
  for (;;) {
    auto view = access_.look();
    if (!view) {
      if (!may_pass(view.error())) return fail(std::move(view).error());
      settled.link_lost = true;
      RIGOR_TRY(settled.view, access_.look_again(deadline - access_.clock().now()));
    } else {
      settled.view = *view;
    }
    const auto status = access_.read(settled.view, kNssr);
    if (status && (*status & kSrOptionBusy) == 0) {
      settled.refused = (*status & kSrOptionChange) != 0;
      return settled;
    }
    if (!status && !may_pass(status.error())) return fail(status.error());
    if (access_.clock().now() >= deadline) {
      if (!status) return fail(status.error());
      return fail(Code::flash_busy, fmt::format("the option change does not end, status {}", hex_word(*status)));
    }
    RIGOR_CHECK(access_.clock().sleep_for(kQuietPause));
  }
}

Result<OptionChange> Options::write(std::span<const OptionValue> wanted) {
  if (std::ranges::find(wanted, kProductState, &OptionValue::name) != wanted.end()) {
    return fail(Error(Code::usage, "PRODUCT_STATE is not written as an option").hint("use set-state"));
  }
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(const auto wishes, resolve_wishes(table_.fields(), access_.facts().name, wanted, reader(view)));
  OptionChange change;
  RIGOR_TRY(change.fields, read_back(wishes, reader(view)));
  if (all_stuck(change.fields)) return change;  // a launch wears the option flash
  RIGOR_TRY(change.link_lost, launch(view, wishes));

  TimePoint quiet_end = kNever;
  for (;;) {
    RIGOR_TRY(const Settled settled, settle(kLaunchLimit));
    change.link_lost = change.link_lost || settled.link_lost;
    auto fields = read_back(wishes, reader(settled.view));
    if (!fields && !may_pass(fields.error())) return fail(fields.error());
    const TimePoint now = access_.clock().now();
    quiet_end = std::min(quiet_end, now + kQuietLimit);
    const bool settled_for_good = fields && (all_stuck(*fields) || settled.refused);
    if (settled_for_good || now >= quiet_end) {
      // Judged already; a lock that cannot be written was engaged by a reset.
      std::ignore = access_.write(settled.view, kNsccr, kSrClearAll);
      std::ignore = access_.write(settled.view, kOptcr, kOptcrLock);
      if (!fields) return fail(fields.error());
      change.fields = std::move(*fields);
      if (!all_stuck(change.fields)) return fail(refusal(change.fields, settled.refused));
      return change;
    }
    RIGOR_CHECK(access_.clock().sleep_for(kQuietPause));
  }
}

}  // namespace rigor::h5
