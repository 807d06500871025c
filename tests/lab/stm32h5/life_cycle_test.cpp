// Every product state against every request for another, through the registers, part by part (lifecycle.md 1.1).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using enum ProductState;
constexpr std::uint32_t kOptsr = kFlashRegisters + 0x50;

struct Kind {
  const char* part;
  bool tzen;
};
const Kind kKinds[] = {{"stm32h503", false}, {"stm32h523", false}, {"stm32h523", true},
                       {"stm32h563", false}, {"stm32h563", true},  {"stm32h573", true}};

// What lifecycle.md 1.1 leaves open.
struct Leave {
  bool open_to_iroot = true, iroot_forward = true, closed_to_locked = false;
};

// lifecycle.md 1.1. What is not in it is refused; a state that the part does not have is no code at all.
bool table_allows(const Kind& kind, ProductState from, ProductState to, const Leave& leave) {
  const bool tz_closed_there = kind.tzen;
  const auto one_of = [to](std::initializer_list<ProductState> states) { return std::ranges::count(states, to) != 0; };
  if (to == tz_closed && !tz_closed_there) return false;
  switch (from) {
    case open:
      return to == provisioning || (to == iroot_provisioned && leave.open_to_iroot);
    case provisioning:
      return one_of({iroot_provisioned, tz_closed, closed, locked});
    case iroot_provisioned:
      return one_of({tz_closed, closed, locked}) && leave.iroot_forward;
    case tz_closed:
      return to == closed || (to == locked && leave.closed_to_locked);
    case closed:
      return to == locked && leave.closed_to_locked;
    default:
      return false;
  }
}

// A unit in `from` whose option registers a debugger reaches.
Stm32h5Options reachable(const Kind& kind, ProductState from) {
  Stm32h5Options options = part(kind.part);
  options.tzen = kind.tzen;
  options.state = from;
  const std::uint32_t bank = options.flash_size / 2;
  options.flash_content = {{0, Bytes(64, 0x5A)}, {bank - 64, Bytes(64, 0x5A)}, {2 * bank - 64, Bytes(64, 0x5A)}};
  options.ns_debug_needs_hdpl3 = false;
  options.da_record = kind.tzen ? PlantedRecord::certificate : PlantedRecord::password;
  options.da_credential = kind.tzen ? root_key_hash() : password_hash();
  return options;
}

// CLOSED lets nobody in but through debug authentication, which a password does not give.
bool enter(Bench& bench, const Kind& kind, ProductState from) {
  bench.start();
  if (from != closed) return bench.read(Ap::core, kOptsr).has_value();
  if (!kind.tzen) return false;
  const std::vector<std::uint16_t> granted = {2, 2, 0};
  EXPECT_EQ(offer(bench, {}, {.role = 3}, 1U << 0), granted);
  bench.pass(1s);
  return bench.read(Ap::core, kOptsr).has_value();
}

std::vector<std::uint8_t> requests() {
  std::vector<std::uint8_t> codes = {0x00, 0x39, 0x51, 0xEC, 0xFF};  // no states, or another family's
  for (const NamedProductState& state : kProductStates) codes.push_back(static_cast<std::uint8_t>(state.state));
  return codes;
}

unsigned try_every_request(std::span<const Kind> kinds, const Leave& leave) {
  unsigned pairs = 0;
  for (const Kind& kind : kinds)
    for (const ProductState from : {open, provisioning, iroot_provisioned, tz_closed, closed})
      for (const std::uint8_t code : requests()) {
        if (from == tz_closed && !kind.tzen) continue;
        Stm32h5Options options = reachable(kind, from);
        options.open_to_iroot = leave.open_to_iroot;
        options.iroot_forward = leave.iroot_forward;
        options.closed_to_locked = leave.closed_to_locked;
        Bench bench(options);
        if (!enter(bench, kind, from)) {
          EXPECT_TRUE(from == closed && !kind.tzen) << kind.part << static_cast<int>(from);
          continue;
        }
        const auto to = static_cast<ProductState>(code);
        const bool allowed = to == from || table_allows(kind, from, to, leave);
        const Bytes flash(bench.chip->flash().begin(), bench.chip->flash().end());
        const auto words = bench.chip->truth().option_words;
        const std::string what = std::string(kind.part) + (kind.tzen ? " TZ " : " ") +
                                 std::to_string(static_cast<int>(from)) + " to " + std::to_string(code);
        bench.unlock_options();
        bench.poke(kOptsr + 4, (bench.peek(kOptsr) & ~0xFF00U) | code << 8);
        bench.poke(kFlashRegisters + 0x1C, 2);
        const std::uint32_t at_once = bench.flash_status();
        bench.pass(100ms);
        const Stm32h5Truth truth = bench.chip->truth();
        EXPECT_EQ(truth.state, allowed ? to : from) << what;
        EXPECT_EQ((at_once & kRefused) != 0, !allowed) << what;
        if (const auto status = bench.read(Ap::core, kFlashRegisters + 0x20); allowed && status) {
          EXPECT_EQ(*status & (kEop | kRefused), kEop) << what;
        }
        // Nothing but the state has changed: no erase, no other word, the record stays.
        EXPECT_EQ(std::memcmp(bench.chip->flash().data(), flash.data(), flash.size()), 0) << what;
        EXPECT_TRUE(truth.record_usable) << what;
        EXPECT_EQ(truth.tzen, kind.tzen) << what;
        for (std::size_t i = 1; i < words.size(); ++i) EXPECT_EQ(truth.option_words[i], words[i]) << what;
        ++pairs;
      }
  return pairs;
}

TEST(LifeCycle, EveryStateTimesEveryRequest) {
  EXPECT_EQ(try_every_request(kKinds, {}), 13U * (3 + 3 + 5 + 3 + 5 + 5));
}

// On the smaller parts; the rules know nothing of a part's size.
TEST(LifeCycle, EveryRequestWhereTheTableIsOpen) {
  const auto kinds = std::span(kKinds).first(3);
  for (const Leave& leave :
       {Leave{.open_to_iroot = false}, Leave{.iroot_forward = false}, Leave{.closed_to_locked = true}})
    EXPECT_EQ(try_every_request(kinds, leave), 13U * (3 + 3 + 5));
}

// LOCKED is terminal: no access, no service, and a reset or a power cycle changes nothing (lifecycle.md 1.1).
TEST(LifeCycle, NothingLeadsOutOfLocked) {
  for (const Kind& kind : kKinds) {
    Bench bench(reachable(kind, locked));
    bench.start();
    for (const bool power : {false, true}) {
      if (power) {
        bench.power(false);
        bench.pass(1s);
        bench.start();
      } else {
        bench.restart();
      }
      EXPECT_FALSE(bench.read(Ap::core, kOptsr)) << kind.part;
      EXPECT_FALSE(bench.write(Ap::core, kOptsr + 4, 0xED00)) << kind.part;
      EXPECT_FALSE(open_session(bench)) << kind.part;
      EXPECT_EQ(bench.chip->truth().state, locked) << kind.part;
    }
  }
}

struct Access {
  ProductState state;
  bool any, secure, uid, answers;
};

// lifecycle.md 1.2, with the two conflicts at their defaults.
TEST(LifeCycle, AccessRightsByStateAndPart) {
  const Access rows[] = {{open, true, true, true, false},
                         {provisioning, true, false, false, true},
                         {iroot_provisioned, true, false, false, true},
                         {tz_closed, false, false, false, true},
                         {closed, false, false, false, true},
                         {locked, false, false, false, false}};
  for (const Kind& kind : kKinds)
    for (const Access& row : rows) {
      if (row.state == tz_closed && !kind.tzen) continue;
      const bool trust_zone = std::string_view(kind.part) != "stm32h503";
      Stm32h5Options options = reachable(kind, row.state);
      options.ns_debug_needs_hdpl3 = true;
      Bench bench(options);
      bench.start();
      const std::string what = std::string(kind.part) + std::to_string(static_cast<int>(row.state));
      EXPECT_TRUE(bench.read(Ap::system, 0xE0044000)) << what;
      EXPECT_EQ(bench.read(Ap::core, 0x20000000).has_value(), row.any) << what;
      EXPECT_EQ(bench.read(Ap::core, 0x20000000, kSecure).has_value(), row.any && (row.secure || !trust_zone)) << what;
      EXPECT_EQ(bench.read(Ap::core, 0x08FFF800).value_or(0) != 0, row.uid) << what;
      EXPECT_EQ(bench.read(Ap::core, kOptsr).has_value(), row.any) << what;
      if (row.any && row.state != open && kind.tzen) {
        EXPECT_EQ(bench.peek(kFlash), 0U) << "secure flash is zero from outside, " << what;
      }
      // The core may run user code everywhere but in PROVISIONING.
      EXPECT_EQ(bench.chip->truth().stage, row.state == provisioning ? Stage::rss : Stage::user) << what;
      bench.hold_reset();
      EXPECT_EQ(bench.read(Ap::core, 0xE000EDF0).has_value(), row.state == open) << "under reset, " << what;
      bench.release_reset();
      bench.pass(1s);
      EXPECT_EQ(open_session(bench).has_value(), row.answers) << what;
    }
}

TEST(LifeCycle, LockedMayShutTheSystemPortToo) {
  for (const bool open_in_locked : {true, false}) {
    Stm32h5Options options = part("stm32h563");
    options.state = locked;
    options.ap0_open_in_locked = open_in_locked;
    Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(Ap::system, 0xE0044000).has_value(), open_in_locked);
  }
}

// lifecycle.md 1.3: off needs a secure request, and a state in which one is possible at all.
TEST(LifeCycle, TrustZoneGoesOnWithAnEraseAndOffOnlyFromTheSecureSide) {
  for (const char* name : {"stm32h523", "stm32h563", "stm32h573"}) {
    Stm32h5Options options = part(name);
    options.flash_fill = FlashFill::zeros;
    Bench bench(options);
    bench.start();
    const std::uint32_t others = bench.peek(kFlashRegisters + 0x70) & 0x00FFFFFF;
    EXPECT_EQ(bench.request_option(0x74, others | 0xB4000000) & kRefused, 0U) << name;
    EXPECT_TRUE(bench.chip->truth().tzen);
    EXPECT_TRUE(std::ranges::all_of(bench.chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; })) << name;
    EXPECT_EQ(bench.request_option(0x74, others | 0xC3000000) & kRefused, kRefused) << name;
    bench.poke(kFlashRegisters + 0x30, kRefused);
    EXPECT_EQ(bench.request_option(0x74, others | 0xC3000000, kSecure) & kRefused, 0U) << name;
    EXPECT_FALSE(bench.chip->truth().tzen) << name;
  }
}

TEST(LifeCycle, TrustZoneGoesOffInProvisioningWhereSecureDebugWasGranted) {
  for (const bool allowed : {true, false}) {
    Stm32h5Options options = certificate_part(provisioning);
    options.tzen_off_in_provisioning = allowed;
    Bench bench(options);
    bench.start();
    const std::uint32_t off = (bench.peek(kFlashRegisters + 0x70) & 0x00FFFFFF) | 0xC3000000;
    EXPECT_EQ(bench.request_option(0x74, off) & kRefused, kRefused) << "from the non-secure side";
    EXPECT_FALSE(bench.read(Ap::core, kSecureFlashRegisters + 0x50, kSecure)) << "no secure side for anybody";
    const std::vector<std::uint16_t> granted = {2, 2, 0};
    ASSERT_EQ(offer(bench, {}, {.role = 3}, 1U << 4), granted);
    bench.pass(1s);
    EXPECT_EQ(bench.request_option(0x74, off, kSecure) & kRefused, allowed ? 0U : kRefused);
    EXPECT_EQ(bench.chip->truth().tzen, !allowed);
  }
}

}  // namespace
}  // namespace rigor::lab::test
