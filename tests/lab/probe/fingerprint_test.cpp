// The examination of probes by USB alone, on the lab's probes: genuine ones and the clones of st-link-clones.md 3.
#include "framework/probe/fingerprint.hpp"

#include <gmock/gmock.h>

#include "fixtures/virtual/usb_host.hpp"
#include "fixtures/virtual/virtual_clock.hpp"
#include "tests/lab/probe/probe_rig.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Probes on a bus of their own, each with a target that is dark and nothing on its voltage input.
struct Bus {
  struct Socket {
    Socket(VirtualClock& clock, std::string path, ProbeProfile profile)
        : port(clock, mutex, std::move(path), std::move(profile), pins, 1) {
      pins.target.powered = false;
      pins.volts.reset();
      port.plug();
    }
    std::mutex mutex;
    FakePins pins;
    UsbPort port;
  };

  Socket& plug(std::string_view profile, const std::string& path = "lab:1", std::string_view version = {}) {
    sockets.push_back(std::make_unique<Socket>(clock, path, make_profile(profile, version)));
    host.add(sockets.back()->port);
    return *sockets.back();
  }
  Fingerprint fingerprint(const ObservationOptions& options, const std::string& path = "lab:1") {
    auto seen = observe_probe(host, path, clock, options);
    EXPECT_TRUE(seen) << seen.error().describe();
    return seen ? judge_probe(*seen) : Fingerprint();
  }

  VirtualClock clock;
  std::unique_ptr<Actor> actor = clock.enroll("test");
  VirtualUsbHost host{clock};
  std::vector<std::unique_ptr<Socket>> sockets;
};

ObservationOptions unplugged() {
  ObservationOptions options;
  options.nothing_connected = true;
  options.allow_bootloader = true;
  options.latency_samples = 50;
  return options;
}

// By value: it is also asked of fingerprints that live no longer than the question.
Evidence row(const Fingerprint& print, std::string_view feature) {
  return *std::ranges::find(print.evidence, feature, &Evidence::feature);
}

struct ProfileCase {
  const char* profile;
  int score;
  ProbeVerdict verdict;
};
class FingerprintOf : public testing::TestWithParam<ProfileCase> {};
TEST_P(FingerprintOf, a_probe_with_nothing_connected) {
  Bus bus;
  bus.plug(GetParam().profile);
  const Fingerprint print = bus.fingerprint(unplugged());
  std::string told;
  for (const Evidence& each : print.evidence)
    if (each.weight != 0) told += each.feature + " " + each.answer + " " + std::to_string(each.weight) + "\n";
  EXPECT_EQ(print.score, GetParam().score) << told;
  EXPECT_EQ(print.verdict, GetParam().verdict);
}
INSTANTIATE_TEST_SUITE_P(
    profiles, FingerprintOf,
    testing::Values(ProfileCase{"v2", 0, ProbeVerdict::genuine}, ProfileCase{"v2-j37", 0, ProbeVerdict::genuine},
                    ProfileCase{"v2-1", 0, ProbeVerdict::genuine}, ProfileCase{"v3ec", 0, ProbeVerdict::genuine},
                    ProfileCase{"v3set", 0, ProbeVerdict::genuine},
                    // The voltage alone: one strong piece is suspicious, and the bench has to tell more.
                    ProfileCase{"v2-clone", 30, ProbeVerdict::suspicious},
                    ProfileCase{"clone-slow", 30, ProbeVerdict::suspicious},
                    ProfileCase{"clone-tag-invalid", 40, ProbeVerdict::suspicious},
                    // Known serial number, voltage, old firmware.
                    ProfileCase{"clone-dongle", 133, ProbeVerdict::clone},
                    // Straps, voltage, old firmware, silence to an unknown command.
                    ProfileCase{"clone-baite", 136, ProbeVerdict::clone},
                    // Known serial number, silence to everything.
                    ProfileCase{"clone-broken", 110, ProbeVerdict::clone},
                    ProfileCase{"clone-broken-stalling", 110, ProbeVerdict::clone}),
    [](const auto& test) {
      std::string name = test.param.profile;
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST(Fingerprint, two_probes_of_one_serial_number_are_clones) {
  Bus bus;
  bus.plug("v2-clone", "lab:1");
  bus.plug("v2-clone", "lab:2");
  const Fingerprint print = bus.fingerprint(unplugged());
  EXPECT_EQ(row(print, "serial-shared").weight, 100);
  EXPECT_EQ(print.verdict, ProbeVerdict::clone);
}

TEST(Fingerprint, leaves_the_bootloader_alone_unless_it_may_ask) {
  Bus bus;
  bus.plug("v2");
  ObservationOptions options = unplugged();
  options.allow_bootloader = false;
  EXPECT_THAT(row(bus.fingerprint(options), "unique-id").meaning, HasSubstr("--allow-bootloader"));
  Bus other;
  other.plug("v2");
  const Fingerprint asked = other.fingerprint(unplugged());
  EXPECT_EQ(row(asked, "unique-id").answer, "same");
  EXPECT_EQ(row(asked, "type-character").answer, "of-the-kind");
  // Now its application runs, and nothing sends it back.
  EXPECT_THAT(row(other.fingerprint(unplugged()), "unique-id").meaning, HasSubstr("application runs"));
}

TEST(Fingerprint, does_not_judge_the_voltage_while_a_target_may_feed_it) {
  Bus bus;
  bus.plug("v2-clone");
  ObservationOptions options;
  options.latency_samples = 0;
  const Evidence voltage = row(bus.fingerprint(options), "voltage-floating");
  EXPECT_FALSE(voltage.value);
  EXPECT_THAT(voltage.meaning, HasSubstr("--unplugged"));
}

TEST(Fingerprint, does_not_believe_that_nothing_is_connected_when_a_target_answers) {
  Bus bus;
  bus.plug("v2").pins.target.powered = true;
  bus.sockets.front()->pins.volts = 3.3;
  const Fingerprint print = bus.fingerprint(unplugged());
  EXPECT_FALSE(row(print, "voltage-floating").value);
  EXPECT_THAT(row(print, "voltage-floating").meaning, HasSubstr("target answers"));
  EXPECT_EQ(print.score, 0);
}

struct TrackingCase {
  const char* profile;
  const char* answer;
  ProbeVerdict verdict;
};
class Tracking : public testing::TestWithParam<TrackingCase> {};
TEST_P(Tracking, is_seen_by_switching_the_target) {
  Bus bus;
  Bus::Socket& socket = bus.plug(GetParam().profile);
  std::vector<bool> switched;
  ObservationOptions options;
  options.latency_samples = 0;
  options.target_power = [&](bool on) -> Result<void> {
    switched.push_back(on);
    socket.pins.volts = on ? std::optional(3.3) : std::nullopt;
    socket.pins.target.powered = on;
    return {};
  };
  const Fingerprint print = bus.fingerprint(options);
  EXPECT_EQ(row(print, "voltage-tracking").answer, GetParam().answer);
  EXPECT_EQ(print.verdict, GetParam().verdict);
  EXPECT_EQ(switched, (std::vector<bool>{false, true, false})) << "dark at the beginning and at the end";
}
INSTANTIATE_TEST_SUITE_P(table, Tracking,
                         testing::Values(TrackingCase{"v2", "follows", ProbeVerdict::genuine},
                                         TrackingCase{"v2-clone", "constant", ProbeVerdict::clone}));

TEST(Fingerprint, a_relay_that_fails_ends_the_examination) {
  Bus bus;
  bus.plug("v2");
  ObservationOptions options;
  options.target_power = [](bool) -> Result<void> { return fail(Code::line_failed, "stuck"); };
  const auto seen = observe_probe(bus.host, "lab:1", bus.clock, options);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code(), Code::line_failed);
}

// A target that is powered is entered and left: no reset, and debug mode is over.
TEST(Fingerprint, touches_the_target_only_by_entering_swd) {
  Bus bus;
  Bus::Socket& socket = bus.plug("v2-1");
  socket.pins.target.powered = true;
  ObservationOptions options;
  options.latency_samples = 3;
  static_cast<void>(bus.fingerprint(options));
  EXPECT_TRUE(socket.pins.nrst_edges.empty());
  EXPECT_TRUE(socket.pins.target.writes_to.empty());
  EXPECT_EQ(socket.port.firmware().mode(), ProbeMode::idle);
}

TEST(Fingerprint, looking_only_enters_nothing_and_sets_no_speed) {
  Bus bus;
  Bus::Socket& socket = bus.plug("v2");
  ObservationOptions look;
  look.look_only = true;
  const auto seen = observe_probe(bus.host, "lab:1", bus.clock, look);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->speeds->offered_khz.size(), 16U);
  EXPECT_EQ(socket.pins.target.line_resets, 0U);
  EXPECT_FALSE(seen->debug_entry);
  EXPECT_LE(seen->round_trips, 16U);
}

TEST(Fingerprint, counts_its_round_trips_and_times_them) {
  Bus bus;
  bus.plug("v3set");
  const Fingerprint print = bus.fingerprint(unplugged());
  EXPECT_EQ(print.round_trip.count(), 50U);
  EXPECT_GT(print.round_trip.quantile(0.5), 0U);
  EXPECT_GT(print.usb_round_trips, 50U);
  EXPECT_LT(print.usb_round_trips, 90U);
}

TEST(Fingerprint, nobody_there_is_an_error_and_no_fingerprint) {
  Bus bus;
  bus.plug("v2");
  ObservationOptions options;
  EXPECT_EQ(observe_probe(bus.host, "lab:9", bus.clock, options).error().code(), Code::probe_missing);
  const auto device = bus.host.open("lab:1").value();
  ASSERT_TRUE(device->claim(0));
  EXPECT_EQ(observe_probe(bus.host, "lab:1", bus.clock, options).error().code(), Code::probe_busy);
}

TEST(Fingerprint, a_probe_that_vanishes_is_lost) {
  Bus bus;
  Bus::Socket& socket = bus.plug("v2");
  UsbFaults faults;
  faults.unplug_at_command = 12;
  socket.port.plant(faults);
  ObservationOptions options;
  EXPECT_EQ(observe_probe(bus.host, "lab:1", bus.clock, options).error().code(), Code::probe_lost);
}

}  // namespace
}  // namespace rigor::lab
