#include "framework/target/stm32h7rs/stm32h7rs.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/target/reading.hpp"
#include "framework/target/record_service.hpp"
#include "framework/target/stm32h7rs/evidence.hpp"
#include "framework/target/stm32h7rs/flash.hpp"
#include "framework/target/stm32h7rs/options.hpp"
#include "framework/target/stm32h7rs/otp.hpp"
#include "framework/target/stm32h7rs/protections.hpp"
#include "framework/target/stm32h7rs/registers.hpp"
#include "framework/target/stm32h7rs/state_change.hpp"

namespace rigor {
namespace h7rs {
namespace {

// Destinations are encoded words, not addresses as on the H5 (debug-authentication.md 14.4).
constexpr std::uint32_t kLargestDestination = 0x00FFFFFF;

class Stm32H7rs final : public Target {
 public:
  Stm32H7rs(Probe& probe, Clock& clock, const ChipFacts& facts, Timeline& timeline)
      : access_(probe, clock, facts),
        services_(access_, timeline),
        flash_(access_),
        options_(access_, services_, timeline),
        records_(probe, clock, facts.provisioning, timeline, kDataProvisioning) {}

  [[nodiscard]] const ChipFacts& facts() const override { return access_.facts(); }
  [[nodiscard]] Result<Identity> identify() override;
  [[nodiscard]] Result<Bytes> read(std::uint32_t address, std::size_t size) override;

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size) override {
    return flash_.erase(address, size);
  }
  [[nodiscard]] Result<void> erase_bank(unsigned bank) override;
  [[nodiscard]] Result<void> erase_all() override { return flash_.erase_all(); }
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data) override {
    return flash_.program(address, data);
  }
  [[nodiscard]] Result<std::optional<Mismatch>> compare(std::uint32_t address, ByteView expected) override;
  [[nodiscard]] Result<std::vector<FlashRange>> changed_ranges(std::uint32_t address, ByteView wanted) override;
  [[nodiscard]] Result<std::vector<Protection>> protections(std::uint32_t address, std::uint32_t size) override;

  [[nodiscard]] Result<std::vector<OtpBlock>> read_otp() override { return otp_.read(); }
  [[nodiscard]] Result<void> write_otp(std::uint32_t address, ByteView data) override {
    return otp_.write(address, data);
  }
  [[nodiscard]] Result<void> lock_otp(unsigned block) override { return otp_.lock(block); }

  [[nodiscard]] Result<std::vector<OptionValue>> read_options() override { return options_.read_all(); }
  [[nodiscard]] Result<OptionValue> read_option(const std::string& name) override { return options_.read(name); }
  [[nodiscard]] Result<OptionChange> write_options(std::span<const OptionValue> wanted) override {
    forget_ram();
    return options_.write(wanted);
  }

  [[nodiscard]] Result<ProductState> product_state() override { return services_.product_state(); }
  [[nodiscard]] Result<StateChange> set_product_state(ProductState state) override {
    forget_ram();
    return change_state(access_, services_, state);
  }
  [[nodiscard]] Result<ProvisioningReport> provision(const ProvisioningRecord& record) override;
  void forget_ram() override { flash_.forget_ram(); }
  [[nodiscard]] Result<void> system_reset() override;
  [[nodiscard]] Result<ResetEvidence> probe_reset(ResetPin& pin) override {
    forget_ram();
    return observe_reset(access_.probe(), access_.clock(), evidence_, pin);
  }
  [[nodiscard]] Result<PowerEvidence> probe_power(PowerSwitch& supply) override {
    forget_ram();
    return observe_power(access_.probe(), access_.clock(), evidence_, supply);
  }
  [[nodiscard]] Result<std::uint32_t> program_counter() override {
    return observe_program_counter(access_.probe(), access_.clock(), evidence_);
  }
  [[nodiscard]] SystemMemory system_memory() const override { return {0x1FF00000, 128U << 10}; }  // stm32h7rs.md 1

 private:
  [[nodiscard]] Result<void> write_words(std::uint32_t address, ByteView data) override;
  [[nodiscard]] Result<void> check_variant();
  [[nodiscard]] Result<void> check_sram3();

  Access access_;
  Services services_;
  Flash flash_;
  Options options_;
  Otp otp_{access_, flash_, options_};
  Evidence evidence_{access_, services_};
  RecordService records_;
};

Result<Identity> Stm32H7rs::identify() {
  Probe& probe = access_.probe();
  const AuthenticationFacts& system = facts().authentication;  // access port 0 answers in every state
  RIGOR_CHECK(probe.open_access_port(system.access_port));
  RIGOR_TRY(Identity identity,
            read_device_id(probe, access_.clock(), {.number = system.access_port}, system.dbgmcu_base, facts()));
  auto opened = probe.open_access_port(facts().core_access_port);
  identity.core_reachable = opened.has_value();
  if (!opened) return may_pass(opened.error()) ? Result<Identity>(identity) : fail(std::move(opened).error());
  RIGOR_CHECK(check_variant());
  RIGOR_CHECK(read_unique_id(probe, access_.port(), facts(), identity));
  RIGOR_CHECK(read_sizes(probe, access_.port(), facts(), identity));
  // ST's tool does not get the size from where the header puts it (stm32h7rs.md 1): more than the part has is no size.
  if (identity.flash_kilobytes && *identity.flash_kilobytes > facts().flash_size / 1024)
    identity.flash_kilobytes.reset();
  return identity;
}

// All four part numbers have one device id; a word of the engineering bytes tells R from S.
Result<void> Stm32H7rs::check_variant() {
  RIGOR_TRY(const auto word, if_readable(access_.probe().read_word(access_.port(), kVariantWord)));
  if (!word) return {};
  const std::uint32_t found = *word & kVariantMask;
  const bool crypto = facts().provisioning.encrypts;
  if (found == (crypto ? 0 : kVariantPlain) || (found != 0 && found != kVariantPlain)) return {};
  return fail(Error(Code::identity_mismatch, fmt::format("the chip is one {} crypto block, {} is not",
                                                         found == 0 ? "with a" : "without", facts().name))
                  .hint("H7S3 and H7S7 have it, H7R3 and H7R7 have not: name the right chip file"));
}

Result<Bytes> Stm32H7rs::read(std::uint32_t address, std::size_t size) {
  RIGOR_CHECK(access_.look());
  return read_bytes(access_.probe(), access_.port(), address, size);
}

Result<void> Stm32H7rs::write_words(std::uint32_t address, ByteView data) {
  RIGOR_CHECK(access_.look());
  return access_.probe().write_memory(access_.port(), address, data);
}

Result<std::optional<Mismatch>> Stm32H7rs::compare(std::uint32_t address, ByteView expected) {
  RIGOR_CHECK(access_.look());
  RIGOR_TRY(const bool same, flash_.holds(address, expected));
  if (same) return std::nullopt;
  return compare_with(address, expected, [this](std::uint32_t at, std::size_t size) {
    return read_bytes(access_.probe(), access_.port(), at, size);
  });
}

Result<std::vector<FlashRange>> Stm32H7rs::changed_ranges(std::uint32_t address, ByteView wanted) {
  RIGOR_TRY(const auto pieces, sector_pieces(address, static_cast<std::uint32_t>(wanted.size())));
  RIGOR_CHECK(access_.look());
  RIGOR_TRY(auto changed, flash_.changed(pieces, wanted));
  return changed ? Result<std::vector<FlashRange>>(std::move(*changed)) : Target::changed_ranges(address, wanted);
}

Result<void> Stm32H7rs::erase_bank(unsigned bank) {
  if (bank == 1) return flash_.erase_all();
  return fail(Code::usage, fmt::format("there is no flash bank {}, the part has one", bank));
}

Result<std::vector<Protection>> Stm32H7rs::protections(std::uint32_t address, std::uint32_t size) {
  ProtectionWords words;
  RIGOR_TRY(words.nvstate, access_.look());
  RIGOR_TRY(words.wrps, access_.read(kWrpsr));
  RIGOR_TRY(words.hdp, access_.read(kHdpsr));
  if (address < facts().flash_base) return std::vector<Protection>{};
  // To ask disturbs what runs, as does the change of flash that is about to follow.
  if (words.nvstate == kNvstateOpen) {
    RIGOR_TRY(words.state, services_.state_if_told());
  }
  return explain_protections(facts(), words, address - facts().flash_base, size);
}

// A larger DTCM or ITCM is cut out of the AXI SRAM (stm32h7rs.md 2 and 6); 0 and 3 are both 64 KB.
Result<void> Stm32H7rs::check_sram3() {
  for (const std::string_view name : {kDtcmShare, kItcmShare}) {
    RIGOR_TRY(const OptionValue share, options_.read(std::string(name)));
    if (share.value == 0 || share.value == 3) continue;
    return fail(
        Error(Code::state_unsuitable,
              fmt::format("{} is {}: the SRAM that a record is handed over in is smaller or gone", name, share.value))
            .hint("in product state open: options: {set: {DTCM_AXI_SHARE: 0, ITCM_AXI_SHARE: 0}}"));
  }
  return {};
}

Result<ProvisioningReport> Stm32H7rs::provision(const ProvisioningRecord& record) {
  forget_ram();
  RIGOR_CHECK(RecordService::check_size(record));
  if (record.destination > kLargestDestination) {
    return fail(Error(Code::usage,
                      fmt::format("{} is an address, not a destination of this family", hex_word(record.destination)))
                    .hint("the record was made for an H5"));
  }
  RIGOR_CHECK(access_.look());
  RIGOR_TRY(const ProductState state, services_.product_state());
  if (state != ProductState::provisioning && state != ProductState::open) {
    return fail(Code::state_unsuitable,
                fmt::format("records are stored in provisioning, the chip is in {}", product_state_name(state)));
  }
  RIGOR_CHECK(check_sram3());
  return records_.store(access_.port(), record, [this] { return services_.status_after_reset(); });
}

Result<void> Stm32H7rs::system_reset() {
  forget_ram();
  RIGOR_CHECK(access_.look());
  return access_.system_reset();
}

}  // namespace
}  // namespace h7rs

std::unique_ptr<Target> make_stm32h7rs(Probe& probe, Clock& clock, const ChipFacts& facts, Timeline& timeline) {
  return std::make_unique<h7rs::Stm32H7rs>(probe, clock, facts, timeline);
}

}  // namespace rigor
