// What a debug probe can do for a bench, whoever made it.
//
// Memory is reached through an access port (AP). Every call is bounded in time by the probe's own limits. WAIT answers
// of the target are retried inside, a bounded number of times.
//
// Errors: probe_* for the probe itself, swd_no_answer / swd_wait / swd_fault / swd_parity for the wire and the target,
// access_port_closed when the AP was not opened, access_port_locked when the chip refuses it.
// A probe is used from one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

// One access port and how to speak through it.
struct AccessPort {
  std::uint8_t number = 0;
  // CSW bits 31..8; 0 leaves the probe's default. H5: 0x0B000000 secure, 0x4B000000 non-secure (stm32h5.md 1).
  std::uint32_t control = 0;
};

// Bytes moved by one access to the target. Some registers want theirs; memory takes any.
enum class AccessSize : std::uint8_t { byte = 1, halfword = 2, word = 4 };

// One aligned word read or written, as part of a list.
struct WordAccess {
  std::uint32_t address = 0;
  std::uint32_t value = 0;  // to write, or what was read
  bool writes = false;

  [[nodiscard]] static WordAccess read(std::uint32_t address) { return {address, 0, false}; }
  [[nodiscard]] static WordAccess write(std::uint32_t address, std::uint32_t value) { return {address, value, true}; }
};

struct ProbeIdentity {
  std::string model;     // "ST-LINK/V2", "STLINK-V3"
  std::string firmware;  // "V2J47S7"
  std::string serial;
  std::string usb_path;
};

class Probe {
 public:
  virtual ~Probe() = default;

  [[nodiscard]] virtual const ProbeIdentity& identity() const = 0;

  // Enters SWD without resetting or halting anything ("hot plug"). Safe to call again after the target lost power.
  [[nodiscard]] virtual Result<void> attach() = 0;
  [[nodiscard]] virtual Result<void> detach() = 0;
  // Nearest speed not above the wish; returns the speed chosen, in kHz.
  [[nodiscard]] virtual Result<unsigned> set_speed_khz(unsigned wish) = 0;
  // The speed last chosen; 0 before the first choice.
  [[nodiscard]] virtual unsigned speed_khz() const = 0;

  // DPIDR; swd_no_answer when nobody is there.
  [[nodiscard]] virtual Result<std::uint32_t> read_debug_port_id() = 0;
  [[nodiscard]] virtual Result<void> open_access_port(std::uint8_t number) = 0;
  [[nodiscard]] virtual Result<void> close_access_port(std::uint8_t number) = 0;

  [[nodiscard]] virtual Result<std::uint32_t> read_word(AccessPort port, std::uint32_t address) = 0;
  [[nodiscard]] virtual Result<void> write_word(AccessPort port, std::uint32_t address, std::uint32_t value) = 0;
  // Address and size are multiples of 4.
  [[nodiscard]] virtual Result<void> read_memory(AccessPort port, std::uint32_t address,
                                                 std::span<std::uint8_t> into) = 0;
  [[nodiscard]] virtual Result<void> write_memory(AccessPort port, std::uint32_t address, ByteView from) = 0;

  // Scattered words in their order, in as few exchanges with the probe as it can. The first access that fails is the
  // error; those before it are done, those after it may be.
  [[nodiscard]] virtual Result<void> transfer(AccessPort port, std::span<WordAccess> accesses) {
    for (WordAccess& access : accesses) {
      if (access.writes) {
        RIGOR_CHECK(write_word(port, access.address, access.value));
      } else {
        RIGOR_TRY(access.value, read_word(port, access.address));
      }
    }
    return {};
  }

  // Memory in accesses of `size` each; address and length are multiples of it.
  // Errors also: unsupported where the probe has no such access, probe_too_old where its firmware has not.
  [[nodiscard]] virtual Result<void> read_sized(AccessSize /*size*/, AccessPort, std::uint32_t /*address*/,
                                                std::span<std::uint8_t> /*into*/) {
    return fail(Code::unsupported, "this probe has no accesses of a chosen size");
  }
  [[nodiscard]] virtual Result<void> write_sized(AccessSize /*size*/, AccessPort, std::uint32_t /*address*/,
                                                 ByteView /*from*/) {
    return fail(Code::unsupported, "this probe has no accesses of a chosen size");
  }

  // Drives the probe's own NRST output. Success says that the probe did it, not that a pin moved.
  [[nodiscard]] virtual Result<void> drive_reset(bool asserted) = 0;

  // Volts on the probe's target-voltage input. Clones answer a constant.
  [[nodiscard]] virtual Result<double> target_voltage() = 0;
};

// The bench's way to hold a chip in reset: the probe's NRST output or a relay line. The bench knows which.
class ResetPin {
 public:
  virtual ~ResetPin() = default;
  [[nodiscard]] virtual Result<void> hold() = 0;
  [[nodiscard]] virtual Result<void> release() = 0;
  // "probe" or "line", for evidence.
  [[nodiscard]] virtual std::string driven_by() const = 0;
};

}  // namespace rigor
