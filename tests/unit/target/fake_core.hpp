// The debug registers of a Cortex-M and enough of Thumb to run a stub: LDR literal, BLX register, BKPT. Written from
// the Armv7-M manual, part C1.
#pragma once

#include <cstdint>
#include <functional>

namespace rigor::test {

inline constexpr std::uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8;

class FakeCore {
 public:
  enum class Served : std::uint8_t { nothing, returned, reset, stuck };

  // What tests turn.
  bool halts = true;
  bool code_runs = true;  // false: code in memory never comes back

  std::uint32_t registers[17]{};
  bool halted = false;
  bool reset_seen = true;  // S_RESET_ST

  // The word of code or literal at an address, and what stands at an entry (Thumb bit set).
  std::function<std::uint32_t(std::uint32_t)> fetch;
  std::function<Served(std::uint32_t)> serve;

  [[nodiscard]] static bool owns(std::uint32_t address) { return address >= 0xE000EDF0 && address < 0xE000EDFC; }
  [[nodiscard]] std::uint32_t load(std::uint32_t address);
  void store(std::uint32_t address, std::uint32_t value);
  void reset();

 private:
  void run();
  // False when the core stays where it is.
  [[nodiscard]] bool step();

  std::uint32_t control_ = 0;
  std::uint32_t transfer_ = 0;
};

}  // namespace rigor::test
