#include "tests/lab/contracts/contract_lab.hpp"
#include "tests/unit/contracts/serial_contract.hpp"

namespace rigor::lab {
namespace {

SerialFixture make_console() {
  struct Wired : ContractLab {
    Console& console = *lab->console("weact-relay");
    Bytes received;
  };
  const auto wired = std::make_shared<Wired>();
  Wired* raw = wired.get();
  wired->console.attach(
      [raw](ByteView bytes) { raw->received.insert(raw->received.end(), bytes.begin(), bytes.end()); });
  return {.keep = wired,
          .clock = &wired->lab->clock(),
          .ports = &wired->lab->serial(),
          .path = "lab:weact-relay",
          .device_sends = [raw](ByteView bytes) { raw->console.print(bytes); },
          .device_receives = [raw](std::size_t) { return std::exchange(raw->received, {}); }};
}

}  // namespace
}  // namespace rigor::lab

namespace rigor {

INSTANTIATE_TEST_SUITE_P(VirtualLab, SerialContract,
                         ::testing::Values(SerialImplementation{"console", lab::make_console}),
                         serial_implementation_name);

}  // namespace rigor
