// Workers that die, and keepers that do: what is left, and what the next one finds.
#include <gmock/gmock.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"

namespace rigor::remote {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kProbe = "lab:weact-relay";
constexpr std::uint8_t kOut = 0x02;
constexpr std::uint8_t kIn = 0x81;

// The version of an ST-LINK/V2 (st-link-protocol.md 3.1).
Result<Bytes> ask_version(UsbDevice& device) {
  Bytes command(16);
  command[0] = 0xF1;
  RIGOR_CHECK(device.write(kOut, command, 1s));
  Bytes reply(6);
  RIGOR_TRY(const std::size_t count, device.read(kIn, reply, 1s));
  reply.resize(count);
  return reply;
}

// What a worker has in its hands.
struct Hands {
  std::unique_ptr<RemoteLab> lab{};
  std::unique_ptr<Actor> actor{};
  std::unique_ptr<OutputLine> power{};
  std::unique_ptr<OutputLine> nrst{};
  std::unique_ptr<SerialPort> console{};
  std::unique_ptr<UsbDevice> probe{};
};

Result<Hands> take_everything(std::unique_ptr<RemoteLab> lab) {
  Hands hands{.lab = std::move(lab)};
  hands.actor = hands.lab->clock().enroll("worker");
  RIGOR_TRY(hands.power, hands.lab->lines().request_output(kPower, Drive::push_pull, Level::high));
  RIGOR_TRY(hands.nrst, hands.lab->lines().request_output(kNrst, Drive::open_drain, Level::low));
  RIGOR_TRY(hands.console, hands.lab->serial().open(kProbe, 115200));
  RIGOR_TRY(hands.probe, hands.lab->usb().open(kProbe));
  RIGOR_CHECK(hands.probe->claim(0));
  return hands;
}

// A pipe over which a child says that it is so far.
class Signal {
 public:
  Signal() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    for (const int end : ends_) ::close(end);
  }
  void give() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }
  void await() const {
    char byte = 0;
    EXPECT_EQ(::read(ends_[0], &byte, 1), 1);
  }

 private:
  std::array<int, 2> ends_{};
};

void expect_all_free(const std::unique_ptr<RemoteLab>& lab) {
  ASSERT_NE(lab, nullptr);
  const auto lines = lab->lines().list();
  ASSERT_TRUE(lines);
  for (const LineInfo& line : *lines) EXPECT_EQ(line.consumer, "") << line.name.line;
}

TEST(Crash, a_worker_killed_in_mid_transfer_leaves_the_board_and_the_next_one_finds_it) {
  const ForkedLab lab;
  const Signal ready;
  const Signal go;
  const auto witness = lab.connect();
  {
    Child worker([&] {
      auto hands = take_everything(lab.connect());
      if (!hands || !hands->lab->clock().sleep_for(500ms)) ::_exit(1);
      ready.give();
      go.await();
      static_cast<void>(ask_version(*hands->probe));
    });
    ready.await();
    // Enrolled and not waiting, this thread holds time, so that the transfer which begins now does not end.
    const auto actor = witness->clock().enroll("witness");
    const std::string before = lab.tell("transfers weact-relay");
    go.give();
    while (lab.tell("transfers weact-relay") == before) std::this_thread::yield();
    EXPECT_EQ(lab.tell("volts weact-relay"), "1");
    worker.kill();
    const TimePoint began = witness->clock().now();
    ASSERT_TRUE(witness->clock().sleep_for(2min)) << "the dead worker still holds time";
    EXPECT_EQ(witness->clock().now(), began + 2min);
  }
  const auto next = lab.connect();
  EXPECT_EQ(lab.tell("volts weact-relay"), "1") << "the board lost its power";
  EXPECT_EQ(lab.tell("nrst weact-relay"), "0") << "the line moved";
  expect_all_free(next);
  const auto hands = take_everything(lab.connect());
  ASSERT_TRUE(hands) << hands.error().describe();
  ASSERT_TRUE(hands->probe->reset());  // as a worker does that does not know what was before
  const auto version = ask_version(*hands->probe);
  ASSERT_TRUE(version) << version.error().describe();
  EXPECT_EQ(version->size(), 6U);
}

TEST(Crash, workers_killed_anywhere_leave_nothing_in_the_way_of_the_next) {
  const ForkedLab lab;
  std::mt19937 random(1);
  for (int round = 0; round < 30; ++round) {
    const Signal holding;
    Child worker([&] {
      auto hands = take_everything(lab.connect());
      if (!hands) ::_exit(1);
      holding.give();
      for (;;) {
        if (!ask_version(*hands->probe) || !hands->nrst->set(Level::high) || !hands->nrst->set(Level::low)) ::_exit(1);
        if (!hands->lab->clock().sleep_for(1ms)) ::_exit(1);
      }
    });
    holding.await();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
    worker.kill();
    const auto hands = take_everything(lab.connect());
    ASSERT_TRUE(hands) << "round " << round << ": " << hands.error().describe();
    ASSERT_TRUE(hands->probe->reset());
    ASSERT_TRUE(ask_version(*hands->probe));
    EXPECT_EQ(lab.tell("workers"), "1");
  }
}

TEST(Crash, what_a_living_worker_holds_nobody_else_gets) {
  ServedLab served;
  const auto first = take_everything(connect_worker(served.server));
  ASSERT_TRUE(first) << first.error().describe();
  const auto second = connect_worker(served.server);
  const auto line = second->lines().request_output(kPower, Drive::push_pull, Level::low);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code(), Code::line_busy);
  const auto port = second->serial().open(kProbe, 115200);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code(), Code::port_failed);
  const auto device = second->usb().open(kProbe);
  ASSERT_TRUE(device);
  const auto claimed = (*device)->claim(0);
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().code(), Code::probe_busy);
}

TEST(Crash, a_killed_workers_thread_that_waits_for_ever_goes_with_it) {
  const ForkedLab lab;
  const Signal waiting;
  const auto witness = lab.connect();
  {
    const auto actor = witness->clock().enroll("witness");  // holds time, so that the wait below is no deadlock
    Child worker([&] {
      const auto own = lab.connect();
      const auto never = own->clock().make_event();
      std::jthread thread([&] {
        const auto waiter = own->clock().enroll("waiter");
        waiting.give();
        static_cast<void>(own->clock().wait(*never, kNever));
      });
    });
    waiting.await();
    EXPECT_EQ(lab.tell("workers"), "2");
    worker.kill();
  }
  const auto next = lab.connect();
  EXPECT_EQ(lab.tell("workers"), "2");
  EXPECT_TRUE(next->clock().sleep_for(1s));
}

// Each seam says in its own words that the keeper is lost, time goes on, and nothing hangs.
TEST(Crash, a_lost_keeper_is_an_error_of_every_seam) {
  ForkedLab lab;
  auto hands = take_everything(lab.connect());
  ASSERT_TRUE(hands) << hands.error().describe();
  RemoteLab& worker = *hands->lab;
  const auto event = worker.clock().make_event();
  const TimePoint before = worker.clock().now();
  lab.kill();

  Bytes data(6);
  const auto code_of = [](const auto& result) { return result ? Code::usage : result.error().code(); };
  EXPECT_EQ(code_of(hands->probe->write(kOut, data, 1s)), Code::probe_lost);
  EXPECT_EQ(code_of(hands->probe->read(kIn, data, 1s)), Code::probe_lost);
  EXPECT_EQ(code_of(hands->probe->control({0x80, 6, 0x0100, 0}, data, 1s)), Code::probe_lost);
  EXPECT_EQ(code_of(hands->probe->clear_halt(kIn)), Code::probe_lost);
  EXPECT_EQ(code_of(hands->probe->reset()), Code::probe_lost);
  EXPECT_EQ(code_of(hands->probe->claim(0)), Code::probe_lost);
  EXPECT_EQ(code_of(worker.usb().list(0)), Code::io_failed);
  EXPECT_EQ(code_of(worker.usb().open(kProbe)), Code::io_failed);
  EXPECT_EQ(code_of(worker.usb().cycle_port_power(kProbe, 1s)), Code::io_failed);
  EXPECT_EQ(code_of(hands->power->set(Level::low)), Code::line_failed);
  EXPECT_EQ(code_of(worker.lines().list()), Code::line_failed);
  EXPECT_EQ(code_of(worker.lines().request_input(kNrst, Watch::level)), Code::line_failed);
  EXPECT_EQ(code_of(hands->console->read(kNever)), Code::port_failed);
  EXPECT_EQ(code_of(hands->console->write(data, kNever)), Code::port_failed);
  EXPECT_EQ(code_of(worker.serial().open(kProbe, 9600)), Code::port_failed);
  EXPECT_EQ(code_of(worker.clock().sleep_for(1h)), Code::io_failed);
  EXPECT_EQ(code_of(worker.clock().wait(*event, kNever)), Code::io_failed);
  event->set();
  worker.clock().interrupt();
  worker.clock().resume();
  const auto late = worker.clock().make_event();
  const auto actor = worker.clock().enroll("late");
  EXPECT_EQ(code_of(worker.clock().wait(*late, kNever)), Code::io_failed);

  const auto again = hands->probe->reset();
  EXPECT_THAT(again.error().describe(), HasSubstr("keeper.sock is lost"));
  std::this_thread::sleep_for(2ms);
  const TimePoint first = worker.clock().now();
  EXPECT_GE(first, before + 2ms) << "a deadline would never come";
  EXPECT_LT(first, before + 1min);
  EXPECT_LE(first, worker.clock().now());
}

TEST(Crash, a_keeper_that_ends_while_workers_wait_ends_their_waits) {
  KeptContractLab kept;
  auto server = std::make_unique<Server>(seams_of(*kept.lab));
  const auto holder = connect_worker(*server);
  const auto worker = connect_worker(*server);
  const auto holds_time = holder->clock().enroll("holder");
  Result<void> slept;
  std::jthread thread([&] { slept = worker->clock().sleep_for(1h); });
  while (server->workers() != 2) std::this_thread::yield();
  std::this_thread::sleep_for(5ms);
  server.reset();
  thread.join();
  EXPECT_FALSE(slept);
  // The lab is as it was, for another server.
  Server again(seams_of(*kept.lab));
  EXPECT_TRUE(connect_worker(again)->clock().sleep_for(1ms));
}

TEST(Crash, a_socket_that_a_dead_keeper_left_is_replaced_and_a_living_ones_is_not) {
  std::string name = (std::filesystem::temp_directory_path() / "rigor-remote-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path path = std::filesystem::path(name) / "keeper.sock";
  KeptContractLab kept;
  {
    const auto left = listen_on(path);
    ASSERT_TRUE(left) << left.error().describe();
    EXPECT_EQ(std::filesystem::status(path).permissions() & std::filesystem::perms::mask,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  {
    const auto server = Server::listen(path, seams_of(*kept.lab));
    ASSERT_TRUE(server) << server.error().describe();
    const auto second = Server::listen(path, seams_of(*kept.lab));
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message(), HasSubstr("another keeper"));
    const auto worker = RemoteLab::connect(path);
    ASSERT_TRUE(worker) << worker.error().describe();
    EXPECT_TRUE((*worker)->clock().sleep_for(1ms));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace rigor::remote
