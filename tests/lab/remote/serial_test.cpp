// The contract of serial ports over a keeper in this process and over one in another.
#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"
#include "tests/unit/contracts/serial_contract.hpp"

namespace rigor::remote {
namespace {

using namespace std::chrono_literals;

SerialFixture make_served_serial() {
  struct Wired : ServedLab {
    lab::Console& console = *kept.lab->console("weact-relay");
    Bytes received;
  };
  const auto wired = std::make_shared<Wired>();
  Wired* raw = wired.get();
  wired->console.attach(
      [raw](ByteView bytes) { raw->received.insert(raw->received.end(), bytes.begin(), bytes.end()); });
  return {.keep = wired,
          .clock = &wired->worker->clock(),
          .ports = &wired->worker->serial(),
          .path = "lab:weact-relay",
          .device_sends = [raw](ByteView bytes) { raw->console.print(bytes); },
          .device_receives = [raw](std::size_t) { return std::exchange(raw->received, {}); }};
}

SerialFixture make_forked_serial() {
  struct Remote {
    ForkedLab lab;
    std::unique_ptr<RemoteLab> worker = lab.connect();
    std::unique_ptr<Actor> actor = worker->clock().enroll("test");
  };
  const auto remote = std::make_shared<Remote>();
  Remote* raw = remote.get();
  return {
      .keep = remote,
      .clock = &remote->worker->clock(),
      .ports = &remote->worker->serial(),
      .path = "lab:weact-relay",
      .device_sends =
          [raw](ByteView bytes) { std::ignore = raw->lab.tell("print " + std::string(bytes.begin(), bytes.end())); },
      .device_receives =
          [raw](std::size_t) {
            const std::string text = raw->lab.tell("received");
            return Bytes(text.begin(), text.end());
          }};
}

// Longer than one request and longer than the keeper waits at once.
TEST(RemoteSerial, a_long_write_and_a_long_silence_pass_in_parts) {
  const SerialFixture fixture = make_served_serial();
  const auto port = fixture.ports->open(fixture.path, 9600);
  ASSERT_TRUE(port);
  Bytes large(5000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
  const TimePoint began = fixture.clock->now();
  ASSERT_TRUE((*port)->write(large, began + 1h));
  EXPECT_EQ(fixture.device_receives(large.size()), large);
  EXPECT_NEAR(std::chrono::duration<double>(fixture.clock->now() - began).count(), 5000 * 10 / 9600.0, 0.001);

  const TimePoint deadline = fixture.clock->now() + 10min;
  const auto chunk = (*port)->read(deadline);
  ASSERT_TRUE(chunk) << chunk.error().describe();
  EXPECT_TRUE(chunk->bytes.empty());
  EXPECT_EQ(fixture.clock->now(), deadline);
}

TEST(RemoteSerial, a_read_that_nothing_can_end_is_a_deadlock) {
  const SerialFixture fixture = make_served_serial();
  const auto port = fixture.ports->open(fixture.path, 9600);
  ASSERT_TRUE(port);
  const auto chunk = (*port)->read(kNever);
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code(), Code::deadlock);
}

}  // namespace
}  // namespace rigor::remote

namespace rigor {

INSTANTIATE_TEST_SUITE_P(Remote, SerialContract,
                         ::testing::Values(SerialImplementation{"console", remote::make_served_serial},
                                           SerialImplementation{"forked_console", remote::make_forked_serial}),
                         serial_implementation_name);

}  // namespace rigor
