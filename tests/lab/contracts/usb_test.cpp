#include <stdlib.h>

#include "framework/probe/recording_usb.hpp"
#include "framework/usb/locking_usb.hpp"
#include "tests/lab/contracts/contract_lab.hpp"
#include "tests/unit/contracts/usb_contract.hpp"

namespace rigor::lab {
namespace {

UsbFixture over(const std::shared_ptr<ContractLab>& lab, const std::string& bench, Bytes request, std::size_t reply) {
  UsbPort& port = lab->lab->bench(bench)->usb();
  UsbFixture fixture{.keep = lab,
                     .clock = &lab->lab->clock(),
                     .host = &lab->lab->usb(),
                     .path = "lab:" + bench,
                     .vendor = 0x0483,
                     .request = std::move(request),
                     .reply_size = reply,
                     .unplug = [&port] { port.unplug(); },
                     .plug = [&port] { port.plug(); },
                     .stall =
                         [&port] {
                           const std::lock_guard lock(port.bench());
                           port.firmware().stall();
                         }};
  fixture.request.resize(16);
  for (const UsbEndpoint& endpoint : port.identity().interfaces.front().endpoints) {
    if ((endpoint.address & 0x80) == 0) fixture.out = endpoint.address;
  }
  return fixture;
}

// The versions of an ST-LINK/V2, and the long form that an STLINK-V3 has (st-link-protocol.md 3.1).
UsbFixture make_clone() { return over(std::make_shared<ContractLab>(), "weact-relay", {0xF1}, 6); }
UsbFixture make_v3() { return over(std::make_shared<ContractLab>(), "nucleo-h533", {0xFB}, 12); }

UsbFixture make_recorded_usb() {
  struct Recorded {
    std::shared_ptr<ContractLab> lab = std::make_shared<ContractLab>();
    RecordingUsbHost host{lab->lab->usb(), *lab->timeline};
  };
  const auto recorded = std::make_shared<Recorded>();
  UsbFixture fixture = over(recorded->lab, "weact-relay", {0xF1}, 6);
  fixture.keep = recorded;
  fixture.host = &recorded->host;
  return fixture;
}

// The wrapper that keeps other programs away, over the lab's host.
class Borrowed final : public UsbHost {
 public:
  explicit Borrowed(UsbHost& host) : host_(host) {}
  [[nodiscard]] Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override { return host_.list(vendor); }
  [[nodiscard]] Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override { return host_.open(path); }
  [[nodiscard]] Event* changed() override { return host_.changed(); }

 private:
  UsbHost& host_;
};

UsbFixture make_locked() {
  struct Locked {
    Locked() {
      std::string pattern = ::testing::TempDir() + "rigor-locks-XXXXXX";
      EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
      directory = pattern;
      host = std::make_unique<LockingUsbHost>(std::make_unique<Borrowed>(lab->lab->usb()), directory);
    }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;
    ~Locked() {
      std::error_code ignored;
      std::filesystem::remove_all(directory, ignored);
    }
    std::shared_ptr<ContractLab> lab = std::make_shared<ContractLab>();
    std::filesystem::path directory;
    std::unique_ptr<UsbHost> host;
  };
  const auto locked = std::make_shared<Locked>();
  UsbFixture fixture = over(locked->lab, "weact-relay", {0xF1}, 6);
  fixture.keep = locked;
  fixture.host = locked->host.get();
  return fixture;
}

}  // namespace
}  // namespace rigor::lab

namespace rigor {

INSTANTIATE_TEST_SUITE_P(VirtualLab, UsbContract,
                         ::testing::Values(UsbImplementation{"clone", lab::make_clone},
                                           UsbImplementation{"v3", lab::make_v3},
                                           UsbImplementation{"recording", lab::make_recorded_usb},
                                           UsbImplementation{"locking", lab::make_locked}),
                         usb_implementation_name);

}  // namespace rigor
