// The plan of st-link-clones.md 2 as a table: 2.1 through USB alone, then 2.2, which needs a bench or a fixture.
#include <array>

#include "framework/probe/evidence_judges.hpp"

namespace rigor {
namespace {

using enum Says;
using Answer = EvidenceAnswer;

constexpr Answer kIdentity[] = {
    {"consistent", nothing, kNoWeight, "product id and firmware name the same kind of probe"},
    {"mismatch", clone, kStrong, "the firmware belongs to another kind of probe than the product id"}};
constexpr Answer kInterfaces[] = {
    {"as-the-kind", nothing, kNoWeight, "the interfaces of its kind; a clone runs ST's firmware and has the same"},
    {"too-few", clone, kDecisive, "a V2-1 has a disk or a serial port beside the debug interface"}};
constexpr Answer kSerial[] = {
    {"unique-id", nothing, kNoWeight, "as the unique id of ST's part; copied images have it too"},
    {"odd", clone, kStrong, "not as the unique id of ST's part prints"},
    {"copied-tail", clone, kStrong, "ends in 4E00, seen on clones only"},
    {"digits", clone, kStrong, "a number in plain digits"},
    {"counter", clone, kStrong, "counts units instead of naming one"},
    {"known-shared", clone, kDecisive, "several owners reported this very serial number"},
    {"absent", clone, kStrong, "a genuine probe has a serial number of 24 hex digits"}};
constexpr Answer kSharedSerial[] = {
    {"alone", nothing, kNoWeight, "no other probe of this computer has it"},
    {"shared", clone, kDecisive, "two probes of this computer have the same serial number"}};
constexpr Answer kUniqueId[] = {
    {"same", nothing, kNoWeight, "the bootloader names the same unit as the serial number"},
    {"different", clone, kStrong, "the firmware's serial number is not that of the chip it runs on"}};
constexpr Answer kType[] = {{"of-the-kind", nothing, kNoWeight, "a V2's type"},
                            {"other", clone, kMedium, "no V2's type"}};
constexpr Answer kStraps[] = {{"genuine-or-copied", nothing, kNoWeight, "as on ST's boards; one clone copies it"},
                              {"discovery", nothing, kNoWeight, "as on an F4 Discovery"},
                              {"unstrapped", clone, kDecisive, "a V2 without its board straps"}};
constexpr Answer kVersion[] = {
    {"current", nothing, kNoWeight, "has been upgraded at some time, which some clones can too"},
    {"old", clone, kWeak, "as clones are delivered; upgrading often fails on them"}};
constexpr Answer kBoard[] = {{"answered", nothing, kNoWeight, "a full board identifier"},
                             {"generic", nothing, kNoWeight, "a V2 stands on no board"},
                             {"missing", clone, kMedium, "a V2-1 knows the board it stands on"}};
constexpr Answer kJump[] = {{"available", nothing, kNoWeight, "depends on the version"},
                            {"unavailable", nothing, kNoWeight, "depends on the version"}};
constexpr Answer kFloating[] = {
    {"low", genuine, kNoWeight, "a sense input that nothing drives"},
    {"constant", clone, kStrong, "the reading of a probe without a sense input: it measures its own supply"},
    {"zero", clone, kMedium, "no reading at all"},
    {"high", nothing, kNoWeight, "a voltage that varies: something feeds the input"}};
constexpr Answer kFactor[] = {{"usual", nothing, kNoWeight, "1.2 V against a supply of 3.0 to 3.5 V"},
                              {"odd", clone, kWeak, "no reference of 1.2 V against a usual supply"}};
constexpr Answer kUnknown[] = {{"refused", nothing, kNoWeight, "as recent firmware does"},
                               {"other", nothing, kNoWeight, "an answer nobody has described"},
                               {"stalled", clone, kWeak, "as clones do, and old firmware"},
                               {"silent", clone, kWeak, "as clones do, and old firmware"}};
constexpr Answer kSpeeds[] = {{"all", nothing, kNoWeight, "accepted; whether the wire follows needs a target"},
                              {"some", nothing, kNoWeight, "some speeds are refused"}};
constexpr Answer kLatency[] = {{"steady", nothing, kNoWeight, "every command was answered"},
                               {"interrupted", clone, kWeak, "commands were lost"}};
constexpr Answer kEntry[] = {
    {"quick", nothing, kNoWeight, "an answer at once, whether a target is there or not"},
    {"refused", clone, kMedium, "an error of the probe itself, as where the anti-clone tag is invalid"},
    {"stalled", clone, kMedium, "debug commands end in a stall"},
    {"silent", clone, kMedium, "debug commands are not answered"}};
constexpr Answer kTracking[] = {
    {"follows", genuine, kNoWeight, "the reading follows the target's supply"},
    {"constant", clone, kStrong, "the reading is the same with and without a target's supply"}};
constexpr Answer kReset[] = {{"driven", genuine, kNoWeight, "the probe's NRST output resets the chip"},
                             {"not-driven", clone, kStrong,
                              "the probe says done and NRST does not move: not wired inside, or no wire to the board"},
                             {"unclear", nothing, kNoWeight, "the chip's evidence contradicts itself"}};

// Rows that nothing here can ask yet. The reason is the same for every probe.
Judged needs_fixture(std::string_view fixture) { return {{}, "needs a fixture: " + std::string(fixture)}; }

constexpr std::array kRows{
    EvidenceRow{"identity", "descriptor, F1, FB", kIdentity, evidence::identity},
    EvidenceRow{"interfaces", "descriptor", kInterfaces, evidence::interfaces},
    EvidenceRow{"serial-number", "string descriptor 3", kSerial, evidence::serial_number},
    EvidenceRow{"serial-shared", "string descriptor 3 of all probes", kSharedSerial, evidence::serial_shared},
    EvidenceRow{"unique-id", "F3 08 in the bootloader", kUniqueId, evidence::unique_id},
    EvidenceRow{"type-character", "F3 08 in the bootloader", kType, evidence::type_character},
    EvidenceRow{"straps", "F8", kStraps, evidence::straps},
    EvidenceRow{"voltage-floating", "F7, target dark or unplugged", kFloating, evidence::voltage_floating},
    EvidenceRow{"voltage-factor", "F7", kFactor, evidence::voltage_factor},
    EvidenceRow{"firmware-version", "F1, FB", kVersion, evidence::firmware_version},
    EvidenceRow{"board-identifier", "F2 56", kBoard, evidence::board_identifier},
    EvidenceRow{"bootloader-jump", "F9 00", kJump, evidence::bootloader_jump},
    EvidenceRow{"unknown-command", "F2 7F", kUnknown, evidence::unknown_command},
    EvidenceRow{"speed-steps", "F2 43 or F2 62", kSpeeds, evidence::speed_steps},
    EvidenceRow{"latency", "F5, many times", kLatency, evidence::latency},
    EvidenceRow{"debug-entry", "F2 30 A3", kEntry, evidence::debug_entry},
    EvidenceRow{"stray-leave",
                "F2 21 in idle mode",
                {},
                [](const ProbeObservation&) {
                  return Judged{{}, "tells nothing about clones, and hangs some V3 firmware until it is replugged"};
                }},
    EvidenceRow{"nrst-drive", "F2 3C, judged by the chip", kReset, evidence::reset_drive},
    EvidenceRow{"voltage-tracking", "F7, target dark and powered", kTracking, evidence::voltage_tracking},
    EvidenceRow{"nrst-pulse",
                "F2 3C 02, F2 32",
                {},
                [](const ProbeObservation&) { return needs_fixture("a line that captures NRST"); }},
    EvidenceRow{"supply-pin",
                "100 ohm on the 3.3 V pin",
                {},
                [](const ProbeObservation&) { return needs_fixture("a load on the probe's 3.3 V pin"); }},
    EvidenceRow{"trace-input",
                "F2 40, F2 42",
                {},
                [](const ProbeObservation&) { return needs_fixture("a 2 Mbaud pattern on SWO"); }},
    EvidenceRow{"clock-rate",
                "F2 43 or F2 61",
                {},
                [](const ProbeObservation&) { return needs_fixture("a capture of SWCLK"); }},
    EvidenceRow{"level-shifter",
                "SWDIO at 1.8 V",
                {},
                [](const ProbeObservation&) { return needs_fixture("a target supply of 1.8 V and a measured SWDIO"); }},
    EvidenceRow{"lamps",
                "activity and idle",
                {},
                [](const ProbeObservation&) { return needs_fixture("a photodiode on the probe's lamp"); }},
    EvidenceRow{"swim-pull-up",
                "SWIM to 3.3 V",
                {},
                [](const ProbeObservation&) { return needs_fixture("a resistance measured from SWIM to 3.3 V"); }},
    EvidenceRow{
        "target-run",
        "1 MB read at each speed, 100 hot plugs",
        {},
        [](const ProbeObservation&) { return needs_fixture("a board that may be read and reset: run a suite"); }},
};

}  // namespace

std::span<const EvidenceRow> evidence_rows() { return kRows; }

}  // namespace rigor
