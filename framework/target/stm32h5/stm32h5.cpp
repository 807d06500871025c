#include "framework/target/stm32h5/stm32h5.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/target/arm/core.hpp"
#include "framework/target/reading.hpp"
#include "framework/target/record_service.hpp"
#include "framework/target/stm32h5/evidence.hpp"
#include "framework/target/stm32h5/flash.hpp"
#include "framework/target/stm32h5/one_time.hpp"
#include "framework/target/stm32h5/options.hpp"
#include "framework/target/stm32h5/protections.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor {
namespace h5 {
namespace {

constexpr Duration kResetLimit = std::chrono::milliseconds(500);

class Stm32H5 final : public Target {
 public:
  Stm32H5(Probe& probe, Clock& clock, const ChipFacts& facts, Timeline& timeline)
      : access_(probe, clock, facts),
        flash_(access_),
        options_(access_, timeline),
        one_time_(access_, flash_, options_),
        records_(probe, clock, facts.provisioning, timeline) {}

  [[nodiscard]] const ChipFacts& facts() const override { return access_.facts(); }
  [[nodiscard]] Result<Identity> identify() override;
  [[nodiscard]] Result<Bytes> read(std::uint32_t address, std::size_t size) override;
  [[nodiscard]] Result<std::vector<FlashRange>> flash_addresses(std::uint32_t offset, std::uint32_t size) override {
    return flash_.addresses(offset, size);
  }

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size) override {
    return flash_.erase(address, size);
  }
  [[nodiscard]] Result<void> erase_bank(unsigned bank) override { return flash_.erase_bank(bank); }
  [[nodiscard]] Result<FlashRange> bank_range(unsigned bank) override { return flash_.bank_range(bank); }
  [[nodiscard]] Result<void> erase_all() override { return flash_.erase_all(); }
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data) override {
    return flash_.program(address, data);
  }
  [[nodiscard]] Result<std::optional<Mismatch>> compare(std::uint32_t address, ByteView expected) override;
  [[nodiscard]] Result<std::vector<FlashRange>> changed_ranges(std::uint32_t address, ByteView wanted) override;

  [[nodiscard]] Result<std::vector<Protection>> protections(std::uint32_t address, std::uint32_t size) override;
  [[nodiscard]] Result<std::vector<OtpBlock>> read_otp() override { return one_time_.blocks(); }
  [[nodiscard]] Result<void> write_otp(std::uint32_t address, ByteView data) override {
    return one_time_.write(address, data);
  }
  [[nodiscard]] Result<void> lock_otp(unsigned block) override { return one_time_.lock(block); }

  [[nodiscard]] Result<std::vector<OptionValue>> read_options() override { return options_.read_all(); }
  [[nodiscard]] Result<OptionValue> read_option(const std::string& name) override { return options_.read(name); }
  [[nodiscard]] Result<OptionChange> write_options(std::span<const OptionValue> wanted) override {
    forget_ram();
    return options_.write(wanted);
  }

  [[nodiscard]] Result<ProductState> product_state() override;
  [[nodiscard]] Result<StateChange> set_product_state(ProductState state) override {
    forget_ram();
    return options_.set_product_state(state);
  }
  [[nodiscard]] Result<bool> security_extension() override;

  [[nodiscard]] Result<ProvisioningReport> provision(const ProvisioningRecord& record) override;
  [[nodiscard]] Result<bool> holds_record(const ProvisioningRecord& record) override;
  void forget_ram() override { flash_.forget_ram(); }
  [[nodiscard]] Result<void> system_reset() override;
  [[nodiscard]] Result<ResetEvidence> probe_reset(ResetPin& pin) override;
  [[nodiscard]] Result<PowerEvidence> probe_power(PowerSwitch& supply) override;
  [[nodiscard]] Result<std::uint32_t> program_counter() override;
  // 64 KB a bank area; the H503 has one (stm32h5.md 2).
  [[nodiscard]] SystemMemory system_memory() const override {
    return {0x0BF80000, facts().has_security_extension ? 128U << 10 : 64U << 10};
  }

 private:
  [[nodiscard]] Result<void> write_words(std::uint32_t address, ByteView data) override;
  [[nodiscard]] Result<void> read_core_side(Identity& identity);
  [[nodiscard]] Result<void> read_unique_id_halted(Identity& identity);
  [[nodiscard]] Result<ProvisioningReport> provision_by_service(const ProvisioningRecord& record);

  Access access_;
  Evidence evidence_{access_};
  Flash flash_;
  Options options_;
  OneTimeMemory one_time_;
  RecordService records_;
};

Result<Identity> Stm32H5::identify() {
  Probe& probe = access_.probe();
  const AuthenticationFacts& system = facts().authentication;  // access port 0 answers in every state
  RIGOR_CHECK(probe.open_access_port(system.access_port));
  RIGOR_TRY(Identity identity, read_device_id(probe, access_.clock(), {.number = system.access_port},
                                              system.dbgmcu_base + kDbgmcuIdcode, facts()));
  auto opened = probe.open_access_port(facts().core_access_port);
  identity.core_reachable = opened.has_value();
  if (!opened) return may_pass(opened.error()) ? Result<Identity>(identity) : fail(std::move(opened).error());
  RIGOR_CHECK(read_core_side(identity));
  return identity;
}

Result<void> Stm32H5::read_core_side(Identity& identity) {
  Probe& probe = access_.probe();
  const AccessPort port = access_.port(false);
  RIGOR_CHECK(read_unique_id(probe, port, facts(), identity));
  if (identity.unique_id_reads_zero) RIGOR_CHECK(read_unique_id_halted(identity));
  RIGOR_CHECK(read_sizes(probe, port, facts(), identity));
  RIGOR_TRY(const auto sfsp, if_readable(read_bytes(probe, port, facts().sfsp_version_address, 4)));
  if (sfsp && load_le32(*sfsp) != 0) {
    identity.sfsp_version = load_le32(*sfsp);
    identity.sfsp_plausible = sfsp_is_plausible(*identity.sfsp_version);
  }
  return {};
}

// The id is confirmed to be readable in OPEN with the core held by the debugger; whether running code can hide it is
// not known (stm32h5.md 1.1). A part that has left OPEN keeps it hidden, and its core belongs to the security services.
Result<void> Stm32H5::read_unique_id_halted(Identity& identity) {
  const auto view = access_.look();
  if (!view) return may_pass(view.error()) ? Result<void>() : fail(view.error());
  if (view->state_code() != product_state_code(ProductState::open)) return {};
  arm::Core core(access_.probe(), access_.port(view->secure), access_.clock());
  RIGOR_CHECK(core.borrow());
  const Result<void> read = read_unique_id(access_.probe(), access_.port(false), facts(), identity);
  RIGOR_CHECK(core.restore());
  return read;
}

Result<Bytes> Stm32H5::read(std::uint32_t address, std::size_t size) {
  RIGOR_TRY(const View view, access_.look());
  return access_.read_bytes(view, address, size);
}

Result<void> Stm32H5::write_words(std::uint32_t address, ByteView data) {
  RIGOR_TRY(const View view, access_.look());
  return access_.write_bytes(view, address, data);
}

Result<std::optional<Mismatch>> Stm32H5::compare(std::uint32_t address, ByteView expected) {
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(const bool same, flash_.holds(view, address, expected));
  if (same) return std::nullopt;
  return compare_with(address, expected,
                      [&](std::uint32_t at, std::size_t size) { return access_.read_bytes(view, at, size); });
}

Result<std::vector<FlashRange>> Stm32H5::changed_ranges(std::uint32_t address, ByteView wanted) {
  RIGOR_TRY(const auto pieces, sector_pieces(address, static_cast<std::uint32_t>(wanted.size())));
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(auto changed, flash_.changed(view, pieces, wanted));
  return changed ? Result<std::vector<FlashRange>>(std::move(*changed)) : Target::changed_ranges(address, wanted);
}

Result<std::vector<Protection>> Stm32H5::protections(std::uint32_t address, std::uint32_t size) {
  RIGOR_TRY(const std::uint32_t flash_size, flash_.size());
  return h5::protections(access_, options_, flash_size, address, size);
}

Result<ProvisioningReport> Stm32H5::provision_by_service(const ProvisioningRecord& record) {
  RIGOR_CHECK(RecordService::check_size(record));
  RIGOR_TRY(const View view, access_.look());
  const auto state = product_state_from_code(view.state_code());
  if (state != ProductState::provisioning && state != ProductState::open) {
    return fail(Error(Code::state_unsuitable,
                      fmt::format("records are stored in provisioning, the chip is in 0x{:02X}", view.state_code())));
  }
  return records_.store(access_.port(false), record);
}

Result<ProvisioningReport> Stm32H5::provision(const ProvisioningRecord& record) {
  forget_ram();
  if (facts().provisioning.store == RecordStore::service) return provision_by_service(record);
  // The H503 keeps the hash of its password in the first block of its one-time memory (debug-authentication.md 14.6).
  RIGOR_TRY(const bool there, one_time_.holds(record.destination, record.payload));
  if (!there) RIGOR_CHECK(one_time_.write(record.destination, record.payload));
  RIGOR_CHECK(one_time_.lock(one_time_.block_of(record.destination)));
  return ProvisioningReport{};
}

Result<bool> Stm32H5::holds_record(const ProvisioningRecord& record) {
  if (facts().provisioning.store == RecordStore::service) return false;
  RIGOR_TRY(const bool locked, one_time_.locked(one_time_.block_of(record.destination)));
  return locked ? one_time_.holds(record.destination, record.payload) : Result<bool>(false);
}

Result<ProductState> Stm32H5::product_state() {
  RIGOR_TRY(const View view, access_.look());
  const auto state = product_state_from_code(view.state_code());
  if (state) return *state;
  return fail(Code::chip_unexpected, fmt::format("PRODUCT_STATE 0x{:02X} is no state (option status {})",
                                                 view.state_code(), hex_word(view.status)));
}

Result<bool> Stm32H5::security_extension() {
  RIGOR_TRY(const View view, access_.look());
  return view.trustzone;
}

Result<void> Stm32H5::system_reset() {
  forget_ram();
  RIGOR_TRY(const View view, access_.look());
  return arm::system_reset(access_.probe(), access_.port(view.secure), [this]() -> Result<AccessPort> {
    RIGOR_TRY(const View after, access_.look_again(kResetLimit));
    return access_.port(after.secure);
  });
}

Result<ResetEvidence> Stm32H5::probe_reset(ResetPin& pin) {
  forget_ram();
  return observe_reset(access_.probe(), access_.clock(), evidence_, pin);
}

Result<PowerEvidence> Stm32H5::probe_power(PowerSwitch& supply) {
  forget_ram();
  return observe_power(access_.probe(), access_.clock(), evidence_, supply);
}

Result<std::uint32_t> Stm32H5::program_counter() {
  return observe_program_counter(access_.probe(), access_.clock(), evidence_);
}

}  // namespace
}  // namespace h5

std::unique_ptr<Target> make_stm32h5(Probe& probe, Clock& clock, const ChipFacts& facts, Timeline& timeline) {
  return std::make_unique<h5::Stm32H5>(probe, clock, facts, timeline);
}

}  // namespace rigor
