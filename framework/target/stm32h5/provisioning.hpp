// Storing an OBK record through the service that ST keeps in system flash (stm32h5.md 6 and 10).
//
// The host puts the record and a block of five arguments into SRAM3, halts the core, and calls the service's entry,
// which it finds through a table in system flash. Which table, which checksum, over what order, and which word means
// "plain" are not confirmed: the lists of ProvisioningFacts are tried in order until one is accepted. A refused guess
// changes nothing.
#pragma once

#include <optional>

#include "framework/base/timeline.hpp"
#include "framework/target/stm32h5/access.hpp"
#include "framework/target/target.hpp"

namespace rigor::arm {
class Core;
}

namespace rigor::h5 {

class Provisioning {
 public:
  Provisioning(Access& access, Timeline& timeline) : access_(access), timeline_(timeline) {}

  [[nodiscard]] Result<ProvisioningReport> store(const ProvisioningRecord& record);

 private:
  struct Entry {
    std::uint32_t table = 0;
    std::uint32_t address = 0;
  };

  [[nodiscard]] Result<std::vector<Entry>> find_entries(const View& view, std::string& passed_over);
  [[nodiscard]] Result<std::vector<ProvisioningAttempt>> plan(const ProvisioningRecord& record,
                                                              const std::vector<Entry>& entries) const;
  [[nodiscard]] Result<ProvisioningReport> try_all(arm::Core& core, const ProvisioningRecord& record,
                                                   std::vector<ProvisioningAttempt> attempts);
  [[nodiscard]] Result<void> load(const ProvisioningRecord& record, const ProvisioningAttempt& attempt);
  [[nodiscard]] Result<std::optional<std::uint32_t>> call(arm::Core& core, const ProvisioningAttempt& attempt);
  [[nodiscard]] Result<void> wipe(std::size_t size);

  Access& access_;
  Timeline& timeline_;
  // What this chip accepted last; tried first the next time.
  std::optional<ProvisioningAttempt> known_;
};

}  // namespace rigor::h5
