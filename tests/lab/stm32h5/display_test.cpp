// What a tool that displays options and identity gets to see, state by state (lifecycle.md 1.2, stm32h5.md 1.1, 4.3).
#include <gtest/gtest.h>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using enum ProductState;

constexpr std::uint32_t kIdentity = 0x08FFF800, kSize = 0x08FFF80C;

struct Shown {
  std::uint32_t offset;  // of CUR
  OptionWord word;
};
// All but SECBOOTR, which is the secure side's.
const Shown kShown[] = {{0x50, OptionWord::optsr},   {0x60, OptionWord::nsepochr}, {0x70, OptionWord::optsr2},
                        {0x80, OptionWord::nsbootr}, {0x90, OptionWord::otpblr},   {0xE0, OptionWord::secwm1},
                        {0xE8, OptionWord::wrp1},    {0xF8, OptionWord::hdp1},     {0x1E0, OptionWord::secwm2},
                        {0x1E8, OptionWord::wrp2},   {0x1F8, OptionWord::hdp2}};
constexpr std::uint32_t kSecureBoot = 0x0C0100C3;

// How the unit is found, and what of its identity shows.
struct View {
  const char* what;
  ProductState state;
  std::optional<std::uint32_t> reopened;  // by this permission
  bool secure, uid, size;
};
const View kViews[] = {
    {"open", open, {}, true, true, true},
    {"provisioning", provisioning, {}, false, false, true},
    {"iROT-provisioned", iroot_provisioned, {}, false, false, true},
    {"TZ-closed", tz_closed, {}, false, false, false},
    {"provisioning, reopened", provisioning, 4, true, false, true},
    {"TZ-closed, reopened", tz_closed, 2, false, false, false},
    {"closed, reopened", closed, 0, false, false, false},
    {"closed, reopened secure", closed, 6, true, false, false},
};

Stm32h5Options unit(const View& view) {
  Stm32h5Options options = certificate_part(view.state);
  options.ns_debug_needs_hdpl3 = false;
  const auto plant = [&](OptionWord word, std::uint32_t value) { options.option_words[word_index(word)] = value; };
  plant(OptionWord::secwm1, 3U << 16);
  plant(OptionWord::secwm2, 5U << 16 | 1);
  plant(OptionWord::wrp1, 0x0F);
  plant(OptionWord::wrp2, 0xF0);
  plant(OptionWord::hdp1, 1U << 16);
  plant(OptionWord::hdp2, 2U << 16 | 2);
  plant(OptionWord::nsepochr, 3);
  plant(OptionWord::otpblr, 5);
  plant(OptionWord::secbootr, kSecureBoot);
  return options;
}

void look_at(Bench& bench, const View& view) {
  bench.start();
  if (!view.reopened) return;
  ASSERT_EQ(offer(bench, {}, {.role = 3}, 1U << *view.reopened), (std::vector<std::uint16_t>{2, 2, 0})) << view.what;
  bench.pass(1s);
}

TEST(Display, OptionsAreShownWhereAccessPort1IsOpen) {
  for (const View& view : kViews) {
    Bench bench(unit(view));
    look_at(bench, view);
    const auto words = bench.chip->truth().option_words;
    for (const Shown& each : kShown)
      EXPECT_EQ(bench.peek(kFlashRegisters + each.offset), words[word_index(each.word)]) << view.what << each.offset;
    EXPECT_EQ(bench.peek(kFlashRegisters + 0x50) >> 8 & 0xFF, static_cast<std::uint32_t>(view.state)) << view.what;
    EXPECT_EQ(bench.peek(kFlashRegisters + 0x88), 0U) << "SECBOOT_LOCK and SECBOOTADD, " << view.what;
    EXPECT_EQ(bench.read(Ap::core, kSecureFlashRegisters + 0x88, kSecure),
              view.secure ? std::optional(kSecureBoot) : std::nullopt)
        << view.what;
  }
}

TEST(Display, IdentityByState) {
  for (const View& view : kViews) {
    const Stm32h5Options options = unit(view);
    Bench bench(options);
    look_at(bench, view);
    for (std::uint32_t i = 0; i < 3; ++i)
      EXPECT_EQ(bench.peek(kIdentity + 4 * i), view.uid ? options.uid[i] : 0U) << view.what;
    EXPECT_EQ(bench.peek(kSize) & 0xFFFF, view.size ? 512U : 0U) << view.what;
    EXPECT_TRUE(bench.read(Ap::system, 0xE0044000)) << "DEV_ID is there always";
  }
}

// Where it shows is not known for every state: an option, also for debug that was reopened.
TEST(Display, IdentityWhereAPartShowsIt) {
  for (const View& view : kViews) {
    Stm32h5Options options = unit(view);
    options.uid_readable_in = options.flash_size_readable_in = {view.state};
    Bench bench(options);
    look_at(bench, view);
    EXPECT_EQ(bench.peek(kIdentity), options.uid[0]) << view.what;
    EXPECT_EQ(bench.peek(kSize) & 0xFFFF, 512U) << view.what;
  }
}

TEST(Display, NothingShowsInClosedAndLocked) {
  for (const ProductState state : {closed, locked, tz_closed}) {
    Stm32h5Options options = unit({"", state, {}, false, false, false});
    options.ns_debug_needs_hdpl3 = true;
    Bench bench(options);
    bench.start();
    for (const Shown& each : kShown) EXPECT_FALSE(bench.read(Ap::core, kFlashRegisters + each.offset)) << each.offset;
    EXPECT_FALSE(bench.read(Ap::core, kIdentity));
    EXPECT_FALSE(bench.read(Ap::core, kSize));
  }
}

}  // namespace
}  // namespace rigor::lab::test
