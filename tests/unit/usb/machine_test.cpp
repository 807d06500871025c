// The host on this machine's own libusb and whatever is plugged in, often nothing.
#include <gtest/gtest.h>

#include <filesystem>

#include "framework/usb/libusb_host.hpp"

namespace rigor {
namespace {

TEST(LibusbOnThisMachine, starts_lists_and_stops) {
  const auto clock = make_steady_clock();
  const auto actor = clock->enroll("test");
  const auto host = make_libusb_host(*clock);
  if (!host) {
    EXPECT_EQ(host.error().code(), Code::io_failed);
    EXPECT_FALSE(host.error().message().empty());
    return;
  }
  const auto devices = (*host)->list(0);
  ASSERT_TRUE(devices.has_value()) << devices.error().describe();
  if (!std::filesystem::exists("/dev/bus/usb")) {
    EXPECT_TRUE(devices->empty());
  }
  for (const UsbIdentity& device : *devices) EXPECT_FALSE(device.path.empty());
  const auto nobody = (*host)->open("250-7.7.7");
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().code(), Code::probe_missing);
}

TEST(LibusbOnThisMachine, hosts_come_and_go) {
  const auto clock = make_steady_clock();
  for (int i = 0; i < 20; ++i) {
    const auto host = make_libusb_host(*clock);
    if (!host) {
      EXPECT_EQ(host.error().code(), Code::io_failed);
    }
  }
}

}  // namespace
}  // namespace rigor
