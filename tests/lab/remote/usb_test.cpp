// The USB contract over a keeper in this process and over one in another.
#include <array>
#include <latch>
#include <thread>

#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"
#include "tests/unit/contracts/usb_contract.hpp"

namespace rigor::remote {
namespace {

// The versions of an ST-LINK/V2, and the long form that an STLINK-V3 has (st-link-protocol.md 3.1).
struct ProbeKind {
  std::string bench;
  std::uint8_t out;
  std::uint8_t command;
  std::size_t reply;
};
const ProbeKind kClone{"weact-relay", 0x02, 0xF1, 6};
const ProbeKind kV3{"nucleo-h533", 0x01, 0xFB, 12};

UsbFixture fixture_of(RemoteLab& worker, const ProbeKind& kind) {
  UsbFixture fixture{.clock = &worker.clock(),
                     .host = &worker.usb(),
                     .path = "lab:" + kind.bench,
                     .vendor = 0x0483,
                     .out = kind.out,
                     .request = Bytes{kind.command},
                     .reply_size = kind.reply};
  fixture.request.resize(16);
  return fixture;
}

UsbFixture make_served_usb(const ProbeKind& kind) {
  const auto served = std::make_shared<ServedLab>();
  lab::UsbPort& port = served->kept.lab->bench(kind.bench)->usb();
  UsbFixture fixture = fixture_of(*served->worker, kind);
  fixture.keep = served;
  fixture.unplug = [&port] { port.unplug(); };
  fixture.plug = [&port] { port.plug(); };
  fixture.stall = [&port] {
    const std::lock_guard lock(port.bench());
    port.firmware().stall();
  };
  return fixture;
}

UsbFixture make_forked_usb(const ProbeKind& kind) {
  struct Remote {
    ForkedLab lab;
    std::unique_ptr<RemoteLab> worker = lab.connect();
    std::unique_ptr<Actor> actor = worker->clock().enroll("test");
  };
  const auto remote = std::make_shared<Remote>();
  UsbFixture fixture = fixture_of(*remote->worker, kind);
  fixture.keep = remote;
  const auto tell = [raw = remote.get(), bench = kind.bench](const std::string& verb) {
    return [raw, command = verb + " " + bench] { EXPECT_EQ(raw->lab.tell(command), ""); };
  };
  fixture.unplug = tell("unplug");
  fixture.plug = tell("plug");
  fixture.stall = tell("stall");
  return fixture;
}

// By this a ledger tells whether the boards are still those of the last run.
TEST(RemoteLab, a_keeper_is_the_same_for_all_its_workers_and_no_other) {
  ServedLab served, another;
  EXPECT_NE(served.worker->keeper(), 0U);
  EXPECT_EQ(connect_worker(served.server)->keeper(), served.worker->keeper());
  EXPECT_NE(another.worker->keeper(), served.worker->keeper());
}

// The host's latch wakes one of those who wait; every worker has to hear of it.
TEST(RemoteUsb, every_worker_that_waits_for_a_change_hears_of_it) {
  using namespace std::chrono_literals;
  constexpr std::size_t kWorkers = 3;
  ServedLab served;
  const auto others =
      std::array{connect_worker(served.server), connect_worker(served.server), connect_worker(served.server)};
  const TimePoint began = served.worker->clock().now();
  // The probes came when the lab was built.
  std::ignore = served.worker->clock().wait(*served.worker->usb().changed(), began);
  for (const auto& other : others) std::ignore = other->clock().wait(*other->usb().changed(), began);
  std::array<TimePoint, kWorkers> heard{};
  std::latch enrolled(kWorkers + 1);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kWorkers; ++i) {
      threads.emplace_back([&, i] {
        RemoteLab& worker = *others[i];
        const auto actor = worker.clock().enroll("waiter");
        enrolled.arrive_and_wait();
        const auto changed = worker.clock().wait(*worker.usb().changed(), began + 1h);
        EXPECT_TRUE(changed.value_or(false)) << i;
        heard[i] = worker.clock().now();
      });
    }
    enrolled.arrive_and_wait();
    ASSERT_TRUE(served.worker->clock().sleep_for(1s));
    served.kept.lab->bench("weact-relay")->usb().unplug();
    ASSERT_TRUE(served.worker->clock().sleep_for(2h));
  }
  for (const TimePoint each : heard) EXPECT_EQ(each, began + 1s);
}

}  // namespace
}  // namespace rigor::remote

namespace rigor {

INSTANTIATE_TEST_SUITE_P(
    Remote, UsbContract,
    ::testing::Values(UsbImplementation{"clone", [] { return remote::make_served_usb(remote::kClone); }},
                      UsbImplementation{"v3", [] { return remote::make_served_usb(remote::kV3); }},
                      UsbImplementation{"forked_clone", [] { return remote::make_forked_usb(remote::kClone); }},
                      UsbImplementation{"forked_v3", [] { return remote::make_forked_usb(remote::kV3); }}),
    usb_implementation_name);

}  // namespace rigor
