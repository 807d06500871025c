// Switches a board's supply by its relay, and says when it is really gone.
//
// A relay has opened long before the board's capacitors are empty, and a board that another cable feeds is never off.
// What is known of the supply decides what is waited for after the relay has opened:
//   an input that watches it (`sense:` of the power line)   until the input says that it is gone;
//   a limit for the probe's reading (`discharge:`)           until the probe reads less;
//   and in any case min-off, which is all there is on a bench with neither.
#pragma once

#include <functional>
#include <optional>

#include "framework/bench/rig_description.hpp"
#include "framework/gpio/edge_capture.hpp"
#include "framework/gpio/relay.hpp"
#include "framework/target/reset_evidence.hpp"

namespace rigor {

inline constexpr Duration kSensedDischarge = std::chrono::seconds(3);  // for an input to say that it is gone

class SupplySwitch final : public PowerSwitch {
 public:
  struct Parts {
    Relay& relay;
    Clock& clock;
    EdgeCapture* sense = nullptr;
    std::optional<DischargeLimit> discharge{};
    std::function<Result<double>()> read_volts;  // of the probe that is there now; used with `discharge` only
    std::function<void()> tell;                  // before either call: what the chip's RAM held is gone
  };
  explicit SupplySwitch(Parts parts) : parts_(std::move(parts)) {}

  // Errors: those of the relay and of what is watched; power_not_switched when the supply does not go.
  [[nodiscard]] Result<void> off() override;
  [[nodiscard]] Result<void> on() override;
  // From the relay's edge until the supply was gone, at the last off() that could tell.
  [[nodiscard]] std::optional<Duration> discharge() const { return discharge_; }

 private:
  [[nodiscard]] Result<void> await_gone(TimePoint since);
  [[nodiscard]] Result<void> await_low_reading(TimePoint since);

  Parts parts_;
  std::optional<Duration> discharge_;
};

}  // namespace rigor
