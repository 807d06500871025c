// Who may look at what, state by state (lifecycle.md 1.2).
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kUid = 0x08FFF800, kFlashSize = 0x08FFF80C, kSfsp = 0x0BF960CC;

struct Rights {
  const char* name;
  ProductState state;
  bool tzen, plain, secure, uid, answers;
};

class AccessRights : public testing::TestWithParam<Rights> {};

TEST_P(AccessRights, FollowTheTable) {
  const Rights& expected = GetParam();
  Stm32h5Options options;
  options.state = expected.state;
  options.tzen = expected.tzen;
  Bench bench(options);
  bench.start();
  EXPECT_TRUE(bench.read(Ap::system, 0xE0044000)) << "access port 0 is always there";
  EXPECT_EQ(bench.read(Ap::core, 0x20000000).has_value(), expected.plain);
  EXPECT_EQ(bench.read(Ap::core, 0x30000000, kSecure).has_value(), expected.secure);
  EXPECT_EQ(bench.read(Ap::core, kUid).value_or(0) != 0, expected.uid);
  EXPECT_EQ((bench.read(Ap::system, 0xE00440FC).value_or(0) >> 17) & 1, expected.plain ? 1U : 0U);
  EXPECT_EQ(open_session(bench).has_value(), expected.answers);
}

INSTANTIATE_TEST_SUITE_P(
    States, AccessRights,
    testing::Values(Rights{"open", ProductState::open, false, true, true, true, false},
                    Rights{"open_tz", ProductState::open, true, true, true, true, false},
                    Rights{"provisioning", ProductState::provisioning, false, true, false, false, true},
                    Rights{"provisioning_tz", ProductState::provisioning, true, true, false, false, true},
                    Rights{"iroot", ProductState::iroot_provisioned, true, true, false, false, true},
                    Rights{"tz_closed", ProductState::tz_closed, true, false, false, false, true},
                    Rights{"closed", ProductState::closed, false, false, false, false, true},
                    Rights{"closed_tz", ProductState::closed, true, false, false, false, true},
                    Rights{"locked", ProductState::locked, false, false, false, false, false}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Access, TzClosedOpensAtHdpl3OrWithoutTheRule) {
  Stm32h5Options options;
  options.state = ProductState::tz_closed;
  options.tzen = true;
  for (const auto& [needs, hdpl, open] : {std::tuple{true, 1U, false}, {true, 3U, true}, {false, 1U, true}}) {
    options.ns_debug_needs_hdpl3 = needs;
    options.user_code_hdpl = hdpl;
    Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(Ap::core, 0x20000000).has_value(), open) << needs << hdpl;
  }
}

TEST(Access, ALockedPortCanStillTellItsIdentityIfThePartIsSo) {
  for (const bool tells : {false, true}) {
    Stm32h5Options options = password_part();
    options.ap1_id_when_locked = tells;
    Bench bench(options);
    bench.start();
    (void)bench.chip->swd().write(false, 8, 1U << 24 | 0xF0);
    (void)bench.chip->swd().read(true, 0xC);
    const SwdReply id = bench.chip->swd().read(false, 0xC);
    EXPECT_EQ(id.ack, tells ? SwdAck::ok : SwdAck::fault);
    EXPECT_EQ(id.data, tells ? 0x14770015U : 0U);
    (void)bench.chip->swd().write(false, 0, 0x1E);
    EXPECT_FALSE(bench.read(Ap::core, 0x20000000));
  }
}

TEST(Access, SecureFlashReadsZeroThroughANonSecureTransfer) {
  Stm32h5Options options;
  options.tzen = true;
  options.flash_fill = FlashFill::zeros;
  options.flash_content = {{0, Bytes(16, 0x11)}, {0x2000, Bytes(16, 0x22)}};
  options.option_words[static_cast<std::size_t>(OptionWord::secwm1)] = 0;  // sector 0 only
  Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(kFlash), 0U);
  EXPECT_EQ(bench.peek(kSecureFlash), 0U) << "non-secure transfer to the secure alias";
  EXPECT_EQ(bench.peek(kSecureFlash, kSecure), 0x11111111U);
  EXPECT_EQ(bench.peek(kFlash + 0x2000), 0x22222222U);
  EXPECT_EQ(bench.peek(kSecureFlash + 0x2000, kSecure), 0U) << "secure transfer to a non-secure sector";
}

TEST(Access, SecureBootRegisterReadsZeroThroughANonSecureTransfer) {
  Stm32h5Options options;
  options.tzen = true;
  Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x88), 0U);
  EXPECT_EQ(bench.peek(kSecureFlashRegisters + 0x88, kSecure), 0x0C0000C3U);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x50), 0x2D30EDD8U);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0xE0), 0x001F0000U) << "the watermark is shown";
}

TEST(Access, UnderResetOptionsReadZeroAndDebugRegistersLive) {
  Bench bench;
  bench.start();
  bench.hold_reset();
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x50), 0U);
  EXPECT_EQ(bench.peek(0xE000ED00), 0x410FD214U);
  bench.release_reset();
  bench.pass(10ms);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x50), 0x2D30EDD8U);
}

TEST(Access, CoreConnectionUnderResetFailsInProvisioning) {
  Bench bench(password_part(ProductState::provisioning));
  bench.start();
  EXPECT_TRUE(bench.read(Ap::core, 0x20000000)) << "hot plug";
  bench.hold_reset();
  EXPECT_FALSE(bench.read(Ap::core, 0xE000EDF0));
}

TEST(Access, IdentityWordsByState) {
  Stm32h5Options options;
  Bench open(options);
  open.start();
  EXPECT_EQ(open.peek(kUid + 4), options.uid[1]);
  EXPECT_EQ(open.peek(kFlashSize) & 0xFFFF, 512U);
  EXPECT_EQ(open.peek(kSfsp), 0x01020000U);
  EXPECT_EQ(open.read(Ap::core, 0x0BF9FAFE, kPlain, 1), 0xE2U);
  EXPECT_EQ(open.peek(0x0BFD0100), 0U) << "records are hidden";

  Bench provisioning(password_part(ProductState::provisioning));
  provisioning.start();
  EXPECT_EQ(provisioning.peek(kUid), 0U);
  EXPECT_EQ(provisioning.peek(kFlashSize) & 0xFFFF, 512U);

  options.uid_needs_halt = true;
  Bench halted(options);
  halted.start();
  EXPECT_EQ(halted.peek(kUid), 0U);
  ASSERT_TRUE(halted.halt());
  EXPECT_EQ(halted.peek(kUid), options.uid[0]);
}

TEST(Access, BootFirmwareCanTakeTheSwdPinsAway) {
  Stm32h5Options options;
  options.user_code_disables_swd = true;
  Bench bench(options);
  bench.power(true);
  bench.chip->nrst(true);
  bench.pass(1s);
  EXPECT_FALSE(bench.connect());
  bench.hold_reset();
  EXPECT_TRUE(bench.connect());
}

}  // namespace
}  // namespace rigor::lab::test
