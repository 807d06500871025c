// What is plugged where, as read from rigs/*.yaml: benches with their board, probe, wiring, lines and console.
//
// A virtual bench has the same shape. Its probe is `lab: PROFILE` and its lines are `lab: KIND`; the names that the
// seams open are then derived: probe path "lab:BENCH", line {"lab", "BENCH/JOB"}, console "lab:BENCH". The bench's
// `lab:` section is kept as it stands and belongs to fixtures/virtual; nothing here reads it.
//
// Values: copy them freely.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/bench/board_description.hpp"
#include "framework/bench/calibration.hpp"
#include "framework/bench/layout_description.hpp"
#include "framework/bench/search_path.hpp"
#include "framework/bench/yaml.hpp"
#include "framework/gpio/relay.hpp"

namespace rigor {

struct CredentialDescription {
  enum class Kind : std::uint8_t { certificate, password };
  std::string name;
  Kind kind = Kind::certificate;
  std::filesystem::path chain;  // certificate: the chain that is presented, and the key of its last certificate
  std::filesystem::path key;
  std::filesystem::path passphrase;  // a file that holds that of the key; empty: the key is not encrypted
  std::filesystem::path file;        // password: its bytes
  std::filesystem::path record;      // the OBK record that provisioning stores; empty: made from the credential
};

struct ProbeSelector {
  enum class By : std::uint8_t { usb_path, serial, lab };
  By by = By::usb_path;
  std::string usb_path;     // "1-2.3"; "lab:BENCH" for a virtual probe; empty when selected by serial
  std::string serial;       // as `rigor list probes` prints it
  std::string lab_profile;  // "v2-clone"
  std::string expect;       // the model that must be found there, "st-link-v2"; empty: any
};

struct WiringDescription {
  enum class Nrst : std::uint8_t { probe, line, none };
  enum class Power : std::uint8_t { relay, always };
  enum class Boot0 : std::uint8_t { line, fixed };
  Nrst nrst = Nrst::none;
  Power power = Power::always;
  Boot0 boot0 = Boot0::fixed;
};

// How far, and within what time, a supply that was switched off has to fall by the probe's reading.
struct DischargeLimit {
  unsigned below_millivolts = 200;
  Duration within = std::chrono::seconds(3);
};

// An input that sees what a line really did: NRST or BOOT0 at the chip's pin, or that the supply is there.
struct SenseDescription {
  LineName name;
  Level active = Level::high;  // wire level that shows the line's active state
};

// A line of a bench is a relay's wiring and, in the lab, the kind of device behind it.
struct LineDescription : RelayWiring {
  std::string lab_kind;        // "relay"; empty for a real line
  Duration shortest_period{};  // between two edges, for what is behind it; zero: no bound
  std::optional<SenseDescription> sense{};
  std::optional<DischargeLimit> discharge{};  // of the power line: when the board counts as off
};

struct ConsoleDescription {
  std::string port;  // "/dev/serial/by-path/..." or "lab:BENCH"
  unsigned baud = 115200;
};

// A program that stores the debug-authentication record instead of rigor, such as ST's programmer with -sdp.
struct ProvisioningTool {
  std::vector<std::string> command;  // {obk}: a file with the record; {serial}, {usb}: the probe's
  Duration limit = std::chrono::seconds(60);
};

struct BenchDescription {
  std::string name;
  BoardDescription board;
  ProbeSelector probe;
  WiringDescription wiring;
  std::vector<LineDescription> lines;
  std::vector<std::vector<std::string>> together;  // jobs of lines that are held in one request
  std::optional<ConsoleDescription> console;
  std::vector<std::string> credentials;     // names of the rig's credentials that fit; all of them unless chosen
  std::vector<std::string> allow;           // "irreversible:otp": effects the bench's owner consents to
  std::optional<LayoutDescription> layout;  // which image lies where, for a board with a boot loader
  bool sacrificial = false;                 // its board may be lost while something is learnt: `rigor calibrate`
  std::optional<Calibration> calibration;   // applied to board.chip.facts already
  std::optional<ProvisioningTool> provisioning_tool;
  YamlNode lab;     // opaque; "not there" on a real bench
  YamlNode source;  // the bench's own map, for faults that others find

  [[nodiscard]] bool is_virtual() const { return probe.by == ProbeSelector::By::lab; }
  // Null when the bench has no line of that job.
  [[nodiscard]] const LineDescription* line(std::string_view job) const;
};

struct RigDescription {
  std::string name;
  std::filesystem::path path;
  std::vector<std::string> suites;  // what `rigor run` runs when no suite is named
  std::vector<CredentialDescription> credentials;
  std::vector<BenchDescription> benches;
  SearchPath search;  // where names in this rig are looked up
  YamlNode source;

  [[nodiscard]] const BenchDescription* bench(std::string_view name) const;
  [[nodiscard]] const CredentialDescription* credential(std::string_view name) const;
};

// Reads a rig with its boards and chips and cross-checks them. Nothing exactly when a fault was added.
[[nodiscard]] std::optional<RigDescription> load_rig(const std::filesystem::path& path, const SearchPath& search,
                                                     Faults& faults);

// The same as far as the file can be read, for checks that go on after a mistake: what could not be read is left out or
// at its default. Complete when `faults` did not grow.
[[nodiscard]] RigDescription read_rig(const std::filesystem::path& path, const SearchPath& search, Faults& faults);

// What the bench can do, as words for a suite's `needs`, sorted: power, nrst, nrst-line, boot0, console,
// debug-authentication, certificate, password, lab. They say what the description promises, not what was proven.
[[nodiscard]] std::vector<std::string> capabilities(const RigDescription& rig, const BenchDescription& bench);
// Every word that capabilities() can return, sorted.
[[nodiscard]] std::vector<std::string> capability_words();
// Every word that a bench's `allow` may hold: EFFECT:VERB.
[[nodiscard]] std::vector<std::string> allow_words();

}  // namespace rigor
