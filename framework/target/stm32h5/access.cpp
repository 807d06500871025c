#include "framework/target/stm32h5/access.hpp"

#include <fmt/format.h>

#include "framework/target/reading.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {

bool is_secure_alias(std::uint32_t address) {
  const std::uint32_t region = address >> 24;
  return (region >= 0x0C && region <= 0x0F) || (region >= 0x30 && region <= 0x3F) || (region >= 0x50 && region <= 0x5F);
}

AccessPort Access::port(bool secure) const {
  return {.number = facts_.core_access_port, .control = secure ? facts_.secure_control : facts_.nonsecure_control};
}

std::uint32_t Access::controller(const View& view) const {
  return view.secure ? facts_.flash_secure_registers : facts_.flash_registers;
}

// A closed part may show the port's own registers and fault on everything behind it (lifecycle.md 1.2, unknown).
Error Access::judge_fault(const Error& fault) const {
  if (fault.code() != Code::swd_fault) return fault;
  return Error(Code::access_port_locked,
               fmt::format("access port {} is there, but answers with faults only", facts_.core_access_port))
      .hint("a closed chip refuses debug; ask it by debug authentication (discover)")
      .because(fault);
}

Result<View> Access::look() {
  RIGOR_CHECK(probe_.open_access_port(facts_.core_access_port));
  View view;
  const auto status = probe_.read_word(port(false), facts_.flash_registers + kOptsrCur);
  if (!status) return fail(judge_fault(status.error()));
  view.status = *status;
  if (view.status == 0) {
    return fail(
        Error(Code::chip_in_reset, "the option status reads zero, as it does while NRST is low").hint("release NRST"));
  }
  if (facts_.device_id == kDeviceH503) return view;
  RIGOR_TRY(const std::uint32_t status2, probe_.read_word(port(false), facts_.flash_registers + kOptsr2Cur));
  view.trustzone = (status2 >> 24) == kTzenOn;
  view.secure = view.trustzone && view.state_code() == product_state_code(ProductState::open);
  return view;
}

Result<View> Access::look_again(Duration limit) {
  return look_until(probe_, clock_, limit, [this] { return look(); });
}

Result<std::uint32_t> Access::read(const View& view, std::uint32_t offset) {
  return probe_.read_word(port(view.secure), controller(view) + offset);
}

Result<void> Access::write(const View& view, std::uint32_t offset, std::uint32_t value) {
  return probe_.write_word(port(view.secure), controller(view) + offset, value);
}

Result<AccessPort> Access::port_for(const View& view, std::uint32_t address) const {
  const bool secure = is_secure_alias(address);
  if (!secure || view.secure) return port(secure);
  return fail(
      Error(Code::state_unsuitable, fmt::format("{} is a secure address", hex_word(address)))
          .hint(view.trustzone ? "secure debug needs product state open" : "TZEN is off: use the non-secure address"));
}

Result<Bytes> Access::read_bytes(const View& view, std::uint32_t address, std::size_t size) {
  RIGOR_TRY(const AccessPort through, port_for(view, address));
  return rigor::read_bytes(probe_, through, address, size);
}

Result<void> Access::write_bytes(const View& view, std::uint32_t address, ByteView data) {
  RIGOR_TRY(const AccessPort through, port_for(view, address));
  return probe_.write_memory(through, address, data);
}

Result<std::uint32_t> Access::read_word(const View& view, std::uint32_t address) {
  RIGOR_TRY(const AccessPort through, port_for(view, address));
  return probe_.read_word(through, address);
}

}  // namespace rigor::h5
