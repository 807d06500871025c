// The serial-wire debug port and the memory access ports, transaction by transaction (ADIv5.2).
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kSram = 0x20000000;

TEST(DebugPort, AnswersNothingWithoutPower) {
  Bench bench;
  EXPECT_EQ(bench.chip->swd().read(false, 0).ack, SwdAck::none);
  EXPECT_FALSE(bench.connect());
}

TEST(DebugPort, ComesUpAfterPowerOnEvenWhileResetIsHeld) {
  Bench bench;
  bench.power(true);
  EXPECT_FALSE(bench.connect());
  bench.pass(2999us);
  EXPECT_FALSE(bench.connect());
  bench.pass(1us);
  EXPECT_TRUE(bench.connect());
}

TEST(DebugPort, AfterALineResetOnlyTheIdentityIsServed) {
  Bench bench;
  bench.start();
  bench.chip->swd().line_reset();
  EXPECT_EQ(bench.chip->swd().read(false, 4).ack, SwdAck::none);
  EXPECT_EQ(bench.chip->swd().write(false, 8, 0), SwdAck::none);
  EXPECT_EQ(bench.chip->swd().read(true, 0).ack, SwdAck::none);
  EXPECT_EQ(bench.chip->swd().read(false, 0).data, 0x0BE12477U);
  EXPECT_EQ(bench.chip->swd().read(false, 4).ack, SwdAck::ok);
}

TEST(DebugPort, PowerUpRequestsAreAcknowledged) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.chip->swd().read(false, 4).data & 0xF0000000, 0xF0000000);
  EXPECT_EQ(bench.chip->swd().write(false, 4, 0), SwdAck::ok);
  EXPECT_EQ(bench.chip->swd().read(false, 4).data & 0xF0000000, 0U);
}

TEST(DebugPort, AnAccessPortWithoutDebugPowerFaults) {
  Bench bench;
  bench.start();
  (void)bench.chip->swd().write(false, 4, 0);
  EXPECT_EQ(bench.chip->swd().read(true, 0xC).ack, SwdAck::fault);
  EXPECT_NE(bench.chip->swd().read(false, 4).data & (1U << 5), 0U);
}

TEST(DebugPort, BanksOfRegisterFour) {
  Bench bench;
  bench.start();
  struct Case {
    std::uint32_t bank, value;
  };
  for (const Case& c : {Case{2, 0x04780041}, Case{3, 1}}) {
    (void)bench.chip->swd().write(false, 8, c.bank);
    EXPECT_EQ(bench.chip->swd().read(false, 4).data, c.value) << c.bank;
  }
  bench.chip->swd().line_reset();  // clears DPBANKSEL
  (void)bench.chip->swd().read(false, 0);
  EXPECT_EQ(bench.chip->swd().read(false, 4).data & 0xF0000000, 0xF0000000);
}

TEST(DebugPort, ReadsOfAccessPortsArePosted) {
  Bench bench;
  bench.start();
  bench.poke(kSram, 0x11111111);
  bench.poke(kSram + 4, 0x22222222);
  (void)bench.peek(kSram);  // sets up access port 1
  (void)bench.chip->swd().write(true, 0, kPlain | 0x12);
  (void)bench.chip->swd().write(true, 4, kSram);
  (void)bench.chip->swd().read(true, 0xC);
  EXPECT_EQ(bench.chip->swd().read(true, 0xC).data, 0x11111111U);
  EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, 0x22222222U);
  EXPECT_EQ(bench.chip->swd().read(false, 8).data, 0x22222222U) << "RESEND";
}

TEST(DebugPort, AFaultSticksUntilItIsCleared) {
  Bench bench;
  bench.start();
  (void)bench.peek(kSram);
  (void)bench.chip->swd().write(true, 4, 0x60000000);  // nothing there
  EXPECT_EQ(bench.chip->swd().read(true, 0xC).ack, SwdAck::ok) << "the error is posted";
  EXPECT_EQ(bench.chip->swd().read(false, 0xC).ack, SwdAck::fault);
  EXPECT_EQ(bench.chip->swd().read(true, 0).ack, SwdAck::fault);
  EXPECT_EQ(bench.chip->swd().write(false, 8, 0), SwdAck::fault);
  EXPECT_EQ(bench.chip->swd().read(false, 0).ack, SwdAck::ok);
  EXPECT_NE(bench.chip->swd().read(false, 4).data & (1U << 5), 0U);
  EXPECT_EQ(bench.chip->swd().write(false, 0, 1U << 2), SwdAck::ok);
  EXPECT_EQ(bench.chip->swd().read(false, 4).data & (1U << 5), 0U);
  EXPECT_EQ(bench.chip->swd().read(true, 0).ack, SwdAck::ok);
}

TEST(DebugPort, AnAbsentAccessPortReadsZero) {
  Bench bench;
  bench.start();
  (void)bench.chip->swd().write(false, 8, 5U << 24 | 0xF0);
  (void)bench.chip->swd().read(true, 0xC);
  EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, 0U);
}

TEST(MemAp, IdentityRegisters) {
  Stm32h5Options options;
  options.ap0_id = 0x84770001;
  Bench bench(options);
  bench.start();
  for (const auto& [port, id] : {std::pair{0U, 0x84770001U}, std::pair{1U, 0x14770015U}}) {
    (void)bench.chip->swd().write(false, 8, port << 24 | 0xF0);
    (void)bench.chip->swd().read(true, 0xC);
    EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, id);
  }
}

TEST(MemAp, AutoIncrementWrapsAtOneKilobyte) {
  Bench bench;
  bench.start();
  (void)bench.peek(kSram);
  (void)bench.chip->swd().write(true, 0, kPlain | 0x12);
  (void)bench.chip->swd().write(true, 4, kSram + 0x3FC);
  (void)bench.chip->swd().write(true, 0xC, 0xAAAA5555);
  (void)bench.chip->swd().write(true, 0xC, 0x5555AAAA);
  EXPECT_EQ(bench.peek(kSram + 0x3FC), 0xAAAA5555U);
  EXPECT_EQ(bench.peek(kSram), 0x5555AAAAU);
  (void)bench.chip->swd().read(true, 4);
  EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, kSram);
}

TEST(MemAp, NarrowTransfersUseTheLanesOfTheirAddress) {
  Bench bench;
  bench.start();
  bench.poke(kSram, 0x44332211);
  for (unsigned lane = 0; lane < 4; ++lane)
    EXPECT_EQ(bench.read(Ap::core, kSram + lane, kPlain, 1), 0x11U * (lane + 1)) << lane;
  EXPECT_EQ(bench.read(Ap::core, kSram + 2, kPlain, 2), 0x4433U);
  EXPECT_TRUE(bench.write(Ap::core, kSram + 1, 0xEE, kPlain, 1));
  EXPECT_EQ(bench.peek(kSram), 0x4433EE11U);
  EXPECT_FALSE(bench.read(Ap::core, kSram + 1, kPlain, 2)) << "misaligned";
}

TEST(MemAp, BankedDataRegistersAddressTheWordsOfSixteenBytes) {
  Bench bench;
  bench.start();
  for (std::uint32_t i = 0; i < 4; ++i) bench.poke(kSram + 0x20 + 4 * i, 0x1000 + i);
  (void)bench.peek(kSram + 0x20);
  (void)bench.chip->swd().write(false, 8, 1U << 24 | 0x10);
  for (std::uint8_t i = 0; i < 4; ++i) {
    (void)bench.chip->swd().read(true, static_cast<std::uint8_t>(4 * i));
    EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, 0x1000U + i);
  }
}

TEST(MemAp, AccessPortsWaitAfterARelease) {
  Bench bench;
  bench.start();
  bench.hold_reset();
  bench.release_reset();
  EXPECT_EQ(bench.chip->swd().read(true, 0).ack, SwdAck::wait);
  bench.pass(3ms);
  EXPECT_EQ(bench.chip->swd().read(true, 0).ack, SwdAck::ok);
}

TEST(MemAp, TheFirstTransfersOfAccessPortZeroMayFault) {
  Stm32h5Options options;
  options.ap0_faults_after_reset = 2;
  Bench bench(options);
  bench.start();
  EXPECT_FALSE(bench.read(Ap::system, 0xE0044000));
  EXPECT_FALSE(bench.read(Ap::system, 0xE0044000));
  EXPECT_EQ(bench.read(Ap::system, 0xE0044000), 0x10006478U);
}

TEST(MemAp, OtherAddressesOfAccessPortZeroAnswer) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.read(Ap::system, 0x08000000), 0U);
  EXPECT_EQ(bench.read(Ap::system, 0xE0044FE0), 0x00U);
  EXPECT_EQ(bench.read(Ap::system, 0xE00440FC), 0x00030003U);
}

}  // namespace
}  // namespace rigor::lab::test
