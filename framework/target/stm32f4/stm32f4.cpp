#include "framework/target/stm32f4/stm32f4.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/target/reading.hpp"
#include "framework/target/stm32f4/evidence.hpp"
#include "framework/target/stm32f4/flash.hpp"
#include "framework/target/stm32f4/one_time.hpp"
#include "framework/target/stm32f4/options.hpp"
#include "framework/target/stm32f4/registers.hpp"

namespace rigor {
namespace f4 {
namespace {

class Stm32F4 final : public Target {
 public:
  Stm32F4(Probe& probe, Clock& clock, const ChipFacts& facts, const Part& part, Timeline& timeline,
          unsigned parallelism)
      : access_(probe, clock, facts, part, parallelism), options_(access_, controller_, timeline) {}

  [[nodiscard]] const ChipFacts& facts() const override { return access_.facts(); }
  [[nodiscard]] Result<Identity> identify() override;
  [[nodiscard]] Result<Bytes> read(std::uint32_t address, std::size_t size) override;
  [[nodiscard]] Result<std::optional<Mismatch>> compare(std::uint32_t address, ByteView expected) override;
  [[nodiscard]] Result<std::vector<FlashRange>> changed_ranges(std::uint32_t address, ByteView wanted) override;

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size) override {
    return flash_.erase(address, size);
  }
  [[nodiscard]] Result<void> erase_bank(unsigned bank) override { return flash_.erase_bank(bank); }
  [[nodiscard]] Result<FlashRange> bank_range(unsigned bank) override { return flash_.bank_range(bank); }
  [[nodiscard]] Result<void> erase_all() override { return flash_.erase_all(); }
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data) override {
    return flash_.program(address, data);
  }
  [[nodiscard]] Result<std::vector<Protection>> protections(std::uint32_t address, std::uint32_t size) override {
    return one_time_.covers(address) ? one_time_.protections(address, size) : flash_.protections(address, size);
  }

  [[nodiscard]] Result<std::vector<OtpBlock>> read_otp() override { return one_time_.read(); }
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
  [[nodiscard]] Result<ProductState> product_state() override {
    RIGOR_TRY(const View view, access_.look());
    return view.level();
  }
  [[nodiscard]] Result<StateChange> set_product_state(ProductState state) override {
    forget_ram();
    return options_.set_level(state);
  }

  void forget_ram() override { flash_.forget_ram(); }
  [[nodiscard]] Result<void> system_reset() override {
    forget_ram();
    return without_value(access_.reset());
  }
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
  [[nodiscard]] SystemMemory system_memory() const override { return {0x1FFF0000, 30U << 10}; }  // stm32f4.md 1

 private:
  [[nodiscard]] Result<void> write_words(std::uint32_t address, ByteView data) override;
  [[nodiscard]] Result<void> check_readable(std::uint32_t address, std::size_t size);

  Access access_;
  Controller controller_{access_};
  Evidence evidence_{access_};
  Flash flash_{access_, controller_};
  OneTime one_time_{access_, controller_};
  Options options_;
};

Result<Identity> Stm32F4::identify() {
  Probe& probe = access_.probe();
  RIGOR_CHECK(probe.open_access_port(facts().core_access_port));
  RIGOR_TRY(Identity identity, read_device_id(probe, access_.clock(), access_.port(), kDbgmcuIdcode, facts()));
  identity.core_reachable = true;
  RIGOR_CHECK(read_unique_id(probe, access_.port(), facts(), identity));
  RIGOR_CHECK(read_sizes(probe, access_.port(), facts(), identity));
  return identity;
}

// At level 1 a debugger's look at the flash is an intrusion, after which the CPU cannot run from it until power-on.
Result<void> Stm32F4::check_readable(std::uint32_t address, std::size_t size) {
  const std::uint64_t end = std::uint64_t{address} + size;
  const bool flash = address < facts().flash_base + facts().flash_size && end > facts().flash_base;
  if (!flash && !one_time_.covers(address)) return {};
  return without_value(access_.look_at_open_chip("reading flash or one-time memory"));
}

Result<Bytes> Stm32F4::read(std::uint32_t address, std::size_t size) {
  RIGOR_CHECK(access_.probe().open_access_port(facts().core_access_port));
  RIGOR_CHECK(check_readable(address, size));
  return read_bytes(access_.probe(), access_.port(), address, size);
}

Result<void> Stm32F4::write_words(std::uint32_t address, ByteView data) {
  RIGOR_CHECK(access_.probe().open_access_port(facts().core_access_port));
  return access_.probe().write_memory(access_.port(), address, data);
}

Result<std::optional<Mismatch>> Stm32F4::compare(std::uint32_t address, ByteView expected) {
  RIGOR_CHECK(access_.probe().open_access_port(facts().core_access_port));
  RIGOR_CHECK(check_readable(address, expected.size()));
  RIGOR_TRY(const bool same, flash_.holds(address, expected));
  if (same) return std::nullopt;
  return compare_with(address, expected, [this](std::uint32_t at, std::size_t size) {
    return read_bytes(access_.probe(), access_.port(), at, size);
  });
}

Result<std::vector<FlashRange>> Stm32F4::changed_ranges(std::uint32_t address, ByteView wanted) {
  RIGOR_TRY(const auto pieces, sector_pieces(address, static_cast<std::uint32_t>(wanted.size())));
  RIGOR_CHECK(without_value(access_.look_at_open_chip("reading flash")));
  RIGOR_TRY(auto changed, flash_.changed(pieces, wanted));
  return changed ? Result<std::vector<FlashRange>>(std::move(*changed)) : Target::changed_ranges(address, wanted);
}

}  // namespace
}  // namespace f4

Result<std::unique_ptr<Target>> make_stm32f4(Probe& probe, Clock& clock, const ChipFacts& facts, Timeline& timeline,
                                             unsigned parallelism) {
  const f4::Part* const part = f4::find_part(facts.device_id);
  if (part == nullptr) {
    return fail(Code::unsupported,
                fmt::format("{}: device id 0x{:03X} is none of the STM32F4 parts that are known here", facts.name,
                            facts.device_id));
  }
  return std::make_unique<f4::Stm32F4>(probe, clock, facts, *part, timeline, parallelism);
}

}  // namespace rigor
