// A debugger of a few lines, for these tests only: one STM32F4, a hand-moved clock and serial-wire transfers.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "fixtures/virtual/stm32f4/stm32f4.hpp"
#include "framework/base/bytes.hpp"

namespace rigor::lab::test {

using namespace std::chrono_literals;

inline constexpr std::uint32_t kFlash = 0x08000000, kSram = 0x20000000, kCcm = 0x10000000;
inline constexpr std::uint32_t kFlashRegisters = 0x40023C00, kKeyr = kFlashRegisters + 0x04,
                               kOptKeyr = kFlashRegisters + 0x08, kSr = kFlashRegisters + 0x0C,
                               kCr = kFlashRegisters + 0x10, kOptCr = kFlashRegisters + 0x14,
                               kOptCr1 = kFlashRegisters + 0x18;
inline constexpr std::uint32_t kPg = 1, kSer = 2, kMer = 4, kMer1 = 1U << 15, kStrt = 1U << 16, kEopIe = 1U << 24,
                               kErrIe = 1U << 25, kX8 = 0, kX16 = 1U << 8, kX32 = 2U << 8, kX64 = 3U << 8;
inline constexpr std::uint32_t kEop = 1, kOpErr = 2, kWrpErr = 1U << 4, kPgaErr = 1U << 5, kPgpErr = 1U << 6,
                               kPgsErr = 1U << 7, kRdErr = 1U << 8;
inline constexpr std::uint32_t kOtp = 0x1FFF7800, kOtpLocks = 0x1FFF7A00, kBackup = 0x40024000;
inline constexpr std::uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8, kDemcr = 0xE000EDFC,
                               kDfsr = 0xE000ED30, kAircr = 0xE000ED0C;
inline constexpr std::uint32_t kBusy = 1U << 16;

// CR of an erase of one sector.
inline std::uint32_t erase_sector(std::uint32_t number) { return kSer | number << 3 | kX32 | kStrt; }

// Time that moves only when the test says so.
class HandClock final : public Scheduler {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  Ticket at(TimePoint, std::function<void()>) override { return 1; }  // the model asks for no callbacks
  void cancel(Ticket) override {}
  void advance(Duration time) { now_ += time; }

 private:
  TimePoint now_{};
};

// Powered, out of reset and connected, unless a test does it itself.
class F4Bench {
 public:
  explicit F4Bench(const Stm32f4Options& options = {}, std::unique_ptr<ChipCpu> cpu = make_idle_cpu(),
                   std::uint64_t seed = 1)
      : chip(make_stm32f4(options, clock, std::move(cpu), seed)) {}

  HandClock clock;
  std::unique_ptr<Stm32f4Chip> chip;

  void pass(Duration time) { clock.advance(time); }
  void start() {
    chip->supply(3.3);
    chip->nrst(true);
    pass(10ms);
    ASSERT_TRUE(connect());
  }
  void pulse_nrst() {
    chip->nrst(false);
    pass(1ms);
    chip->nrst(true);
  }
  void power_cycle() {
    chip->supply(0);
    pass(10ms);
    chip->supply(3.3);
    pass(10ms);
  }
  // Line reset, DPIDR, power-up requests. False when nothing answers.
  bool connect() {
    chip->swd().line_reset();
    if (chip->swd().read(false, 0).ack != SwdAck::ok) return false;
    (void)chip->swd().write(false, 0, 0x1E);
    (void)chip->swd().write(false, 8, 0);
    return chip->swd().write(false, 4, 0x50000000) == SwdAck::ok;
  }
  // Nothing when the transfer faulted; the sticky flag is cleared.
  std::optional<std::uint32_t> read(std::uint32_t address, unsigned size = 4) {
    if (!prepare(address, size) || repeat([&] { return chip->swd().read(true, 0xC).ack; }) != SwdAck::ok)
      return fault();
    SwdReply reply;
    if (repeat([&] { return (reply = chip->swd().read(false, 0xC)).ack; }) != SwdAck::ok) return fault();
    const std::uint32_t value = reply.data >> (8 * (address & 3));
    return size == 4 ? value : value & ((1U << (8 * size)) - 1);
  }
  // False when the transfer faulted.
  bool write(std::uint32_t address, std::uint32_t value, unsigned size = 4) {
    const bool begun = prepare(address, size) &&
                       repeat([&] { return chip->swd().write(true, 0xC, value << (8 * (address & 3))); }) == SwdAck::ok;
    if (begun && repeat([&] { return chip->swd().read(false, 0xC).ack; }) == SwdAck::ok) return true;
    fault();
    return false;
  }
  std::uint32_t peek(std::uint32_t address) { return read(address).value_or(0xDEADDEAD); }

  void unlock_flash() {
    EXPECT_TRUE(write(kKeyr, 0x45670123));
    EXPECT_TRUE(write(kKeyr, 0xCDEF89AB));
  }
  void unlock_options() {
    EXPECT_TRUE(write(kOptKeyr, 0x08192A3B));
    EXPECT_TRUE(write(kOptKeyr, 0x4C5D6E7F));
  }
  // Returns SR when the write is over.
  std::uint32_t write_options(std::uint32_t first, std::optional<std::uint32_t> second = {}) {
    begin_options(first, second);
    (void)busy_time();
    return peek(kSr);
  }
  void begin_options(std::uint32_t first, std::optional<std::uint32_t> second = {}) {
    if ((peek(kOptCr) & 1) != 0) unlock_options();
    if (second) {
      EXPECT_TRUE(write(kOptCr1, *second));
    }
    EXPECT_TRUE(write(kOptCr, first | 2));
  }
  // One unit, with the flash unlocked; returns SR.
  std::uint32_t program(std::uint32_t address, std::uint32_t value, unsigned size = 4) {
    EXPECT_TRUE(write(kCr, kPg | (size == 4 ? kX32 : size == 2 ? kX16 : kX8)));
    EXPECT_TRUE(write(address, value, size));
    pass(1ms);
    return peek(kSr);
  }
  // Time that the flash is busy, to a millisecond.
  Duration busy_time() {
    const TimePoint began = clock.now();
    while ((peek(kSr) & kBusy) != 0 && clock.now() - began < 60s) pass(1ms);
    return clock.now() - began;
  }
  bool halt() {
    (void)write(kDhcsr, 0xA05F0003);
    return (peek(kDhcsr) & 1U << 17) != 0;
  }
  std::uint32_t core_register(std::uint32_t number) {
    (void)write(kDcrsr, number);
    return peek(kDcrdr);
  }
  void set_core_register(std::uint32_t number, std::uint32_t value) {
    (void)write(kDcrdr, value);
    (void)write(kDcrsr, number | 1U << 16);
  }

 private:
  template <typename Transfer>
  SwdAck repeat(Transfer transfer) {
    SwdAck ack = transfer();
    for (int i = 0; ack == SwdAck::wait && i < 100'000; ++i) {
      pass(1us);
      ack = transfer();
    }
    return ack;
  }
  bool prepare(std::uint32_t address, unsigned size) {
    const std::uint32_t width = size == 4 ? 2U : size == 2 ? 1U : 0U;
    return chip->swd().write(false, 8, 0) == SwdAck::ok &&
           chip->swd().write(true, 0, 0x23000000 | width) == SwdAck::ok &&
           chip->swd().write(true, 4, address) == SwdAck::ok;
  }
  std::nullopt_t fault() {
    (void)chip->swd().write(false, 0, 0x1E);
    return std::nullopt;
  }
};

}  // namespace rigor::lab::test
