// A calibration record: facts of a chip that a sacrificial board has settled, with the date and the board they come
// from. Written by `rigor calibrate`, read where a bench says `calibration: FILE`.
//
//   calibration: stm32h533
//   learnt: {at: 2026-11-25T23:40:00Z, board: 00470035 3133510C 35343732, security-firmware: 0x01020000, lab: off}
//   facts:
//     authentication.answers: 0x44414F4B
//     authentication.ack-mapping: a
//     ...
//
// A record of a virtual board counts for virtual benches only, and that of a real one for real ones. It holds for parts
// with the same security firmware: the guard that lets a board leave OPEN compares.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "framework/bench/yaml.hpp"
#include "framework/target/learnt_facts.hpp"

namespace rigor {

struct Calibration {
  std::filesystem::path path;                      // empty for one that was not read from a file
  std::string chip;                                // "stm32h533"
  std::string at;                                  // UTC, "2026-11-25T23:40:00Z"
  std::string board;                               // unique id of the board it was learnt on
  std::optional<std::uint32_t> security_firmware;  // nothing where the part does not tell it
  bool lab = false;                                // learnt on a virtual board
  LearntFacts facts;
};

// Nothing exactly when a fault was added.
[[nodiscard]] std::optional<Calibration> load_calibration(const std::filesystem::path& path, Faults& faults);

// The file's text.
[[nodiscard]] std::string calibration_text(const Calibration& calibration);

}  // namespace rigor
