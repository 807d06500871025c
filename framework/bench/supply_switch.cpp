#include "framework/bench/supply_switch.hpp"

#include <fmt/format.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr Duration kBetweenReadings = 5ms;

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

Error still_there(std::string what) {
  return Error(Code::power_not_switched, std::move(what))
      .hint(
          "look for a second supply: the probe's 3V3 pin, a USB cable, back-feeding through SWD or a console; "
          "some clones read a constant");
}

}  // namespace

Result<void> SupplySwitch::off() {
  parts_.tell();
  RIGOR_TRY(const EdgeTiming timing, parts_.relay.set(false));
  discharge_.reset();
  if (parts_.sense != nullptr) RIGOR_CHECK(await_gone(timing.entry));
  if (parts_.discharge) RIGOR_CHECK(await_low_reading(timing.entry));
  return parts_.clock.sleep_until(timing.exit + parts_.relay.wiring().min_off);
}

Result<void> SupplySwitch::on() {
  parts_.tell();
  return without_value(parts_.relay.set(true));
}

Result<void> SupplySwitch::await_gone(TimePoint since) {
  RIGOR_TRY(const bool gone, parts_.sense->await(false, since + kSensedDischarge));
  if (!gone)
    return fail(still_there(
        fmt::format("the supply is still there {} ms after its relay opened", milliseconds(kSensedDischarge))));
  const auto edge = parts_.sense->last();
  if (edge && !edge->active && edge->at >= since) discharge_ = edge->at - since;
  return {};
}

Result<void> SupplySwitch::await_low_reading(TimePoint since) {
  const DischargeLimit& limit = *parts_.discharge;
  for (;;) {
    RIGOR_TRY(const double volts, parts_.read_volts());
    const TimePoint now = parts_.clock.now();
    if (volts * 1000 < limit.below_millivolts) {
      if (!discharge_) discharge_ = now - since;
      return {};
    }
    if (now >= since + limit.within)
      return fail(
          still_there(fmt::format("the probe reads {:.2f} V {:.0f} ms after the power relay opened, not under {} mV",
                                  volts, milliseconds(now - since), limit.below_millivolts)));
    RIGOR_CHECK(parts_.clock.sleep_for(kBetweenReadings));
  }
}

}  // namespace rigor
