// Executes the Thumb instructions that the loader's stub is made of, one cycle each, from the Armv7-M manual (A5 to
// A7). Anything else is a fault, so that a stub that learns a new instruction has to teach it here.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

namespace rigor::test {

class ThumbMachine {
 public:
  std::array<std::uint32_t, 16> r{};
  std::uint32_t flags = 0;  // N, Z, C, V in bits 31..28

  std::function<std::uint32_t(std::uint32_t address, unsigned size)> load;
  std::function<void(std::uint32_t address, std::uint32_t value)> store;  // words

  enum class Step : std::uint8_t { done, breakpoint, fault };
  Step step();

 private:
  [[nodiscard]] std::uint32_t half(std::uint32_t address) const { return load(address, 2); }
  Step narrow(std::uint32_t code);
  Step wide(std::uint32_t first, std::uint32_t second);
  bool data_processing(std::uint32_t code);
  bool special(std::uint32_t code);
  bool wide_memory(std::uint32_t first, std::uint32_t second);
  bool wide_immediate(std::uint32_t first, std::uint32_t second);
  bool wide_register(std::uint32_t first, std::uint32_t second);
  [[nodiscard]] bool passes(std::uint32_t condition) const;
  void set_nz(std::uint32_t value);
  std::uint32_t add(std::uint32_t a, std::uint32_t b, bool carry, bool set);
  std::uint32_t shift(std::uint32_t value, unsigned type, unsigned amount, bool set);

  std::uint32_t next_ = 0;
  std::uint32_t conditions_ = 0;  // ITSTATE
};

}  // namespace rigor::test
