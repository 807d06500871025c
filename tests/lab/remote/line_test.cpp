// The contract of lines over a keeper: of a lab in this process, of one in another, and of fake GPIO chips.
#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"
#include "tests/unit/contracts/line_contract.hpp"
#include "tests/unit/gpio/fake_machine.hpp"

namespace rigor::remote {
namespace {

using namespace std::chrono_literals;

LineFixture make_served_line() {
  const auto served = std::make_shared<ServedLab>();
  return {.keep = served,
          .clock = &served->worker->clock(),
          .driver = &served->worker->lines(),
          .first = kPower,
          .second = kNrst,
          .wire = [raw = served.get()](const LineName& name) {
            EXPECT_TRUE(raw->worker->clock().sleep_for(500ms));
            lab::LabBench& bench = *raw->kept.lab->bench("weact-relay");
            const std::lock_guard lock(bench.bench());
            return (name == kPower ? bench.supply().volts() > 1.0 : bench.nrst().high()) ? Level::high : Level::low;
          }};
}

LineFixture make_forked_line() {
  struct Remote {
    ForkedLab lab;
    std::unique_ptr<RemoteLab> worker = lab.connect();
    std::unique_ptr<Actor> actor = worker->clock().enroll("test");
  };
  const auto remote = std::make_shared<Remote>();
  return {.keep = remote,
          .clock = &remote->worker->clock(),
          .driver = &remote->worker->lines(),
          .first = kPower,
          .second = kNrst,
          .wire = [raw = remote.get()](const LineName& name) {
            EXPECT_TRUE(raw->worker->clock().sleep_for(500ms));
            const bool high = raw->lab.tell(name == kPower ? "volts weact-relay" : "nrst weact-relay") == "1";
            return high ? Level::high : Level::low;
          }};
}

struct NoUsb final : UsbHost {
  Result<std::vector<UsbIdentity>> list(std::uint16_t) override { return std::vector<UsbIdentity>(); }
  Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override { return fail(Code::probe_missing, path); }
  Event* changed() override { return nullptr; }
};
struct NoSerial final : SerialPorts {
  Result<std::unique_ptr<SerialPort>> open(const std::string& path, unsigned) override {
    return fail(Code::port_failed, path);
  }
};

LineFixture make_fake() {
  struct Remote {
    FakeMachine machine;
    NoUsb usb;
    NoSerial serial;
    Server server{{.usb = usb, .lines = *machine.driver, .serial = serial, .clock = machine.clock}};
    std::unique_ptr<RemoteLab> worker = connect_worker(server);
  };
  const auto remote = std::make_shared<Remote>();
  return {.keep = remote,
          .clock = &remote->worker->clock(),
          .driver = &remote->worker->lines(),
          .first = {"rack-relays", "PWR3"},
          .second = {"rack-relays", "NRST3"},
          .wire = [raw = remote.get()](const LineName& name) { return raw->machine.line(name).wire(); },
          .pull = [raw = remote.get()](const LineName& name, Level level) { raw->machine.line(name).pulled = level; }};
}

}  // namespace
}  // namespace rigor::remote

namespace rigor {

INSTANTIATE_TEST_SUITE_P(Remote, LineContract,
                         ::testing::Values(LineImplementation{"bench", remote::make_served_line},
                                           LineImplementation{"forked_bench", remote::make_forked_line},
                                           LineImplementation{"fake_chips", remote::make_fake}),
                         implementation_name);

}  // namespace rigor
