#include "fixtures/virtual/serial_ports.hpp"

#include <gtest/gtest.h>

#include "fixtures/virtual/virtual_clock.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;

class SerialPortsTest : public testing::Test {
 protected:
  SerialPortsTest() { ports_.add("bench"); }
  VirtualClock clock_;
  std::unique_ptr<Actor> actor_ = clock_.enroll("test");
  VirtualSerialPorts ports_{clock_};
  const Bytes hello_ = {'h', 'e', 'l', 'l', 'o'};
};

TEST_F(SerialPortsTest, ReturnsWhatIsWrittenAfterItsTimeOnTheWire) {
  const auto port = ports_.open("lab:bench", 10'000);
  ASSERT_TRUE(port);
  ASSERT_TRUE((*port)->write(hello_, kNever));
  const auto chunk = (*port)->read(clock_.now() + 1s);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->bytes, hello_);
  EXPECT_EQ(chunk->at, TimePoint(5ms));
}

TEST_F(SerialPortsTest, AnEmptyChunkAtTheDeadline) {
  const auto port = ports_.open("lab:bench/console", 115200);
  ASSERT_TRUE(port);
  const auto chunk = (*port)->read(clock_.now() + 20ms);
  ASSERT_TRUE(chunk);
  EXPECT_TRUE(chunk->bytes.empty());
  EXPECT_EQ(clock_.now(), TimePoint(20ms));
}

TEST_F(SerialPortsTest, PrintsOfTheBoardComeWithTheirTimeAndOnlyWhileSomebodyListens) {
  Console* console = ports_.find("bench");
  ASSERT_NE(console, nullptr);
  console->print(hello_);
  const auto port = ports_.open("lab:bench", 115200);
  ASSERT_TRUE(port);
  clock_.at(clock_.now() + 3ms, [&] { console->print(hello_); });
  const auto chunk = (*port)->read(clock_.now() + 1s);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->bytes, hello_);
  EXPECT_EQ(chunk->at, TimePoint(3ms));
}

TEST_F(SerialPortsTest, IsRefusedTwiceUnknownOrWithoutASpeed) {
  const auto port = ports_.open("lab:bench", 115200);
  ASSERT_TRUE(port);
  for (const auto& [path, baud] : {std::pair("lab:bench", 115200U), {"lab:other", 115200U}, {"lab:bench", 0U}}) {
    const auto refused = ports_.open(path, baud);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Code::port_failed);
  }
}

TEST_F(SerialPortsTest, AWriteThatDoesNotFitIntoItsTimeFails) {
  const auto port = ports_.open("lab:bench", 10'000);
  ASSERT_TRUE(port);
  const auto written = (*port)->write(hello_, clock_.now() + 1ms);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Code::port_failed);
  EXPECT_EQ(clock_.now(), TimePoint(1ms));
}

}  // namespace
}  // namespace rigor::lab
