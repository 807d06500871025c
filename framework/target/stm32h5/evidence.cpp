#include "framework/target/stm32h5/evidence.hpp"

#include <fmt/format.h>

#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {

Witnesses Evidence::witnesses(const View& view) const {
  const ChipFacts& facts = access_.facts();
  const AccessPort core = access_.port(view.secure);
  const std::uint32_t dbgmcu = facts.authentication.dbgmcu_base;
  return {.core = core,
          .reset_flags = {core, view.secure ? facts.rcc_secure_reset_status : facts.rcc_reset_status},
          .bits = kStm32h5ResetFlags,
          .options = WitnessWord{access_.port(false), facts.flash_registers + kOptsrCur},
          .mailbox = MailboxWitness{
              {.number = facts.authentication.access_port}, dbgmcu + kDbgmcuAuthHost, dbgmcu + kDbgmcuAuthAck}};
}

Result<Witnesses> Evidence::of_open_chip() {
  auto view = access_.look();
  if (!view && view.error().code() == Code::access_port_locked) {
    return fail(Error(Code::state_unsuitable,
                      "reset and power are proven on a chip in product state open, this one refuses debug")
                    .because(std::move(view).error()));
  }
  if (!view) return fail(std::move(view).error());
  if (view->state_code() == product_state_code(ProductState::open)) return witnesses(*view);
  return fail(Code::state_unsuitable,
              fmt::format("reset and power are proven on a chip in product state open, this one is in 0x{:02X}",
                          view->state_code()));
}

Result<Witnesses> Evidence::after_reset(Duration limit) {
  RIGOR_TRY(const View view, access_.look_again(limit));
  return witnesses(view);
}

}  // namespace rigor::h5
