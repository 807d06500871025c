// Lines that are no GPIO chip's, from the file to the name, and every mistake in them at its place.
#include "framework/bench/switch_reader.hpp"

#include <gmock/gmock.h>

#include "framework/bench/rig_description.hpp"
#include "tests/unit/bench/files.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

class SwitchReaderTest : public FilesTest {
 protected:
  static std::string rig_with(const std::string& power) {
    return "rig: r\nbenches:\n  - name: b\n    board: weact-h523\n    probe: {usb: 1-2}\n"
           "    wiring: {nrst: none, power: relay}\n    lines:\n      power: " +
           power + "\n";
  }
  std::optional<RigDescription> load(const std::string& rig) {
    write("rig.yaml", rig);
    return load_rig("rig.yaml", search_, faults);
  }
  LineDescription power(const std::string& description) {
    const auto rig = load(rig_with(description));
    EXPECT_TRUE(rig) << faults.describe();
    return rig ? rig->benches.at(0).lines.at(0) : LineDescription();
  }
  std::string faults_of(const std::string& rig) {
    EXPECT_FALSE(load(rig)) << rig;
    std::string text;
    for (const Fault& fault : faults.sorted()) text += format_fault(fault) + "\n";
    faults = Faults();
    return text;
  }
  Faults faults;
};

TEST_F(SwitchReaderTest, APortOfAHub) {
  const LineDescription line = power("{hub: 1-2, port: 3, settle: 500ms, min-off: 2s, safe: on}");
  EXPECT_EQ(hub_port_name(line.name), (HubPortName{"1-2", "", 3}));
  EXPECT_EQ(line.active, Level::high);
  EXPECT_EQ(line.drive, Drive::push_pull);
  EXPECT_EQ(line.settle, 500ms);
  EXPECT_EQ(line.min_off, 2s);
  EXPECT_TRUE(line.safe_active);
  EXPECT_EQ(hub_port_name(power("{hub: 1-0, companion: 2-0, port: 4}").name), (HubPortName{"1-0", "2-0", 4}));
}

TEST_F(SwitchReaderTest, ARelayOfABoard) {
  EXPECT_EQ(relay_name(power("{hid-relay: BITFT, relay: 2}").name), (RelayName{"BITFT", 2}));
  EXPECT_EQ(power("{hid-relay: 1-2.3, relay: 2, active: low}").active, Level::low) << "a normally closed contact";
}

// NRST is held by a low at a GPIO line; at a relay by a relay that is on.
TEST_F(SwitchReaderTest, ARelayThatHoldsNrstIsOnThen) {
  std::string rig = rig_with("{hid-relay: BITFT, relay: 1}");
  rig.replace(rig.find("nrst: none"), 10, "nrst: line");
  const auto loaded = load(rig + "      nrst: {hid-relay: BITFT, relay: 2}\n");
  ASSERT_TRUE(loaded) << faults.describe();
  EXPECT_EQ(loaded->benches.at(0).line("nrst")->active, Level::high);
  EXPECT_EQ(loaded->benches.at(0).line("nrst")->drive, Drive::push_pull);
}

TEST_F(SwitchReaderTest, OneCommandForBothStates) {
  const auto name = command_name(power("{command: [pdu, '7={state}', '{state}'], limit: 3s}").name);
  EXPECT_EQ(name, (CommandName{{"pdu", "7=on", "on"}, {"pdu", "7=off", "off"}, {}, 3s}));
}

TEST_F(SwitchReaderTest, ACommandForEach) {
  const auto name = command_name(power("{on: [pdu-on, '7'], off: pdu-off, read: [pdu-state, '7']}").name);
  EXPECT_EQ(name, (CommandName{{"pdu-on", "7"}, {"pdu-off"}, {"pdu-state", "7"}, 10s}));
}

struct WrongSwitch {
  const char* line;
  const char* faults;
};

TEST_F(SwitchReaderTest, EveryMistakeHasItsPlace) {
  const WrongSwitch mistakes[] = {
      {"{settle: 1ms}",
       "rig.yaml:8:14: error: nothing says what line 'power' is, expected one of: chip and line, hub and port, "
       "hid-relay and relay, command, on and off\n"},
      {"{hub: 1-2}", "rig.yaml:8:14: error: 'power' has no 'port', add 'port: ...'\n"},
      {"{hub: usb1, port: 2}",
       "rig.yaml:8:20: error: 'hub' is 'usb1', expected bus and ports such as 1-2.3, or 1-0 for bus 1's root hub\n"},
      {"{hub: 1-2, port: 0}", "rig.yaml:8:31: error: 'port': 0 is out of range, expected 1 to 255\n"},
      {"{hub: 1-2, companion: 1-2, port: 1}",
       "rig.yaml:8:25: error: 'companion' is the hub itself, expected the path of its other half, on the other of the "
       "controller's buses\n"},
      {"{hub: 1-2, port: 3, relay: 2}",
       "rig.yaml:8:34: error: unknown key 'relay', one of: lab, hub, companion, port, active, drive, settle, "
       "min-off, shortest-period, safe, sense, discharge\n"},
      {"{hub: 1-2, port: 3, drive: open-drain}",
       "rig.yaml:8:34: error: port 3 of hub 1-2 has no open drain, remove 'drive': it is on or off\n"},
      {"{hid-relay: BITFT, relay: 9}", "rig.yaml:8:40: error: 'relay': 9 is out of range, expected 1 to 8\n"},
      {"{hid-relay: '', relay: 1}",
       "rig.yaml:8:15: error: 'hid-relay' is empty, expected the board's serial, or its USB port such as 1-2.3\n"},
      {"{hid-relay: BITFT, relay: 1, chip: x}",
       "rig.yaml:8:43: error: 'chip' stands beside 'hid-relay', a line is one thing: keep one of the two\n"},
      {"{command: [pdu, '7']}",
       "rig.yaml:8:15: error: 'command' does the same for on and off, expected {state} in one of its words, or 'on:' "
       "and 'off:' in its place\n"},
      {"{command: []}", "rig.yaml:8:15: error: 'command' names no program, expected a program and its arguments\n"},
      {"{on: [a]}", "rig.yaml:8:14: error: 'power' has no 'off', add 'off: ...'\n"},
      {"{command: [a, '{state}'], on: [b]}",
       "rig.yaml:8:40: error: 'on' stands beside 'command', a line is one thing: keep one of the two\n"},
      {"{command: [a, '{state}'], limit: 1h}",
       "rig.yaml:8:40: error: 'limit' is out of range, expected 1ms to 10min\n"},
      {"{on: [\"a\\tb\"], off: [c]}",
       "rig.yaml:8:15: error: a word of 'on' has a control character, put what needs one into a script\n"},
  };
  for (const WrongSwitch& mistake : mistakes)
    EXPECT_EQ(faults_of(rig_with(mistake.line)), mistake.faults) << mistake.line;
}

TEST_F(SwitchReaderTest, ASwitchThatTwoBenchesClaimIsAFault) {
  const char* both[] = {"{hub: 1-2, port: 3}", "{hub: 1-2, companion: 2-2, port: 3}"};
  std::string rig = rig_with(both[0]);
  rig +=
      "  - name: c\n    board: weact-h523\n    probe: {usb: 1-3}\n    wiring: {nrst: none, power: relay}\n"
      "    lines:\n      power: " +
      std::string(both[1]) + "\n";
  EXPECT_EQ(faults_of(rig),
            "rig.yaml:14:15: error: port 3 of hub 1-2 is used twice, bench 'b' has it already, in line 8\n");
}

}  // namespace
}  // namespace rigor
