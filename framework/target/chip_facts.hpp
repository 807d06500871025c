// Numbers of one part-number group, as plain data. Filled from boards/chips/*.yaml by framework/bench; the same file
// feeds the chip model of the lab, so nothing here may be computed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/target/flash_layout.hpp"

namespace rigor {

enum class Family : std::uint8_t { stm32h5, stm32h7rs, stm32f4 };

struct MemoryRange {
  std::string name;
  std::uint32_t base = 0;
  std::uint32_t secure_base = 0;  // 0: no secure alias
  std::uint32_t size = 0;         // bytes
};

// One-time memory: cells that are written once and blocks that are locked for good. Size 0: the part has none.
struct OtpFacts {
  std::uint32_t base = 0;
  std::uint32_t size = 0;        // bytes, locks not counted
  std::uint32_t block_size = 0;  // bytes under one lock
  std::uint32_t lock_bytes = 0;  // address of one lock byte a block (F4); 0: the locks are option bits
};

// How the resident security service stores an OBK record (stm32h5.md 6 and 10). The lists are tried in order: the
// reference marks these facts unknown, and in PROVISIONING a wrong guess is refused and harmless.
enum class RecordStore : std::uint8_t {
  service,          // the chip's own service stores it
  one_time_memory,  // the debugger writes the password's hash: final (H503, debug-authentication.md 14.6)
};

struct ProvisioningFacts {
  RecordStore store = RecordStore::service;
  std::vector<std::uint32_t> table_addresses;  // words that hold the entry point
  std::uint32_t buffer_address = 0;            // SRAM3
  std::vector<std::string> checksums;          // "crc32", "crc32-reflected"
  // Over what the checksum goes: "data-first", then the four arguments, or "arguments-first".
  std::vector<std::string> checksum_orders = {"data-first", "arguments-first"};
  // How the service is entered: by a "stub" in SRAM, or with "registers" set and straight into it. The second is tried
  // where the first does not come back.
  std::vector<std::string> calls = {"stub", "registers"};
  std::vector<std::uint32_t> plain_words;    // "store as it is"
  std::vector<std::uint32_t> encrypt_words;  // "encrypt when storing"
  bool encrypts = false;                     // the part has the crypto block; records carry flag 1
};

// Debug-authentication facts (debug-authentication.md 2, 4, 20).
struct AuthenticationFacts {
  std::uint8_t access_port = 0;
  std::uint32_t dbgmcu_base = 0;  // as seen through that access port
  std::uint32_t magic_word = 0;
  std::vector<std::uint32_t> answer_words;  // empty: any word is taken
  std::string ack_mapping;                  // "a" or "b" when self-calibration cannot decide
  Duration reset_hold{};                    // T_nrst_low
  Duration open_limit{};                    // T_open
  Duration word_limit{};                    // T_word
  Duration final_limit{};                   // T_final
  Duration reboot_limit{};                  // T_reboot after regression
  // Where a regression to TrustZone ends, with records and secure flash kept; empty for parts that have none.
  std::string partial_regression_end;
  std::uint32_t product_permissions = 0;  // bits a certificate can grant on this part
};

struct ChipFacts {
  std::string name;  // "stm32h523"
  Family family = Family::stm32h5;
  std::uint16_t device_id = 0;
  bool has_security_extension = false;  // TrustZone, and with it TZEN and the secure aliases
  std::uint32_t flash_base = 0;
  std::uint32_t flash_secure_base = 0;
  std::uint32_t flash_size = 0;  // bytes, both banks
  std::uint32_t flash_bank_count = 0;
  std::uint32_t flash_sector_size = 0;       // 0: see the runs
  std::vector<SectorRun> flash_sector_runs;  // of one bank, where sectors differ in size
  std::uint32_t flash_registers = 0;
  std::uint32_t flash_secure_registers = 0;
  std::uint32_t unique_id_address = 0;
  std::uint32_t flash_size_address = 0;
  std::uint32_t package_address = 0;
  std::uint32_t bootloader_version_address = 0;
  std::uint32_t sfsp_version_address = 0;
  std::uint32_t rcc_reset_status = 0;  // RCC_RSR, on the F4 RCC_CSR
  std::uint32_t rcc_secure_reset_status = 0;
  OtpFacts otp;
  std::vector<MemoryRange> sram;
  std::uint8_t core_access_port = 1;
  std::uint32_t secure_control = 0;  // CSW of a secure access
  std::uint32_t nonsecure_control = 0;
  // Names of facts that the reference marks unknown and this file only assumes, e.g. "provisioning.checksum".
  std::vector<std::string> assumed;
  ProvisioningFacts provisioning;
  AuthenticationFacts authentication;
};

}  // namespace rigor
