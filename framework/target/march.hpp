// Fill and verify of flash that is under suspicion: every cell is made to hold both values and to keep apart from its
// neighbours and from its address, and everything is read twice.
//
//   RIGOR_TRY(const MarchReport report, march(target, 0x08000000, 128 * 1024));
//   if (!report.clean()) ... report.findings ...
//
// Each element of the sequence erases, checks that all bytes read 0xFF, writes a pattern and reads it back:
//
//   zeros          0x00 everywhere
//   address        every word holds its own address: lines of the address that are short or open
//   checkerboard   0x55555555 and 0xAAAAAAAA in turn: neighbours
//   inverse        the same the other way round
//
// What the range held is lost; it is erased when the march is over. The range is whole sectors, or the rest of the
// sectors it begins and ends in is erased too. Each element wears the sectors by one erase.
//
// Errors: usage where the range is not words; whatever erasing and reading return. A chip that refuses to program is a
// finding and no error, unless it says that the range is protected; so is a bus fault while reading, with which flash
// answers that has double errors.
#pragma once

#include <string>
#include <vector>

#include "framework/target/target.hpp"

namespace rigor {

struct MarchFinding {
  std::string element;  // "checkerboard", and "erase before checkerboard"
  std::uint32_t address = 0;
  std::uint8_t expected = 0;
  std::uint8_t first = 0;  // as read, and as read again
  std::uint8_t second = 0;

  // Both reads gave the same wrong byte: a cell that does not hold it. Otherwise the reading itself is not stable.
  [[nodiscard]] bool repeats() const { return first == second; }
};

struct MarchRefusal {
  std::string element;  // or "reading after ELEMENT"
  Error error;
};

struct MarchReport {
  static constexpr std::size_t kMostFindings = 256;

  std::vector<std::string> elements;   // that were gone through, in order
  std::vector<MarchFinding> findings;  // the first ones
  std::size_t wrong_bytes = 0;         // all of them, over all elements
  std::size_t unstable_bytes = 0;      // of these, those whose second reading differed
  std::vector<MarchRefusal> refusals;

  [[nodiscard]] bool clean() const { return wrong_bytes == 0 && refusals.empty(); }
};

[[nodiscard]] Result<MarchReport> march(Target& target, std::uint32_t address, std::uint32_t size);

}  // namespace rigor
