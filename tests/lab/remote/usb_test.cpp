// The USB contract over a keeper in this process and over one in another.
#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"
#include "tests/unit/contracts/usb_contract.hpp"

namespace rigor::remote {
namespace {

// The versions of an ST-LINK/V2, and the long form that an STLINK-V3 has (st-link-protocol.md 3.1).
struct ProbeKind {
  std::string bench;
  std::uint8_t out;
  std::uint8_t command;
  std::size_t reply;
};
const ProbeKind kClone{"weact-relay", 0x02, 0xF1, 6};
const ProbeKind kV3{"nucleo-h533", 0x01, 0xFB, 12};

UsbFixture fixture_of(RemoteLab& worker, const ProbeKind& kind) {
  UsbFixture fixture{.clock = &worker.clock(),
                     .host = &worker.usb(),
                     .path = "lab:" + kind.bench,
                     .vendor = 0x0483,
                     .out = kind.out,
                     .request = Bytes{kind.command},
                     .reply_size = kind.reply};
  fixture.request.resize(16);
  return fixture;
}

UsbFixture make_served(const ProbeKind& kind) {
  const auto served = std::make_shared<ServedLab>();
  lab::UsbPort& port = served->kept.lab->bench(kind.bench)->usb();
  UsbFixture fixture = fixture_of(*served->worker, kind);
  fixture.keep = served;
  fixture.unplug = [&port] { port.unplug(); };
  fixture.plug = [&port] { port.plug(); };
  fixture.stall = [&port] {
    const std::lock_guard lock(port.bench());
    port.firmware().stall();
  };
  return fixture;
}

UsbFixture make_forked(const ProbeKind& kind) {
  struct Remote {
    ForkedLab lab;
    std::unique_ptr<RemoteLab> worker = lab.connect();
    std::unique_ptr<Actor> actor = worker->clock().enroll("test");
  };
  const auto remote = std::make_shared<Remote>();
  UsbFixture fixture = fixture_of(*remote->worker, kind);
  fixture.keep = remote;
  const auto tell = [raw = remote.get(), bench = kind.bench](const std::string& verb) {
    return [raw, command = verb + " " + bench] { EXPECT_EQ(raw->lab.tell(command), ""); };
  };
  fixture.unplug = tell("unplug");
  fixture.plug = tell("plug");
  fixture.stall = tell("stall");
  return fixture;
}

}  // namespace
}  // namespace rigor::remote

namespace rigor {

INSTANTIATE_TEST_SUITE_P(
    Remote, UsbContract,
    ::testing::Values(UsbImplementation{"clone", [] { return remote::make_served(remote::kClone); }},
                      UsbImplementation{"v3", [] { return remote::make_served(remote::kV3); }},
                      UsbImplementation{"forked_clone", [] { return remote::make_forked(remote::kClone); }},
                      UsbImplementation{"forked_v3", [] { return remote::make_forked(remote::kV3); }}),
    usb_implementation_name);

}  // namespace rigor
