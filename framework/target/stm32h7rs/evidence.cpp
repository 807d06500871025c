#include "framework/target/stm32h7rs/evidence.hpp"

#include <fmt/format.h>

#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {

Witnesses Evidence::witnesses() const {
  const ChipFacts& facts = access_.facts();
  const std::uint32_t dbgmcu = facts.authentication.dbgmcu_base;
  return {.core = access_.port(),
          .reset_flags = {access_.port(), facts.rcc_reset_status},
          .bits = kStm32h7rsResetFlags,
          .options = std::nullopt,
          .mailbox = MailboxWitness{
              {.number = facts.authentication.access_port}, dbgmcu + kDbgmcuAuthHost, dbgmcu + kDbgmcuAuthAck}};
}

Result<Witnesses> Evidence::of_open_chip() {
  auto looked = access_.look();
  if (!looked && looked.error().code() == Code::access_port_locked) {
    return fail(Error(Code::state_unsuitable,
                      "reset and power are proven on a chip in product state open, this one refuses debug")
                    .because(std::move(looked).error()));
  }
  RIGOR_CHECK(looked);
  const auto state = services_.product_state();
  if (!state && state.error().code() != Code::unsupported) return fail(state.error());
  const bool open = state ? *state == ProductState::open : *looked == kNvstateOpen;
  if (open) return witnesses();
  return fail(Code::state_unsuitable,
              fmt::format("reset and power are proven on a chip in product state open, this one is in {}",
                          state ? product_state_name(*state) : "another"));
}

Result<Witnesses> Evidence::after_reset(Duration limit) {
  RIGOR_CHECK(access_.look_again(limit));
  return witnesses();
}

}  // namespace rigor::h7rs
