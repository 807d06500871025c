#include "framework/probe/finding.hpp"

#include <gmock/gmock.h>

#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor {
namespace {

using namespace test;
using namespace std::chrono_literals;
using testing::HasSubstr;

Bytes text_descriptor(const std::string& text) {
  Bytes bytes{static_cast<std::uint8_t>(2 + 2 * text.size()), 3};
  for (const char c : text) bytes.insert(bytes.end(), {static_cast<std::uint8_t>(c), 0});
  return bytes;
}

UsbIdentity probe_at(const std::string& path, const std::string& serial, std::uint16_t product = 0x3748) {
  UsbIdentity usb;
  usb.path = path;
  usb.vendor = 0x0483;
  usb.product = product;
  usb.serial_descriptor = text_descriptor(serial);
  return usb;
}

// Devices that come after a number of lists.
class ListedHost final : public UsbHost {
 public:
  std::vector<UsbIdentity> devices;
  int empty_lists = 0;
  int lists = 0;
  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t) override {
    return ++lists <= empty_lists ? std::vector<UsbIdentity>() : devices;
  }
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string&) override {
    return fail(Code::probe_missing, "nothing opens here");
  }
  [[nodiscard]] Event* changed() override { return event; }
  Event* event = nullptr;
};

constexpr const char* kSerial = "50FF6D065052784825260567";

struct Finding : testing::Test {
  ListedHost host;
  Finding() {
    host.devices = {probe_at("1-2", kSerial), probe_at("1-3", kSerial),
                    probe_at("1-4", "066DFF535550755187191037", 0x374B),
                    probe_at("1-5", "066DFF535550755187191037", 0x5740)};
  }
};

TEST_F(Finding, a_place_names_a_probe_whatever_its_serial_number) {
  EXPECT_EQ(find_st_link(host, "1-3").value(), "1-3");
}

TEST_F(Finding, a_serial_number_that_one_probe_has_names_it) {
  EXPECT_EQ(find_st_link(host, "066DFF535550755187191037").value(), "1-4") << "1-5 is no ST-LINK";
}

TEST_F(Finding, a_shared_serial_number_names_nobody_and_the_places_are_told) {
  const auto found = find_st_link(host, kSerial);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), Code::probe_ambiguous);
  EXPECT_THAT(found.error().message(), HasSubstr("1-2, 1-3"));
  EXPECT_THAT(found.error().hint_text(), HasSubstr("port path"));
}

TEST_F(Finding, nothing_said_is_the_only_one_there_is) {
  EXPECT_EQ(find_st_link(host, "").error().code(), Code::probe_ambiguous);
  host.devices.erase(host.devices.begin(), host.devices.begin() + 2);
  EXPECT_EQ(find_st_link(host, "").value(), "1-4");
}

TEST_F(Finding, nobody_there_says_who_is) {
  for (const char* who : {"9-9", "1-5", "ABCDEF"}) {
    const auto found = find_st_link(host, who);
    ASSERT_FALSE(found) << who;
    EXPECT_EQ(found.error().code(), Code::probe_missing);
    EXPECT_THAT(found.error().hint_text(), HasSubstr("1-2, 1-3, 1-4"));
  }
  host.devices.clear();
  EXPECT_EQ(find_st_link(host, "").error().code(), Code::probe_missing);
}

TEST_F(Finding, what_comes_back_is_noticed) {
  InstantClock clock;
  host.empty_lists = 3;
  const TimePoint start = clock.now();
  EXPECT_EQ(await_device(host, "1-2", clock, 10s).value().path, "1-2");
  EXPECT_EQ(clock.now() - start, 300ms);
}

TEST_F(Finding, a_change_that_the_host_tells_is_not_slept_through) {
  InstantClock clock;
  const auto changed = clock.make_event();
  host.event = changed.get();
  changed->set();
  host.empty_lists = 1;
  const TimePoint start = clock.now();
  EXPECT_TRUE(await_device(host, "1-2", clock, 10s));
  EXPECT_EQ(clock.now(), start);
}

TEST_F(Finding, what_stays_away_ends_the_wait) {
  InstantClock clock;
  const TimePoint start = clock.now();
  EXPECT_EQ(await_device(host, "9-9", clock, 2s).error().code(), Code::probe_missing);
  EXPECT_EQ(clock.now() - start, 2s);
}

}  // namespace
}  // namespace rigor
