// A chip family as the verbs need it: who is it, what is in it, change it, prove it.
//
// Every call finds out afresh what the chip lets through (its state and security extension may have changed with the
// last reset) and opens the access port it needs. Waits are bounded and go through Clock. Nothing is believed because a
// write was accepted: options, state and flash are judged by what reads back.
//
// Addresses choose the world: on a part with the security extension on, 0x0C... is the secure alias, 0x08... the
// non-secure one.
//
// What a family does not have (TZEN, provisioning, a second bank) is `unsupported`.
//
// Errors: probe_* and swd_* from below; access_port_locked when the chip refuses debug; chip_in_reset when the option
// registers read zero; flash_* / option_change_refused / state_change_refused / provisioning_refused from the chip;
// usage for addresses, sizes and names that cannot be right; state_unsuitable when the call makes no sense in this
// state. A target is used from one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"
#include "framework/target/product_state.hpp"
#include "framework/target/reset_evidence.hpp"

namespace rigor {

struct Identity {
  std::uint16_t device_id = 0;
  std::uint16_t revision = 0;  // 0x1000 is revision A
  std::array<std::uint32_t, 3> unique_id{};
  // All words zero: the chip hides it (PROVISIONING and later) or debug is shut. Never an identity.
  bool unique_id_reads_zero = true;
  std::optional<std::uint32_t> flash_kilobytes;    // nothing when it could not be read; never a default
  std::optional<std::uint8_t> bootloader_version;  // 0xE2
  std::optional<std::uint32_t> sfsp_version;       // the word as read; nothing when unreadable or zero
  bool sfsp_plausible = false;                     // false also when the word is text (stm32h5.md 1.1)
  bool core_reachable = false;                     // the core's access port opened
};
[[nodiscard]] std::string unique_id_text(const Identity& identity);  // "00470035 3133510C 35343732"
[[nodiscard]] std::string sfsp_text(std::uint32_t word);             // "v2.5.0"
[[nodiscard]] bool sfsp_is_plausible(std::uint32_t word);

// One block of one-time memory.
struct OtpBlock {
  unsigned index = 0;
  std::uint32_t address = 0;
  std::uint32_t size = 0;  // bytes
  bool locked = false;
  // Every cell is unwritten; nothing where the chip does not let that be read.
  std::optional<bool> blank;
  std::string note = {};  // what is odd about it; mostly empty
};

enum class ProtectionKind : std::uint8_t {
  state,     // product state or read-protection level
  write,     // a write-protection option
  hide,      // an area that its boot code hides
  security,  // the address is of the other world
  once,      // one-time memory that is locked
};

// What would refuse an erase or a write of some range, and what lifts it.
struct Protection {
  std::string what;  // "WRPSGn1 write-protects sectors 8..11 of bank 1"
  std::string cure;  // "options: {set: {WRPSGn1: 0xFFFFFFFF}}"
  ProtectionKind kind = ProtectionKind::write;
};

struct OptionValue {
  std::string name;  // ST's: "WRPSGn1"
  std::uint32_t value = 0;
  // False for a secure field seen through a non-secure access: it reads as zero whatever it holds.
  bool readable = true;
};

struct OptionDifference {
  std::string name;
  std::uint32_t before = 0;
  std::uint32_t wanted = 0;
  std::uint32_t after = 0;
};

struct OptionChange {
  std::vector<OptionDifference> fields;  // every field asked for, also those that held the value already
  bool link_lost = false;                // the launch reset the chip or dropped the debug link for a while
};

struct StateChange {
  ProductState asked = ProductState::open;
  // True: it was read back. False: the debug port is shut, which is what success looks like and also what a dead chip
  // looks like (lifecycle.md 1.1). Only discovery can tell; never report this as success.
  bool confirmed = false;
  std::string note;
};

struct Mismatch {
  std::uint32_t address = 0;
  std::uint8_t expected = 0;
  std::uint8_t found = 0;
};

// One OBK record to be stored by the chip's own service.
struct ProvisioningRecord {
  std::uint32_t destination = 0;
  bool encrypt = false;
  ByteView payload;
};

// What the service was given in one attempt, and what it answered.
struct ProvisioningAttempt {
  std::uint32_t table = 0;
  std::uint32_t entry = 0;
  std::string checksum;       // a name of ProvisioningFacts::checksums
  bool header_first = false;  // the four argument words before the data in the checksum, instead of after
  std::uint32_t encryption_word = 0;
  bool through_stub = true;             // started by a stub in SRAM; false: registers set, straight into the entry
  std::optional<std::uint32_t> answer;  // nothing when the call did not come back
};

struct ProvisioningReport {
  ProvisioningAttempt accepted;              // worth recording: it settles facts the chip file only assumes
  std::vector<ProvisioningAttempt> refused;  // tried before, in order
};

class Target {
 public:
  virtual ~Target() = default;

  [[nodiscard]] virtual const ChipFacts& facts() const = 0;

  // Works in every state in which the debug port answers; what a closed chip hides stays empty.
  // Errors: identity_mismatch when the chip is of another group than facts() say.
  [[nodiscard]] virtual Result<Identity> identify() = 0;

  // Any size, any address that is mapped. Secure contents read as zero through a non-secure access.
  [[nodiscard]] virtual Result<Bytes> read(std::uint32_t address, std::size_t size) = 0;
  // Words into memory or registers; both the address and the size are multiples of 4. Not for flash, which has a
  // controller of its own. Errors: usage.
  [[nodiscard]] Result<void> write(std::uint32_t address, ByteView data);

  // By which addresses the user flash's bytes [offset, offset + size) are reached as the part is now: with the security
  // extension on, secure sectors at the secure alias and the others at the non-secure one. In order, merged where they
  // touch; all of the range, or usage where it is not inside the flash of this very part.
  [[nodiscard]] virtual Result<std::vector<FlashRange>> flash_addresses(std::uint32_t offset, std::uint32_t size);

  // Erases every sector that [address, address + size) touches.
  [[nodiscard]] virtual Result<void> erase(std::uint32_t address, std::uint32_t size) = 0;
  // Physical bank, 1 or 2, whatever SWAP_BANK says.
  [[nodiscard]] virtual Result<void> erase_bank(unsigned bank) = 0;
  // Where that bank lies in the address map now, by its non-secure alias. Errors: usage; unsupported for the second
  // bank of a part that has one.
  [[nodiscard]] virtual Result<FlashRange> bank_range(unsigned bank);
  [[nodiscard]] virtual Result<void> erase_all() = 0;
  // Writes erased flash and does not verify. The address is a multiple of the program unit (16 on H5); a partial
  // last unit is filled with 0xFF.
  [[nodiscard]] virtual Result<void> program(std::uint32_t address, ByteView data) = 0;

  // The first byte that differs, or nothing. Reads independently of what program() sent.
  [[nodiscard]] virtual Result<std::optional<Mismatch>> compare(std::uint32_t address, ByteView expected) = 0;
  // The same as errors: verify_mismatch, not_blank, with address and values.
  [[nodiscard]] Result<void> verify(std::uint32_t address, ByteView expected);
  [[nodiscard]] Result<void> check_blank(std::uint32_t address, std::uint32_t size);

  // Where [address, address + size of wanted) holds something else, as pieces of whole sectors that are merged where
  // they touch: what an update has to erase and program. A family that checks through the loader gives the core's RAM
  // up for it (its header says so). Errors: usage outside the flash.
  [[nodiscard]] virtual Result<std::vector<FlashRange>> changed_ranges(std::uint32_t address, ByteView wanted);

  // Whoever moves NRST or the supply past this target says so: the chip's own code may have run since, and the RAM that
  // a loader was given may be in use again. verify() and compare() then read, until something is programmed anew.
  virtual void forget_ram() {}

  // Why erasing or writing [address, address + size) would be refused; empty when nothing is in the way. Read-only: the
  // way to know before anything is tried (lifecycle.md 4).
  [[nodiscard]] virtual Result<std::vector<Protection>> protections(std::uint32_t address, std::uint32_t size);

  // Errors: unsupported where the part has no one-time memory; state_unsuitable where this state hides it.
  [[nodiscard]] virtual Result<std::vector<OtpBlock>> read_otp();
  // Final. Writes whole cells that are unwritten and reads them back. An address is never corrected.
  // Errors: address_invalid outside the one-time memory or off a cell's boundary; otp_written when a cell was written
  // before and otp_locked when its block is locked, both before anything was touched; verify_mismatch.
  [[nodiscard]] virtual Result<void> write_otp(std::uint32_t address, ByteView data);
  // Final. Judged by what reads back. Errors: address_invalid for a block that is not there, otp_not_locked.
  [[nodiscard]] virtual Result<void> lock_otp(unsigned block);

  [[nodiscard]] virtual Result<std::vector<OptionValue>> read_options() = 0;
  // Errors: name_unknown.
  [[nodiscard]] virtual Result<OptionValue> read_option(const std::string& name) = 0;
  // All in one launch, judged by read-back. Refused changes are option_change_refused with a named list of what stayed.
  // PRODUCT_STATE is refused here (usage): set_product_state() knows what losing the link then means.
  [[nodiscard]] virtual Result<OptionChange> write_options(std::span<const OptionValue> wanted) = 0;

  [[nodiscard]] virtual Result<ProductState> product_state() = 0;
  [[nodiscard]] virtual Result<StateChange> set_product_state(ProductState state) = 0;

  // TZEN; off for good on parts that have none.
  [[nodiscard]] virtual Result<bool> security_extension();

  // Errors: provisioning_refused with everything that was tried. Hides the payload from the timeline.
  [[nodiscard]] virtual Result<ProvisioningReport> provision(const ProvisioningRecord& record);

  // The record is there already, where that can be seen: on parts that keep it in one-time memory.
  [[nodiscard]] virtual Result<bool> holds_record(const ProvisioningRecord& record);

  // System reset through the debug port; needs no NRST wire.
  [[nodiscard]] virtual Result<void> system_reset() = 0;

  // Both need a chip in OPEN: state_unsuitable otherwise. Both leave the pin released / the supply on, also on errors.
  [[nodiscard]] virtual Result<ResetEvidence> probe_reset(ResetPin& pin) = 0;
  [[nodiscard]] virtual Result<PowerEvidence> probe_power(PowerSwitch& supply) = 0;

  // Where the core is, halted for a moment for it. Errors: state_unsuitable unless the chip is open; core_not_halted.
  [[nodiscard]] virtual Result<std::uint32_t> program_counter() = 0;
  // Where the chip's own boot loader lies: what BOOT0 high starts in OPEN.
  struct SystemMemory {
    std::uint32_t base = 0;
    std::uint32_t size = 0;
  };
  [[nodiscard]] virtual SystemMemory system_memory() const = 0;

 protected:
  [[nodiscard]] virtual Result<void> write_words(std::uint32_t address, ByteView data) = 0;
  // The range cut at the sectors of this very part, by the flash alias it lies in.
  [[nodiscard]] Result<std::vector<FlashRange>> sector_pieces(std::uint32_t address, std::uint32_t size) const;
};

}  // namespace rigor
