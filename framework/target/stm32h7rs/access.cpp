#include "framework/target/stm32h7rs/access.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/target/arm/core.hpp"
#include "framework/target/arm/registers.hpp"
#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

constexpr Duration kResetLimit = std::chrono::seconds(1);
constexpr std::uint32_t kStateMask = 0xFF;

}  // namespace

// A part may shut the port by letting it fault instead of hiding it. While NRST is low, only the bus behind it faults.
Error Access::judge_fault(Error fault) {
  if (fault.code() != Code::swd_fault) return fault;
  const auto core = probe_.read_word(port(), arm::kDhcsr);
  if (core) {
    return Error(Code::chip_in_reset, "the core's debug registers answer, the bus does not")
        .hint("release NRST")
        .because(std::move(fault));
  }
  if (core.error().code() != Code::swd_fault) return core.error();
  return Error(Code::access_port_locked,
               fmt::format("access port {} is there, but answers with faults only", port().number))
      .hint("the product state shuts it: authenticate, or regress")
      .because(std::move(fault));
}

Result<std::uint32_t> Access::look() {
  RIGOR_CHECK(probe_.open_access_port(facts_.core_access_port));
  auto word = read(kNvsr);
  if (!word) return fail(judge_fault(std::move(word).error()));
  if (*word != 0) return *word & kStateMask;
  return fail(Error(Code::chip_in_reset, "the non-volatile state reads zero, which is no state").hint("release NRST"));
}

Result<std::uint32_t> Access::look_again(Duration limit) {
  return look_until(probe_, clock_, limit, [this] { return look(); });
}

Result<std::uint32_t> Access::read(std::uint32_t offset) { return probe_.read_word(port(), controller() + offset); }

Result<void> Access::write(std::uint32_t offset, std::uint32_t value) {
  return probe_.write_word(port(), controller() + offset, value);
}

Result<void> Access::system_reset() {
  return arm::system_reset(probe_, port(), [this]() -> Result<AccessPort> {
    RIGOR_CHECK(look_again(kResetLimit));
    return port();
  });
}

}  // namespace rigor::h7rs
