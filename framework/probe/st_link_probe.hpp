// The Probe that open_st_link() makes. Only framework/probe/ includes this.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "framework/probe/capabilities.hpp"
#include "framework/probe/command_port.hpp"
#include "framework/probe/probe.hpp"

namespace rigor {

class StLinkProbe final : public Probe {
 public:
  StLinkProbe(std::unique_ptr<CommandPort> port, const StLinkVersion& version, ProbeIdentity identity, Clock& clock);
  // Leaves debug mode if attach() entered it.
  ~StLinkProbe() override;

  [[nodiscard]] const ProbeIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> attach() override;
  [[nodiscard]] Result<void> detach() override;
  [[nodiscard]] Result<unsigned> set_speed_khz(unsigned wish) override;
  [[nodiscard]] unsigned speed_khz() const override { return speed_khz_; }
  [[nodiscard]] Result<std::uint32_t> read_debug_port_id() override;
  [[nodiscard]] Result<void> open_access_port(std::uint8_t number) override;
  [[nodiscard]] Result<void> close_access_port(std::uint8_t number) override;
  [[nodiscard]] Result<std::uint32_t> read_word(AccessPort port, std::uint32_t address) override;
  [[nodiscard]] Result<void> write_word(AccessPort port, std::uint32_t address, std::uint32_t value) override;
  [[nodiscard]] Result<void> read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) override;
  [[nodiscard]] Result<void> write_memory(AccessPort port, std::uint32_t address, ByteView from) override;
  [[nodiscard]] Result<void> transfer(AccessPort port, std::span<WordAccess> accesses) override;
  [[nodiscard]] Result<void> read_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                        std::span<std::uint8_t> into) override;
  [[nodiscard]] Result<void> write_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                         ByteView from) override;
  [[nodiscard]] Result<void> drive_reset(bool asserted) override;
  [[nodiscard]] Result<double> target_voltage() override;

 private:
  // Why a memory command failed, and at which address.
  struct MemoryFault {
    Error error;
    std::uint32_t address = 0;
  };

  // A command whose whole reply is a status.
  [[nodiscard]] Result<void> order(const Command& command, const std::string& what);
  [[nodiscard]] Error explain_silence(Error error);
  [[nodiscard]] Error port_0_refused(Error status) const;
  [[nodiscard]] Result<unsigned> set_clock_divisor(unsigned wish);
  [[nodiscard]] Result<unsigned> set_clock_khz(unsigned wish);
  [[nodiscard]] Result<std::uint32_t> read_debug_port_register(std::uint16_t address);
  [[nodiscard]] Result<std::uint32_t> read_id_code();

  [[nodiscard]] Result<void> prepare(AccessPort port);
  [[nodiscard]] Result<std::optional<MemoryFault>> memory_status(const std::string& what, std::uint32_t address,
                                                                 std::size_t size);
  // What a failed access leaves behind is cleared away.
  [[nodiscard]] Error after_failure(Error error);
  // Accesses from the front, as many as go into one exchange; how many. Errors: the first that failed.
  [[nodiscard]] Result<std::size_t> transfer_some(std::uint8_t port, std::span<WordAccess> accesses);
  [[nodiscard]] Result<void> allow_size(AccessSize size) const;
  // At most the firmware's largest block, at least one access.
  [[nodiscard]] Result<void> read_block(AccessSize size, AccessPort port, std::uint32_t address,
                                        std::span<std::uint8_t> into);
  [[nodiscard]] Result<void> write_block(AccessSize size, AccessPort port, std::uint32_t address, ByteView from);
  [[nodiscard]] Duration transfer_limit(std::size_t size) const;
  void clear_sticky_errors();

  std::unique_ptr<CommandPort> port_;
  Capabilities can_;
  ProbeIdentity identity_;
  Clock& clock_;
  unsigned speed_khz_ = 0;  // 0: never set, whatever the probe starts with
  bool attached_ = false;
  bool reset_asserted_ = false;
  std::set<std::uint8_t> wanted_;  // access ports the caller opened and did not close
  std::set<std::uint8_t> open_;    // those the probe has open now
};

}  // namespace rigor
