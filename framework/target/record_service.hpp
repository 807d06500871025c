// Storing an OBK record through the service that ST keeps in system flash (stm32h5.md 6 and 10, stm32h7rs.md 6).
//
// The host puts the record and a block of five arguments into SRAM3, halts the core, and calls the service's entry,
// which it finds through a table in system flash. Which table, which checksum, over what order, and which word means
// "plain" are not confirmed: the lists of ProvisioningFacts are tried in order until one is accepted. A refused guess
// changes nothing.
//
// Borrows the core: afterwards it runs or is halted as before, and the buffer is wiped.
#pragma once

#include <functional>
#include <optional>

#include "framework/base/timeline.hpp"
#include "framework/target/arm/call.hpp"
#include "framework/target/target.hpp"

namespace rigor {

class RecordService {
 public:
  // What the service says of a call that ended in a reset, once the chip answers again; nothing when it says nothing.
  using AfterReset = std::function<Result<std::optional<std::uint32_t>>()>;

  // The arguments must outlive the object. `entry_offset`: of the service's entry in each table of the facts.
  RecordService(Probe& probe, Clock& clock, const ProvisioningFacts& facts, Timeline& timeline,
                std::uint32_t entry_offset = 0)
      : probe_(probe), clock_(clock), facts_(facts), timeline_(timeline), entry_offset_(entry_offset) {}

  // The size is no record's: usage. Nothing was touched.
  [[nodiscard]] static Result<void> check_size(const ProvisioningRecord& record);

  // `port` leads to system flash, SRAM3 and the core. Without `after_reset` a call that resets the chip has not come
  // back. Errors: provisioning_refused with everything that was tried.
  [[nodiscard]] Result<ProvisioningReport> store(AccessPort port, const ProvisioningRecord& record,
                                                 const AfterReset& after_reset = {});

 private:
  struct Entry {
    std::uint32_t table = 0;
    std::uint32_t address = 0;
  };

  [[nodiscard]] Result<std::vector<Entry>> find_entries(AccessPort port, std::string& passed_over);
  [[nodiscard]] Result<std::vector<ProvisioningAttempt>> plan(const ProvisioningRecord& record,
                                                              const std::vector<Entry>& entries) const;
  [[nodiscard]] Result<ProvisioningReport> try_all(arm::Core& core, AccessPort port, const ProvisioningRecord& record,
                                                   std::vector<ProvisioningAttempt> attempts,
                                                   const AfterReset& after_reset);
  [[nodiscard]] Result<void> load(AccessPort port, const ProvisioningRecord& record,
                                  const ProvisioningAttempt& attempt);
  [[nodiscard]] Result<std::optional<std::uint32_t>> call(arm::Core& core, AccessPort port,
                                                          const ProvisioningAttempt& attempt,
                                                          const AfterReset& after_reset);

  Probe& probe_;
  Clock& clock_;
  const ProvisioningFacts& facts_;
  Timeline& timeline_;
  std::uint32_t entry_offset_;
  // What this chip accepted last; tried first the next time.
  std::optional<ProvisioningAttempt> known_;
};

}  // namespace rigor
