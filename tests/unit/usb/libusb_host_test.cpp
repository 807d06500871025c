#include "framework/usb/libusb_host.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "tests/unit/contracts/usb_contract.hpp"
#include "tests/unit/usb/fake_libusb.hpp"
#include "tests/unit/usb/test_directory.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A new bus with one probe on it, and everything given back at the end.
struct UsbBench {
  UsbBench() {
    reset_fake_bus();
    probe = &fake_bus().devices.emplace_back();
    probe->strings = {
        {0, {4, LIBUSB_DT_STRING, 0x09, 0x04}}, {2, string_descriptor("ST-LINK")}, {3, string_descriptor("55FF6B06")}};
    clock = make_steady_clock();
    actor = clock->enroll("test");
    auto made = make_libusb_host(*clock, locks.path());
    EXPECT_TRUE(made.has_value());
    host = *std::move(made);
  }
  UsbBench(const UsbBench&) = delete;
  UsbBench& operator=(const UsbBench&) = delete;
  ~UsbBench() {
    host.reset();
    EXPECT_EQ(fake_bus().transfers, 0U);
    EXPECT_EQ(fake_bus().handles, 0U);
    EXPECT_EQ(fake_bus().lists, 0U);
    EXPECT_EQ(fake_bus().contexts, 0U);
  }
  [[nodiscard]] std::unique_ptr<UsbDevice> open() const {
    auto device = host->open("1-2.3");
    EXPECT_TRUE(device.has_value());
    return device ? *std::move(device) : nullptr;
  }
  void unplug() const {
    FakeBus& bus = fake_bus();
    {
      const std::lock_guard lock(bus.mutex);
      for (FakeUsbDevice& device : bus.devices) bus.unplug(device);
    }
    bus.hotplug(nullptr, nullptr, LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, bus.hotplug_data);
  }

  const TestDirectory locks;
  FakeUsbDevice* probe = nullptr;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Actor> actor;
  std::unique_ptr<UsbHost> host;
};

UsbFixture make_fake_usb() {
  auto bench = std::make_shared<UsbBench>();
  UsbBench* raw = bench.get();
  const auto plug = [] {
    FakeBus& bus = fake_bus();
    const std::lock_guard lock(bus.mutex);
    bus.devices.emplace_back();  // another device at the same place; the old one stays gone
  };
  const auto stall = [raw] {
    const std::lock_guard lock(fake_bus().mutex);
    raw->probe->stalled = true;
  };
  return {.keep = bench,
          .clock = bench->clock.get(),
          .host = bench->host.get(),
          .path = "1-2.3",
          .vendor = 0x0483,
          .out = 0x01,
          .in = 0x81,
          .request = Bytes(16, 0xF1),
          .reply_size = 6,
          .unplug = [raw] { raw->unplug(); },
          .plug = plug,
          .stall = stall};
}

INSTANTIATE_TEST_SUITE_P(Libusb, UsbContract, ::testing::Values(UsbImplementation{"fake_libusb", make_fake_usb}),
                         usb_implementation_name);

TEST(LibusbHost, list_is_ordered_by_place_and_leaves_root_hubs_out) {
  const UsbBench bench;
  for (const std::vector<std::uint8_t>& ports : {std::vector<std::uint8_t>{10}, {2}, {}, {2, 3, 1}}) {
    fake_bus().devices.emplace_back().ports = ports;
  }
  fake_bus().devices.emplace_back().bus = 10;
  const auto devices = bench.host->list(0);
  ASSERT_TRUE(devices.has_value());
  std::vector<std::string> paths;
  for (const UsbIdentity& device : *devices) paths.push_back(device.path);
  EXPECT_THAT(paths, ElementsAre("1-2", "1-2.3", "1-2.3.1", "1-10", "10-2.3"));
}

TEST(LibusbHost, strings_come_as_they_are_and_names_as_text) {
  const UsbBench bench;
  const auto devices = bench.host->list(0x0483);
  ASSERT_EQ(devices->size(), 1U);
  EXPECT_EQ((*devices)[0].product_name, "ST-LINK");
  EXPECT_EQ((*devices)[0].serial_descriptor, string_descriptor("55FF6B06"));
  EXPECT_EQ((*devices)[0].interfaces.at(0).endpoints.at(0).max_packet, 64);
}

TEST(LibusbHost, a_device_that_may_not_be_opened_is_listed_without_strings) {
  const UsbBench bench;
  bench.probe->open_fails_with = LIBUSB_ERROR_ACCESS;
  const auto devices = bench.host->list(0);
  ASSERT_EQ(devices->size(), 1U);
  EXPECT_TRUE((*devices)[0].serial_descriptor.empty());
  const auto device = bench.host->open("1-2.3");
  ASSERT_FALSE(device.has_value());
  EXPECT_EQ(device.error().code(), Code::io_failed);
  EXPECT_THAT(device.error().hint_text(), HasSubstr("udev rule"));
}

TEST(LibusbHost, broken_strings_are_empty_and_no_error) {
  const UsbBench bench;
  bench.probe->strings.clear();  // every request ends in a STALL
  const auto device = bench.open();
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->identity().product_name, "");
  EXPECT_TRUE(device->identity().serial_descriptor.empty());
}

struct InitFailure {
  int number;
  Code code;
};

TEST(LibusbHost, a_libusb_that_does_not_start_says_so) {
  for (const auto& [number, code] :
       {InitFailure{LIBUSB_ERROR_OTHER, Code::io_failed}, InitFailure{LIBUSB_ERROR_NO_MEM, Code::io_failed}}) {
    reset_fake_bus();
    fake_bus().init_fails_with = number;
    const auto clock = make_steady_clock();
    const auto host = make_libusb_host(*clock);
    ASSERT_FALSE(host.has_value());
    EXPECT_EQ(host.error().code(), code);
  }
}

TEST(LibusbHost, without_hotplug_changes_are_not_told) {
  reset_fake_bus();
  fake_bus().has_hotplug = false;
  const auto clock = make_steady_clock();
  const auto host = make_libusb_host(*clock);
  ASSERT_TRUE(host.has_value());
  EXPECT_EQ((*host)->changed(), nullptr);
}

TEST(LibusbDevice, a_write_that_is_taken_in_part_fails) {
  const UsbBench bench;
  bench.probe->swallows_writes = true;
  const auto device = bench.open();
  const auto written = device->write(0x01, Bytes(16), 1s);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), Code::io_failed);
  EXPECT_THAT(written.error().message(), HasSubstr("only 8 moved"));
}

TEST(LibusbDevice, a_device_that_sends_too_much_fails_the_read) {
  const UsbBench bench;
  bench.probe->babbles = true;
  const auto device = bench.open();
  Bytes buffer(6);
  const auto read = device->read(0x81, buffer, 1s);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), Code::io_failed);
}

TEST(LibusbDevice, a_short_packet_ends_a_read_and_nothing_to_read_is_nothing_read) {
  const UsbBench bench;
  const auto device = bench.open();
  ASSERT_TRUE(device->write(0x01, Bytes(16), 1s).has_value());
  Bytes buffer(64, 0xEE);
  EXPECT_EQ(device->read(0x81, buffer, 1s).value_or(0), 6U);
  EXPECT_EQ(buffer[5], 1);
  EXPECT_EQ(buffer[6], 0xEE);
  EXPECT_EQ(device->read(0x81, {}, 1s).value_or(9), 0U);
}

TEST(LibusbDevice, control_data_goes_out_behind_its_setup) {
  const UsbBench bench;
  const auto device = bench.open();
  Bytes data{1, 2, 3};
  EXPECT_EQ(device->control({0x40, 0x10, 0, 0}, data, 1s).value_or(0), 3U);
  EXPECT_THAT(bench.probe->written, ElementsAre(Bytes{1, 2, 3}));
  EXPECT_EQ(device->control({0x40, 0x10, 0, 0}, {}, 1s).value_or(9), 0U);
  Bytes huge(0x10000);
  EXPECT_FALSE(device->control({0x40, 0x10, 0, 0}, huge, 1s).has_value());
  const auto refused = device->control({0xC0, 0x10, 0, 0}, data, 1s);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::probe_stalled);
}

TEST(LibusbDevice, a_pending_read_ends_when_the_cable_is_pulled) {
  const UsbBench bench;
  const auto device = bench.open();
  std::thread puller([&] {
    std::this_thread::sleep_for(20ms);
    bench.unplug();
  });
  Bytes buffer(6);
  const auto read = device->read(0x81, buffer, 10s);
  puller.join();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), Code::probe_lost);
  EXPECT_EQ(device->reset().error().code(), Code::probe_lost);
  EXPECT_EQ(device->clear_halt(0x81).error().code(), Code::probe_lost);
}

TEST(LibusbDevice, a_transfer_that_comes_back_late_harms_nobody) {
  const UsbBench bench;
  auto device = bench.open();
  bench.probe->ignores_cancel = true;
  {
    Bytes buffer(6);  // dead long before the transfer comes back
    const auto read = device->read(0x81, buffer, 10ms);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code(), Code::probe_timeout);
    EXPECT_THAT(read.error().message(), HasSubstr("not even cancelled"));
  }
  {
    FakeBus& bus = fake_bus();
    const std::lock_guard lock(bus.mutex);
    ASSERT_EQ(bus.pending.size(), 1U);
    std::fill_n(bus.pending[0]->buffer, 6, 0xAA);
    bus.finish(bus.pending[0], LIBUSB_TRANSFER_COMPLETED, 6);
  }
  device.reset();
}

TEST(LibusbDevice, closing_waits_for_a_cancelled_transfer) {
  const UsbBench bench;
  auto device = bench.open();
  bench.probe->ignores_cancel = true;
  bench.clock->interrupt();
  Bytes buffer(6);
  EXPECT_EQ(device->read(0x81, buffer, 10s).error().code(), Code::aborted);
  std::thread kernel([] {
    std::this_thread::sleep_for(50ms);
    FakeBus& bus = fake_bus();
    const std::lock_guard lock(bus.mutex);
    EXPECT_EQ(bus.handles, 1U) << "closed under a transfer";
    bus.finish(bus.pending.at(0), LIBUSB_TRANSFER_CANCELLED, 0);
  });
  device.reset();
  kernel.join();
  bench.clock->resume();
}

TEST(LibusbDevice, who_has_it_is_named) {
  const UsbBench bench;
  const auto first = bench.open();
  const auto second = bench.open();
  ASSERT_TRUE(first->claim(0).has_value());
  ASSERT_TRUE(first->claim(0).has_value()) << "its own again";
  const auto busy = second->claim(0);
  ASSERT_FALSE(busy.has_value());
  EXPECT_EQ(busy.error().code(), Code::probe_busy);
  EXPECT_THAT(busy.error().message(), HasSubstr("1-2.3 is busy, held by " + this_process()));
}

TEST(LibusbDevice, a_device_outlives_its_host) {
  UsbBench bench;
  auto device = bench.open();
  bench.host.reset();
  ASSERT_TRUE(device->write(0x01, Bytes(16), 1s).has_value());
  Bytes buffer(6);
  EXPECT_EQ(device->read(0x81, buffer, 1s).value_or(0), 6U);
  device.reset();
}

}  // namespace
}  // namespace rigor
