// Stands where a probe was that did not come back: every call says so.
#pragma once

#include "framework/probe/probe.hpp"

namespace rigor {

class AbsentProbe final : public Probe {
 public:
  explicit AbsentProbe(ProbeIdentity identity) : identity_(std::move(identity)) {}

  const ProbeIdentity& identity() const override { return identity_; }
  Result<void> attach() override { return gone(); }
  Result<void> detach() override { return gone(); }
  Result<unsigned> set_speed_khz(unsigned) override { return gone(); }
  unsigned speed_khz() const override { return 0; }
  Result<std::uint32_t> read_debug_port_id() override { return gone(); }
  Result<void> open_access_port(std::uint8_t) override { return gone(); }
  Result<void> close_access_port(std::uint8_t) override { return gone(); }
  Result<std::uint32_t> read_word(AccessPort, std::uint32_t) override { return gone(); }
  Result<void> write_word(AccessPort, std::uint32_t, std::uint32_t) override { return gone(); }
  Result<void> read_memory(AccessPort, std::uint32_t, std::span<std::uint8_t>) override { return gone(); }
  Result<void> write_memory(AccessPort, std::uint32_t, ByteView) override { return gone(); }
  Result<void> drive_reset(bool) override { return gone(); }
  Result<double> target_voltage() override { return gone(); }

 private:
  std::unexpected<Error> gone() const {
    return fail(Code::probe_lost,
                "the probe at " + identity_.usb_path + " was lent to another program and not found again");
  }
  ProbeIdentity identity_;
};

}  // namespace rigor
