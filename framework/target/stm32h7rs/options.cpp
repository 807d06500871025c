#include "framework/target/stm32h7rs/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

using namespace std::chrono_literals;

constexpr Duration kOptionLimit = 1s;  // ST's HAL (stm32h7rs.md 3)
constexpr std::uint32_t kPersoOk = 1U << 28;

std::string_view way_of(std::string_view name) {
  if (name == "NVSTATE") return "use set-state";
  if (name == "OTPL") return "use otp: {lock: BLOCK}";
  return "the chip sets it itself";
}

Error refusal(std::span<const OptionDifference> fields, bool refused) {
  return Error(Code::option_change_refused,
               fmt::format("{} ({})", what_stayed(fields), refused ? "refused by the chip" : "no error flag"))
      .hint("outside OPEN only WRPS, HDP_AREA and ROTSR change; OTP locks are never undone");
}

}  // namespace

ReadRegister Options::reader() {
  return [this](std::uint32_t offset) { return access_.read(offset); };
}

Result<std::vector<OptionValue>> Options::read_all() {
  RIGOR_CHECK(access_.look());
  std::map<std::uint32_t, std::uint32_t> words;
  std::vector<OptionValue> values;
  for (const OptionField& field : option_fields()) {
    if (!words.contains(field.offset)) {
      RIGOR_TRY(words[field.offset], access_.read(field.offset));
    }
    values.push_back({.name = std::string(field.name), .value = field.get(words[field.offset])});
  }
  return values;
}

Result<OptionValue> Options::read(const std::string& name) {
  RIGOR_TRY(const OptionField* const field, find_option(option_fields(), name, access_.facts().name));
  RIGOR_CHECK(access_.look());
  RIGOR_TRY(const std::uint32_t word, access_.read(field->offset));
  return OptionValue{.name = name, .value = field->get(word)};
}

Result<void> Options::check_routes(std::span<const OptionWish> wishes, bool open) const {
  for (const OptionWish& wish : wishes) {
    const OptionRoute route = route_of(*wish.field);
    if (route == OptionRoute::none) {
      return fail(Error(Code::usage, fmt::format("{} is not written as an option", wish.field->name))
                      .hint(std::string(way_of(wish.field->name))));
    }
    if (!open && route == OptionRoute::program) {
      return fail(Error(Code::state_unsuitable, fmt::format("{} changes in product state open only", wish.field->name))
                      .hint("in provisioning the chip takes WRPS, HDP_AREA and ROTSR"));
    }
  }
  return {};
}

// The services tell; where they cannot be called, NVSTATE has to do.
Result<bool> Options::is_open(std::uint32_t nvstate) {
  const auto state = services_.product_state();
  if (state) return *state == ProductState::open;
  if (state.error().code() == Code::unsupported) return nvstate == kNvstateOpen;
  return fail(state.error());
}

Result<bool> Options::program(std::uint32_t offset, std::uint32_t word) {
  RIGOR_CHECK(unlock(access_.probe(), access_.port(), option_lock(access_.controller())));
  RIGOR_CHECK(access_.write(kOpticr, kOpticrClear));
  RIGOR_CHECK(access_.write(kOptcr, kOptcrProgram));
  auto written = access_.write(offset + kProgramOffset, word);
  auto idle = poll(access_.clock(), kOptionLimit, [this]() -> Result<bool> {
    RIGOR_TRY(const std::uint32_t status, access_.read(kSr));
    return (status & kSrQueued) == 0;
  });
  auto flags = access_.read(kOptisr);
  auto locked = access_.write(kOptcr, kOptcrLock);
  RIGOR_CHECK(written);
  RIGOR_CHECK(idle);
  RIGOR_CHECK(flags);
  RIGOR_CHECK(locked);
  if (!*idle) return fail(Code::flash_busy, "programming an option register: still busy");
  return (*flags & kOptisrError) == 0;
}

Result<bool> Options::apply(std::span<const OptionWish> wishes, bool open) {
  struct Change {
    std::uint32_t mask = 0;
    std::uint32_t value = 0;
    bool by_service = false;
  };
  std::map<std::uint32_t, Change> changes;  // by register
  for (const OptionWish& wish : wishes) {
    Change& change = changes[wish.field->offset];
    change.mask |= wish.field->mask();
    change.value = wish.field->set(change.value, wish.wanted);
    change.by_service = !open || route_of(*wish.field) == OptionRoute::service;
    timeline_.log(fmt::format("option {} from 0x{:X} to 0x{:X}", wish.field->name, wish.before, wish.wanted));
  }
  bool taken = true;
  for (const auto& [offset, change] : changes) {
    if (change.by_service) continue;
    RIGOR_TRY(const std::uint32_t word, access_.read(offset));
    const std::uint32_t kept = offset == kObw1sr ? word & ~kPersoOk : word;  // the program register has no such bit
    RIGOR_TRY(const bool written, program(offset, (kept & ~change.mask) | change.value));
    taken = taken && written;
  }
  // Each of these resets the chip, so that they come last.
  for (const auto& [offset, change] : changes) {
    if (!change.by_service) continue;
    RIGOR_TRY(const ServiceOutcome outcome,
              services_.set_protection(offset + kProgramOffset, change.mask, change.value));
    taken = taken && (!outcome.answer || *outcome.answer == kServiceDone);
    RIGOR_CHECK(access_.look());
  }
  return taken;
}

Result<void> Options::load_at_reset() {
  RIGOR_CHECK(access_.system_reset());
  RIGOR_TRY(const std::uint32_t flags, access_.read(kIsr));
  if ((flags & kIsrOptionLoad) == 0) return {};
  return fail(
      Error(Code::chip_unexpected, fmt::format("an option word is corrupted (OBLERR, flags {})", hex_word(flags)))
          .hint("write the options again, with a good supply"));
}

Result<OptionChange> Options::write(std::span<const OptionValue> wanted) {
  if (std::ranges::find(wanted, "PRODUCT_STATE", &OptionValue::name) != wanted.end())
    return fail(Error(Code::usage, "PRODUCT_STATE is not written as an option").hint("use set-state"));
  RIGOR_TRY(const std::uint32_t nvstate, access_.look());
  RIGOR_TRY(const auto wishes, resolve_wishes(option_fields(), access_.facts().name, wanted, reader()));
  RIGOR_CHECK(check_routes(wishes, true));
  OptionChange change;
  RIGOR_TRY(change.fields, read_back(wishes, reader()));
  if (all_stuck(change.fields)) return change;  // a write wears the option flash
  RIGOR_TRY(const bool open, is_open(nvstate));
  RIGOR_CHECK(check_routes(wishes, open));
  RIGOR_TRY(const bool taken, apply(wishes, open));
  RIGOR_CHECK(load_at_reset());
  change.link_lost = true;
  RIGOR_TRY(change.fields, read_back(wishes, reader()));
  if (!all_stuck(change.fields)) return fail(refusal(change.fields, !taken));
  return change;
}

}  // namespace rigor::h7rs
