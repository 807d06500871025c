// What drives the pins of a fake chip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "framework/probe/probe.hpp"
#include "framework/target/reset_evidence.hpp"

namespace rigor::test {

// Whether an address is one of the `size` bytes from `base` on.
inline bool in(std::uint32_t address, std::uint32_t base, std::size_t size) {
  return address >= base && address - base < size;
}

class FakeBoard {
 public:
  virtual ~FakeBoard() = default;
  virtual void set_nrst(bool low) = 0;
  virtual void set_power(bool on) = 0;
};

class FakePin final : public ResetPin {
 public:
  explicit FakePin(FakeBoard& board) : board_(board) {}
  [[nodiscard]] Result<void> hold() override {
    if (hold_fails) return fail(*hold_fails, "as told");
    board_.set_nrst(true);
    return {};
  }
  [[nodiscard]] Result<void> release() override {
    ++releases;
    board_.set_nrst(false);
    return {};
  }
  [[nodiscard]] std::string driven_by() const override { return "line"; }
  std::optional<Code> hold_fails;
  int releases = 0;

 private:
  FakeBoard& board_;
};

class FakeSupply final : public PowerSwitch {
 public:
  explicit FakeSupply(FakeBoard& board) : board_(board) {}
  [[nodiscard]] Result<void> off() override {
    if (off_fails) return fail(*off_fails, "as told");
    board_.set_power(false);
    return {};
  }
  [[nodiscard]] Result<void> on() override {
    ++switched_on;
    board_.set_power(true);
    return {};
  }
  std::optional<Code> off_fails;
  int switched_on = 0;

 private:
  FakeBoard& board_;
};

}  // namespace rigor::test
