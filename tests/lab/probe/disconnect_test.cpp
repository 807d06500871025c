// The cable comes off at a random point of a transfer, again and again: an error with a name, nothing left behind, and
// the probe that is plugged in afterwards works. The driver is the real one; the probe is the lab's.
#include <gtest/gtest.h>

#include <latch>
#include <random>
#include <thread>

#include "fixtures/virtual/lab.hpp"
#include "framework/gpio/relay.hpp"
#include "framework/probe/finding.hpp"
#include "framework/probe/st_link.hpp"
#include "tests/lab/contracts/contract_lab.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;

constexpr int kDisconnects = 1000;
constexpr std::uint64_t kSeed = 20261121;

// Everything that a session does, until something fails.
Result<void> work(Probe& probe) {
  RIGOR_CHECK(probe.set_speed_khz(1800));
  RIGOR_CHECK(probe.target_voltage());
  RIGOR_CHECK(probe.attach());
  RIGOR_CHECK(probe.read_debug_port_id());
  RIGOR_CHECK(probe.open_access_port(1));
  Bytes block(4096, 0x5A);
  RIGOR_CHECK(probe.write_memory({1}, 0x20000000, block));
  RIGOR_CHECK(probe.read_memory({1}, 0x20000000, block));
  RIGOR_CHECK(probe.write_sized(AccessSize::byte, {1}, 0x20000000, ByteView(block).first(100)));
  return probe.detach();
}

struct Session {
  ContractLab lab;
  Clock& clock = lab.lab->clock();
  LabBench& bench = *lab.lab->bench(kBench);
  static constexpr const char* kBench = "weact-relay";
  static constexpr const char* kPath = "lab:weact-relay";

  Session() {
    // The relay of the rig, so that there is a chip to talk to.
    const LineDescription& line = *lab.rig->bench(kBench)->line("power");
    power = Relay::take(lab.lab->lines(), clock, {.job = "power", .name = line.name, .settle = 15ms}).value();
    EXPECT_TRUE(power->set(true));
    EXPECT_TRUE(clock.sleep_for(500ms));
  }
  Result<void> run() {
    RIGOR_TRY(const auto probe, open_st_link(lab.lab->usb(), kPath, clock));
    return work(*probe);
  }
  std::unique_ptr<Relay> power;
};

// One session undisturbed, of a probe that was just plugged in: how many commands and how long.
struct Length {
  std::uint64_t commands = 0;
  Duration duration{};
};
Length measure(Session& session) {
  session.bench.usb().unplug();
  session.bench.usb().plug();
  const std::uint64_t commands = session.bench.usb().traffic().commands;
  const TimePoint start = session.clock.now();
  const auto done = session.run();
  EXPECT_TRUE(done) << done.error().describe();
  const Length length{session.bench.usb().traffic().commands - commands, session.clock.now() - start};
  session.bench.usb().unplug();
  session.bench.usb().plug();
  return length;
}

// Pulls the cable after a while, on a thread of its own.
class Puller {
 public:
  Puller(Session& session, Duration after) : session_(session), after_(after), thread_([this] { pull(); }) {
    ready_.wait();
  }
  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;
  ~Puller() {
    // Time moves only while every enrolled thread waits, and joining is no such wait.
    EXPECT_TRUE(session_.clock.sleep_for(after_));
    thread_.join();
  }

 private:
  void pull() {
    const auto actor = session_.clock.enroll("puller");
    ready_.count_down();
    EXPECT_TRUE(session_.clock.sleep_for(after_));
    session_.bench.usb().unplug();
  }

  Session& session_;
  Duration after_;
  std::latch ready_{1};
  std::thread thread_;
};

// A session whose cable comes off after a while, wherever it is then.
Result<void> run_and_pull(Session& session, Duration after) {
  const Puller puller(session, after);
  return session.run();
}

// A session whose cable comes off while one of its commands is sent.
Result<void> run_and_unplug_at(Session& session, std::uint64_t command) {
  UsbFaults faults;
  faults.unplug_at_command = session.bench.usb().traffic().commands + command;
  session.bench.usb().plant(faults);
  return session.run();
}

void expect_loss(const Result<void>& done) {
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::probe_lost) << done.error().describe();
}

TEST(Disconnect, at_any_point_is_a_loss_by_name_and_the_next_probe_works) {
  Session session;
  UsbPort& port = session.bench.usb();
  const Length length = measure(session);
  ASSERT_GT(length.commands, 20U);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < kDisconnects; ++i) {
    SCOPED_TRACE("disconnect " + std::to_string(i));
    const TimePoint start = session.clock.now();
    // Even ones at a command, odd ones at a moment; after the last tenth of a session it may just have ended.
    const auto done = i % 2 == 0 ? run_and_unplug_at(session, 1 + random() % length.commands)
                                 : run_and_pull(session, Duration(random() % (length.duration.count() * 9 / 10)));
    expect_loss(done);
    if (HasFailure()) return;
    EXPECT_LT(session.clock.now() - start, length.duration + 6s) << "a loss is noticed, not waited for";
    EXPECT_EQ(device_at(session.lab.lab->usb(), Session::kPath).value(), std::nullopt);
    port.plug();
    EXPECT_TRUE(await_device(session.lab.lab->usb(), Session::kPath, session.clock, 5s));
    if (i % 100 == 99) std::ignore = measure(session);
  }
}

// Not between two transfers but while one waits: the thread that pulls the cable is another one.
TEST(Disconnect, while_a_reply_is_awaited_ends_the_wait_at_once) {
  Session session;
  UsbPort& port = session.bench.usb();
  auto probe = open_st_link(session.lab.lab->usb(), Session::kPath, session.clock);
  ASSERT_TRUE(probe);
  UsbFaults faults;
  faults.drop_reply = port.traffic().replies + 1;
  port.plant(faults);
  const TimePoint start = session.clock.now();
  const auto volts = [&] {
    const Puller puller(session, 100ms);
    return (*probe)->target_voltage();
  }();
  ASSERT_FALSE(volts);
  EXPECT_EQ(volts.error().code(), Code::probe_lost);
  EXPECT_LT(session.clock.now() - start, 500ms);
}

}  // namespace
}  // namespace rigor::lab
