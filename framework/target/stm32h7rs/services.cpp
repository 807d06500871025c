#include "framework/target/stm32h7rs/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "framework/target/reading.hpp"
#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

using namespace std::chrono_literals;

// ST's tool takes 2.6 s for a change of options with its reset (stm32h7rs.md 3).
constexpr Duration kCallLimit = 3s;
constexpr Duration kReturnLimit = 3s;
// The one whose size no option changes (stm32h7rs.md 2).
constexpr std::string_view kCallMemory = "sram2";
constexpr std::uint32_t kCallMemorySize = 0x1000;
constexpr std::uint32_t kOpenCode = 0x39;

}  // namespace

std::uint32_t virtual_state_code(ProductState state) {
  return state == ProductState::open ? kOpenCode : product_state_code(state);
}

std::optional<ProductState> virtual_state_from_code(std::uint32_t code) {
  for (const ProductState state :
       {ProductState::open, ProductState::provisioning, ProductState::closed, ProductState::locked}) {
    if (virtual_state_code(state) == code) return state;
  }
  return std::nullopt;
}

Result<std::uint32_t> Services::find_entry(std::uint32_t offset) {
  std::string passed_over;
  for (const std::uint32_t table : access_.facts().provisioning.table_addresses) {
    RIGOR_TRY(const auto entry, if_readable(access_.probe().read_word(access_.port(), table + offset)));
    if (entry && *entry != 0 && *entry != 0xFFFFFFFF) return *entry;
    passed_over += fmt::format(", {} reads {}", hex_word(table + offset), entry ? hex_word(*entry) : "as a fault");
  }
  return fail(Error(Code::unsupported, "no entry of the resident services is readable" + passed_over)
                  .hint("system flash hides its services in this state, or the part is of another family"));
}

Result<arm::CallMemory> Services::call_memory() {
  const auto& sram = access_.facts().sram;
  const auto found = std::ranges::find(sram, kCallMemory, &MemoryRange::name);
  if (found == sram.end())
    return fail(Code::file_invalid, fmt::format("the chip file of {} has no {}", access_.facts().name, kCallMemory));
  return arm::CallMemory{access_.probe(), access_.port(), found->base, kCallMemorySize};
}

// A port that stays away is one that the reset has closed.
Result<bool> Services::reset_meanwhile(arm::Core& core) {
  RIGOR_TRY(const auto back, if_readable(access_.look_again(kReturnLimit)));
  if (!back) return true;
  return core.was_reset();
}

Result<arm::CallOutcome> Services::call(std::uint32_t offset, std::array<std::uint32_t, 4> arguments) {
  RIGOR_TRY(const arm::CallMemory memory, call_memory());
  RIGOR_TRY(const std::uint32_t entry, find_entry(offset));
  arm::Core core(access_.probe(), access_.port(), access_.clock());
  RIGOR_CHECK(core.borrow());
  auto outcome = arm::call(core, memory, {.entry = entry, .arguments = arguments}, kCallLimit);
  const std::string said = !outcome ? "failed" : outcome->answer ? hex_word(*outcome->answer) : "no return";
  timeline_.log(fmt::format("service at {} called with {}, {}: {}", hex_word(entry), hex_word(arguments[0]),
                            hex_word(arguments[1]), said));
  bool reset = outcome && outcome->stop == arm::Stop::reset;
  if (reset) RIGOR_CHECK(if_readable(access_.look_again(kReturnLimit)));
  auto restored = core.restore();
  RIGOR_CHECK(outcome);
  if (!restored && !reset && may_pass(restored.error())) {
    // A service that returned may have announced a reset, which then comes while the registers are put back.
    RIGOR_TRY(reset, reset_meanwhile(core));
    if (reset) {
      outcome->stop = arm::Stop::reset;
      restored = core.restore();
    }
  }
  if (!restored && !(reset && may_pass(restored.error()))) return fail(std::move(restored).error());
  return outcome;
}

Result<arm::CallOutcome> Services::call_with_block(std::uint32_t offset,
                                                   const std::array<std::uint32_t, 4>& arguments) {
  RIGOR_TRY(const arm::CallMemory memory, call_memory());
  std::array<std::uint8_t, 4 * 4> block{};
  for (std::size_t i = 0; i < arguments.size(); ++i) store_le32(block, 4 * i, arguments[i]);
  const std::uint32_t at = memory.base + arm::kStubSize;
  RIGOR_CHECK(memory.probe.write_memory(memory.port, at, block));
  return call(offset, {at});
}

Result<ServiceOutcome> Services::request(std::uint32_t offset, std::array<std::uint32_t, 4> arguments) {
  RIGOR_TRY(arm::CallOutcome outcome, call(offset, arguments));
  // CMSIS hands the arguments over by value. A service that wants a block of them refuses that, and one that does not
  // refuses the address of a block: neither changes anything.
  if (outcome.answer && *outcome.answer != kServiceDone) {
    RIGOR_TRY(outcome, call_with_block(offset, arguments));
  }
  if (outcome.answer) return ServiceOutcome{outcome.answer, outcome.stop == arm::Stop::reset};
  if (outcome.stop != arm::Stop::reset) {
    // It may be waiting for a reset. A closing part does not show that there was one.
    if (auto reset = access_.system_reset(); !reset && !may_pass(reset.error())) return fail(reset.error());
  }
  RIGOR_TRY(const auto back, if_readable(access_.look()));
  if (!back) return ServiceOutcome{std::nullopt, true};
  RIGOR_TRY(const auto status, status_after_reset());
  return ServiceOutcome{status, true};
}

Result<std::optional<std::uint32_t>> Services::status_after_reset() {
  RIGOR_TRY(const auto back, if_readable(access_.look_again(kReturnLimit)));
  if (!back) return std::nullopt;
  const auto status = call(kGetRssStatus, {});
  if (status) return status->answer;
  if (may_pass(status.error()) || status.error().code() == Code::unsupported) return std::nullopt;
  return fail(status.error());
}

Result<ProductState> Services::product_state() {
  RIGOR_TRY(const std::uint32_t nvstate, access_.look());
  RIGOR_TRY(const arm::CallOutcome outcome, call(kGetProductState, {}));
  if (!outcome.answer) {
    return fail(Error(Code::chip_unexpected, "the service that tells the product state does not come back")
                    .hint("reset the chip and ask again"));
  }
  const auto state = virtual_state_from_code(*outcome.answer & 0xFF);
  if (!state || (*outcome.answer >> 8) != 0)
    return fail(Code::chip_unexpected, fmt::format("product state {} is no state", hex_word(*outcome.answer)));
  // OPEN needs the open NVSTATE and the closed states the other; which one PROVISIONING has is inferred only
  // (lifecycle.md 2.1).
  const bool agrees =
      *state == ProductState::provisioning || (*state == ProductState::open) == (nvstate == kNvstateOpen);
  if (agrees) return *state;
  return fail(Code::chip_unexpected,
              fmt::format("the services say {}, but NVSTATE is 0x{:02X}", product_state_name(*state), nvstate));
}

Result<std::optional<ProductState>> Services::state_if_told() {
  const auto state = product_state();
  if (state) return *state;
  const Code why = state.error().code();
  if (why == Code::unsupported || why == Code::chip_unexpected || may_pass(state.error())) return std::nullopt;
  return fail(state.error());
}

Result<ServiceOutcome> Services::request_state(ProductState state) {
  return request(kSetProductState, {virtual_state_code(state)});
}

Result<ServiceOutcome> Services::set_protection(std::uint32_t offset, std::uint32_t mask, std::uint32_t value) {
  return request(kSetSecOb, {access_.controller() + offset, mask, value, 0});
}

}  // namespace rigor::h7rs
