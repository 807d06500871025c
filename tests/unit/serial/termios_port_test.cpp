#include "framework/serial/termios_port.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/unit/contracts/serial_contract.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// The device's end of a pseudo terminal; its other end is an ordinary serial port to the system.
class Pty {
 public:
  Pty() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    EXPECT_GE(master_, 0);
    EXPECT_EQ(::grantpt(master_), 0);
    EXPECT_EQ(::unlockpt(master_), 0);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;
  ~Pty() { close(); }

  [[nodiscard]] std::string path() const { return ::ptsname(master_); }
  void close() {
    if (master_ >= 0) ::close(master_);
    master_ = -1;
  }
  void send(ByteView bytes) const {
    EXPECT_EQ(::write(master_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] Bytes receive(std::size_t count) const {
    Bytes all;
    while (all.size() < count) {
      pollfd wait{master_, POLLIN, 0};
      if (::poll(&wait, 1, 5000) <= 0) break;
      Bytes buffer(count - all.size());
      const ssize_t got = ::read(master_, buffer.data(), buffer.size());
      if (got <= 0) break;
      all.insert(all.end(), buffer.begin(), buffer.begin() + got);
    }
    return all;
  }

 private:
  int master_;
};

struct PtyBench {
  std::unique_ptr<Clock> clock = make_steady_clock();
  std::unique_ptr<Actor> actor = clock->enroll("test");
  Pty pty;
  std::unique_ptr<SerialPorts> ports = make_termios_ports(*clock);
};

SerialFixture make_pty_fixture() {
  auto bench = std::make_shared<PtyBench>();
  PtyBench* raw = bench.get();
  return {.keep = bench,
          .clock = bench->clock.get(),
          .ports = bench->ports.get(),
          .path = bench->pty.path(),
          .device_sends = [raw](ByteView bytes) { raw->pty.send(bytes); },
          .device_receives = [raw](std::size_t count) { return raw->pty.receive(count); },
          .unplug = [raw] { raw->pty.close(); }};
}

INSTANTIATE_TEST_SUITE_P(Termios, SerialContract, ::testing::Values(SerialImplementation{"pty", make_pty_fixture}),
                         serial_implementation_name);

TEST(TermiosPort, a_large_write_goes_on_as_the_device_takes_it) {
  PtyBench bench;
  const auto port = bench.ports->open(bench.pty.path(), 115200);
  ASSERT_TRUE(port.has_value());
  Bytes large(200'000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
  Bytes received;
  std::jthread device([&] { received = bench.pty.receive(large.size()); });
  const auto written = (*port)->write(large, bench.clock->now() + 20s);
  device.join();
  ASSERT_TRUE(written.has_value()) << written.error().describe();
  EXPECT_EQ(received, large);
}

TEST(TermiosPort, a_device_that_takes_nothing_ends_a_write_at_its_deadline) {
  PtyBench bench;
  const auto port = bench.ports->open(bench.pty.path(), 115200);
  ASSERT_TRUE(port.has_value());
  const auto written = (*port)->write(Bytes(1'000'000), bench.clock->now() + 100ms);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), Code::port_failed);
  EXPECT_THAT(written.error().message(), HasSubstr("took no more bytes in time"));
}

TEST(TermiosPort, what_came_before_the_port_was_opened_is_not_read) {
  PtyBench bench;
  const int keep = ::open(bench.pty.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);  // so that the bytes have a place
  bench.pty.send(Bytes{'o', 'l', 'd', '\n'});
  const auto port = bench.ports->open(bench.pty.path(), 115200);
  ::close(keep);
  ASSERT_TRUE(port.has_value()) << port.error().describe();
  bench.pty.send(Bytes{'n', 'e', 'w'});
  Bytes all;
  while (all.size() < 3) {
    const auto chunk = (*port)->read(bench.clock->now() + 2s);
    ASSERT_TRUE(chunk.has_value());
    ASSERT_FALSE(chunk->bytes.empty());
    all.insert(all.end(), chunk->bytes.begin(), chunk->bytes.end());
  }
  EXPECT_EQ(all, (Bytes{'n', 'e', 'w'}));
}

TEST(TermiosPort, bytes_that_nobody_fetches_are_bounded_and_the_newest_stay) {
  PtyBench bench;
  const auto port = bench.ports->open(bench.pty.path(), 115200);
  ASSERT_TRUE(port.has_value());
  Bytes block(4096, 'x');
  for (int i = 0; i < 512; ++i) bench.pty.send(block);  // 2 MiB
  bench.pty.send(Bytes{'e', 'n', 'd'});
  ASSERT_TRUE(bench.clock->sleep_for(200ms).has_value());
  Bytes all;
  for (;;) {
    const auto chunk = (*port)->read(bench.clock->now() + 100ms);
    ASSERT_TRUE(chunk.has_value());
    if (chunk->bytes.empty()) break;
    all.insert(all.end(), chunk->bytes.begin(), chunk->bytes.end());
  }
  EXPECT_LE(all.size(), 1U << 20);
  EXPECT_GT(all.size(), 1U << 19);
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(Bytes(all.end() - 3, all.end()), (Bytes{'e', 'n', 'd'}));
}

struct Refusal {
  std::string path;
  unsigned baud;
  std::string message;
};

TEST(TermiosPort, what_is_no_serial_port_is_refused) {
  const auto clock = make_steady_clock();
  const auto ports = make_termios_ports(*clock);
  const Refusal cases[] = {{"/dev/null", 115200, "no serial port"},
                           {"/no/such/port", 115200, "cannot open /no/such/port"},
                           {"/tmp", 115200, "cannot open /tmp"},
                           {"/dev/null", 12345, "12345 baud is no speed"}};
  for (const auto& [path, baud, message] : cases) {
    const auto port = ports->open(path, baud);
    ASSERT_FALSE(port.has_value()) << path;
    EXPECT_EQ(port.error().code(), Code::port_failed);
    EXPECT_THAT(port.error().message(), HasSubstr(message));
  }
}

TEST(TermiosPort, the_line_is_raw_with_the_speed_asked_for) {
  PtyBench bench;
  const auto port = bench.ports->open(bench.pty.path(), 921600);
  ASSERT_TRUE(port.has_value());
  termios settings{};
  // Opened by root, TIOCEXCL or not; the settings belong to the terminal and not to the descriptor.
  const int other = ::open(bench.pty.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (other < 0) GTEST_SKIP() << "the port is exclusive and this user is not root";
  ASSERT_EQ(::tcgetattr(other, &settings), 0);
  ::close(other);
  EXPECT_EQ(::cfgetospeed(&settings), static_cast<speed_t>(B921600));
  EXPECT_EQ(settings.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), static_cast<tcflag_t>(CS8));
  EXPECT_EQ(settings.c_lflag & (ICANON | ECHO | ISIG), 0U);
  EXPECT_EQ(settings.c_iflag & (IXON | ICRNL), 0U);
  EXPECT_EQ(settings.c_oflag & OPOST, 0U);
}

}  // namespace
}  // namespace rigor
