// The mailbox registers as debug-authentication.md 2.3 and 13.4 describe them.
#include <gtest/gtest.h>

#include "fixtures/virtual/authentication/mailbox.hpp"
#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

TEST(Mailbox, FlagsByMapping) {
  struct Case {
    AckMapping mapping;
    std::uint32_t host, device;
  };
  for (const Case& c : {Case{AckMapping::a, 1, 2}, Case{AckMapping::b, 2, 1}}) {
    Stm32h5Options options;
    options.ack_mapping = c.mapping;
    authentication::Mailbox mailbox(options);
    EXPECT_EQ(mailbox.read_ack(), 0U);
    mailbox.write_host(5);
    EXPECT_EQ(mailbox.read_ack(), c.host);
    mailbox.put_device(6);
    EXPECT_EQ(mailbox.read_ack(), 3U);
    EXPECT_EQ(mailbox.take_host(), 5U);
    EXPECT_EQ(mailbox.read_ack(), c.device);
    EXPECT_EQ(mailbox.read_device(), 6U);
    EXPECT_EQ(mailbox.read_ack(), 0U);
  }
}

TEST(Mailbox, ReadingTheDeviceWordConsumesItAndKeepsItsValue) {
  Stm32h5Options options;
  authentication::Mailbox mailbox(options);
  mailbox.put_device(0x12345678);
  EXPECT_EQ(mailbox.read_ack(), 2U);
  EXPECT_EQ(mailbox.read_ack(), 2U) << "reading ACK has no effect";
  EXPECT_EQ(mailbox.read_device(), 0x12345678U);
  EXPECT_EQ(mailbox.read_device(), 0x12345678U);
  EXPECT_EQ(mailbox.read_ack(), 0U);
}

TEST(Mailbox, WritingHostWhileAWordWaitsOverwritesIt) {
  Stm32h5Options options;
  authentication::Mailbox mailbox(options);
  mailbox.write_host(1);
  mailbox.write_host(2);
  EXPECT_EQ(mailbox.take_host(), 2U);
  EXPECT_FALSE(mailbox.host_waits());
}

TEST(Mailbox, SoftwareClearedDeviceFlag) {
  Stm32h5Options options;
  options.sw_clear_device_flag = true;
  authentication::Mailbox mailbox(options);
  mailbox.put_device(7);
  EXPECT_EQ(mailbox.read_device(), 7U);
  EXPECT_EQ(mailbox.read_ack(), 2U);
  mailbox.write_ack(2);
  EXPECT_EQ(mailbox.read_ack(), 2U);
  mailbox.write_ack(0);
  EXPECT_EQ(mailbox.read_ack(), 0U);
}

TEST(Mailbox, HostWordSurvivesResetAndNotPowerLoss) {
  Bench bench;
  bench.start();
  ASSERT_TRUE(bench.write(Ap::system, kHost, kMagic));
  bench.restart();
  EXPECT_EQ(bench.read(Ap::system, kAck), 1U) << "an open part never takes it";
  bench.power(false);
  bench.pass(100ms);
  bench.start();
  EXPECT_EQ(bench.read(Ap::system, kAck), 0U);
  EXPECT_EQ(bench.read(Ap::system, kHost), 0U);
}

TEST(Mailbox, IsAliveWhileResetIsLow) {
  Bench bench(password_part());
  bench.start();
  bench.hold_reset();
  EXPECT_TRUE(bench.write(Ap::system, kHost, 0x1234));
  EXPECT_EQ(bench.read(Ap::system, kAck), 1U);
  EXPECT_EQ(bench.read(Ap::system, 0xE0044000), 0x10006478U);
}

TEST(Mailbox, AStaleWordCanBeDrainedUnderReset) {
  Stm32h5Options options = password_part();
  options.stale_word = 0xBADF00D0;
  Bench bench(options);
  bench.start();
  bench.hold_reset();
  EXPECT_EQ(bench.read(Ap::system, kAck), 2U);
  EXPECT_EQ(bench.read(Ap::system, kDevice), 0xBADF00D0U);
  EXPECT_EQ(bench.read(Ap::system, kAck), 0U);
  EXPECT_EQ(open_session(bench), 0x44414F4BU);
}

TEST(Mailbox, ABlockReadConsumesTheDeviceWord) {
  Stm32h5Options options;
  options.stale_word = 0xBADF00D0;
  Bench bench(options);
  bench.start();
  bench.hold_reset();
  (void)bench.read(Ap::system, kHost);  // selects access port 0 and the address
  (void)bench.chip->swd().write(true, 0, kPlain | 0x12);
  (void)bench.chip->swd().write(true, 4, kHost);
  for (int i = 0; i < 3; ++i) (void)bench.chip->swd().read(true, 0xC);
  EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, 0U) << "ACK after DEVICE was swept";
}

TEST(Mailbox, BusViewNeedsTheDebugClock) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.peek(0x44024000), 0U);
  bench.poke(0x44020C9C, 1U << 11);
  EXPECT_EQ(bench.peek(0x44024000), 0x10006478U);
  bench.poke(0x44024100, 0xCAFE);
  EXPECT_EQ(bench.read(Ap::system, kHost), 0xCAFEU);
  EXPECT_EQ(bench.peek(0xE0044108), 1U) << "through access port 1 as well";
}

// debug-authentication.md 13.1: at one instant; lifecycle.md 5: or for a while. A host that is late for the instant,
// after a pulse that was a reset, is in time then; user code waits for as long.
TEST(Mailbox, IsLookedAtOnceOrForAWhile) {
  for (const auto& [looks_for, late, answers] : {std::tuple{Duration(0ns), Duration(30ms), true},
                                                 {Duration(0ns), Duration(50ms), false},
                                                 {Duration(100ms), Duration(130ms), true},
                                                 {Duration(100ms), Duration(150ms), false}}) {
    Stm32h5Options options = password_part();
    options.rss_looks_for = looks_for;
    Bench bench(options);
    bench.start();
    bench.hold_reset();
    bench.release_reset();
    bench.pass(late);
    EXPECT_EQ(bench.chip->truth().stage, late < 40ms + looks_for ? Stage::starting : Stage::user);
    ASSERT_TRUE(bench.write(Ap::system, kHost, kMagic));
    EXPECT_EQ(get_word(bench).has_value(), answers) << looks_for.count() << ' ' << late.count();
    bench.restart();
    EXPECT_EQ(bench.chip->truth().stage, answers ? Stage::user : Stage::service) << "a word that nobody took waits";
  }
}

TEST(Mailbox, ALongLookIsForStatesThatAnswer) {
  Stm32h5Options options;
  options.rss_looks_for = 10s;
  Bench open(options);
  open.start();
  EXPECT_EQ(open.chip->truth().stage, Stage::user) << "an open part does not wait";
}

}  // namespace
}  // namespace rigor::lab::test
