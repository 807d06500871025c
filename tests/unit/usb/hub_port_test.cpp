#include "framework/usb/hub_port.hpp"

#include <gmock/gmock.h>

#include "framework/usb/libusb_host.hpp"
#include "tests/unit/usb/fake_libusb.hpp"
#include "tests/unit/usb/test_directory.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct PathCase {
  const char* path;
  const char* hub;
  int port;
};
class HubPortOf : public testing::TestWithParam<PathCase> {};
TEST_P(HubPortOf, is_the_last_number_of_the_path) {
  const auto port = hub_port_of(GetParam().path);
  ASSERT_EQ(port.has_value(), GetParam().port != 0);
  if (!port) return;
  EXPECT_EQ(port->hub, GetParam().hub);
  EXPECT_EQ(port->port, GetParam().port);
}
INSTANTIATE_TEST_SUITE_P(table, HubPortOf,
                         testing::Values(PathCase{"1-2.3", "1-2", 3}, PathCase{"10-2.3.14", "10-2.3", 14},
                                         PathCase{"3-4", "3-0", 4}, PathCase{"lab:bench", "", 0}, PathCase{"", "", 0},
                                         PathCase{"1-", "", 0}, PathCase{"1-0", "", 0}, PathCase{"1-2.x", "", 0},
                                         PathCase{"1-2.300", "", 0}, PathCase{"-3", "", 0}));

// USB 2.0, table 11-13: wHubCharacteristics stands at 3.
TEST(HubDescriptor, tells_how_ports_are_switched) {
  const auto with = [](std::uint8_t kind, std::uint8_t characteristics) {
    return hub_traits(Bytes{9, kind, 4, characteristics, 0, 50, 100, 0, 0xFF});
  };
  EXPECT_EQ(with(0x29, 0x09)->switching, PortSwitching::singly);
  EXPECT_EQ(with(0x29, 0x08)->switching, PortSwitching::together);
  EXPECT_EQ(with(0x29, 0x0A)->switching, PortSwitching::none);
  EXPECT_EQ(with(0x29, 0x0B)->switching, PortSwitching::none);
  EXPECT_EQ(with(0x29, 0x09)->ports, 4);
  EXPECT_FALSE(with(0x29, 0x09)->superspeed);
  EXPECT_TRUE(with(0x2A, 0x09)->superspeed);
  EXPECT_FALSE(hub_traits(Bytes{9, 0x29, 4, 0x09}));
}

struct HubBench {
  explicit HubBench(std::vector<std::uint8_t> ports, std::uint8_t characteristics) {
    reset_fake_bus();
    FakeUsbDevice& made = fake_bus().devices.emplace_back();
    made.ports = std::move(ports);
    made.hub_descriptor = {9, 0x29, 4, characteristics, 0, 50, 100, 0, 0xFF};
    hub = &made;
    host = make_libusb_host(*clock, locks.path()).value();
  }
  const TestDirectory locks;
  FakeUsbDevice* hub = nullptr;
  std::unique_ptr<Clock> clock = make_steady_clock();
  std::unique_ptr<Actor> actor = clock->enroll("test");
  std::unique_ptr<UsbHost> host;
};

TEST(HubPower, is_taken_from_one_port_and_given_back) {
  for (const bool root : {false, true}) {
    const HubBench bench(root ? std::vector<std::uint8_t>() : std::vector<std::uint8_t>{2}, 0x09);
    const TimePoint before = bench.clock->now();
    const auto cycled = bench.host->cycle_port_power(root ? "1-3" : "1-2.3", 20ms);
    ASSERT_TRUE(cycled) << cycled.error().describe();
    EXPECT_GE(bench.clock->now() - before, 20ms);
    EXPECT_THAT(bench.hub->port_requests, ElementsAre(FakePortRequest{1, 8, 3}, FakePortRequest{3, 8, 3}));
  }
}

TEST(HubPower, of_all_ports_together_is_left_alone) {
  const HubBench bench({2}, 0x08);
  const auto cycled = bench.host->cycle_port_power("1-2.3", 20ms);
  ASSERT_FALSE(cycled);
  EXPECT_EQ(cycled.error().code(), Code::unsupported);
  EXPECT_FALSE(cycled.error().hint_text().empty());
  EXPECT_THAT(bench.hub->port_requests, IsEmpty());
}

TEST(HubPower, comes_back_when_the_wait_is_interrupted) {
  const HubBench bench({2}, 0x09);
  const HubPort port{.hub = "1-2", .port = 3};
  struct InterruptingHub final : UsbDevice {
    explicit InterruptingHub(Clock& each) : clock(each) {}
    Clock& clock;
    UsbIdentity who;
    std::vector<int> requests;
    const UsbIdentity& identity() const override { return who; }
    Result<void> claim(std::uint8_t) override { return {}; }
    Result<void> write(std::uint8_t, ByteView, Duration) override { return {}; }
    Result<std::size_t> read(std::uint8_t, std::span<std::uint8_t>, Duration) override { return 0U; }
    Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data, Duration) override {
      requests.push_back(setup.request);
      if (setup.request == 6) data[3] = 0x09;
      if (setup.request == 1) clock.interrupt();
      return data.size();
    }
    Result<void> clear_halt(std::uint8_t) override { return {}; }
    Result<void> reset() override { return {}; }
  } hub(*bench.clock);
  EXPECT_EQ(cycle_power(hub, port, *bench.clock, 20ms).error().code(), Code::aborted);
  EXPECT_THAT(hub.requests, ElementsAre(6, 1, 3));
  bench.clock->resume();
}

// The power bit stands at 8 for USB 2 and at 9 for USB 3.
TEST(HubPower, is_read_where_the_hub_s_speed_has_it) {
  for (const bool superspeed : {false, true}) {
    const HubBench bench({2}, 0x09);
    if (superspeed) bench.hub->hub_descriptor[1] = 0x2A;
    const auto hub = bench.host->open("1-2").value();
    const auto traits = read_hub(*hub);
    ASSERT_TRUE(traits) << traits.error().describe();
    EXPECT_EQ(traits->superspeed, superspeed);
    for (const unsigned status : {0x000U, 0x100U, 0x200U}) {
      bench.hub->port_status = static_cast<std::uint16_t>(status);
      EXPECT_EQ(port_has_power(*hub, *traits, 3).value(), status == (superspeed ? 0x200U : 0x100U));
    }
  }
}

TEST(HubPower, of_a_root_hub_is_opened_by_its_bus) {
  const HubBench bench({}, 0x09);
  const auto hub = bench.host->open("1-0");
  ASSERT_TRUE(hub) << hub.error().describe();
  EXPECT_TRUE(switch_port(**hub, 2, false));
  EXPECT_THAT(bench.hub->port_requests, ElementsAre(FakePortRequest{1, 8, 2}));
  EXPECT_EQ(bench.host->open("2-0").error().code(), Code::probe_missing);
}

TEST(HubPower, without_a_hub_there_is_none) {
  const HubBench bench({2}, 0x09);
  EXPECT_EQ(bench.host->cycle_port_power("1-7.3", 1ms).error().code(), Code::probe_missing);
  EXPECT_EQ(bench.host->cycle_port_power("nonsense", 1ms).error().code(), Code::probe_missing);
}

}  // namespace
}  // namespace rigor
