// Hubs and relay boards of the lab behind the framework's own backends.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fixtures/virtual/lines.hpp"
#include "fixtures/virtual/usb_hub.hpp"
#include "fixtures/virtual/usb_relay.hpp"
#include "fixtures/virtual/virtual_clock.hpp"
#include "framework/switches/hub_ports.hpp"
#include "framework/switches/relay_boards.hpp"
#include "framework/switches/switch_lines.hpp"

namespace rigor::lab {

// HID devices that are relay boards of the lab, as the kernel's hidraw would show them.
class VirtualHid final : public HidDevices {
 public:
  struct Board {
    HidIdentity identity;
    UsbRelay relay;
    bool refuses_users = false;
    bool answers_nonsense = false;
  };
  Board& add(const std::string& usb_path, UsbRelayOptions options) {
    HidIdentity identity{"/dev/hidraw" + std::to_string(boards.size()), usb_path, {}};
    boards.push_back(
        std::make_unique<Board>(Board{std::move(identity), UsbRelay(std::move(options), [](unsigned, bool) {})}));
    boards.back()->identity.product = boards.back()->relay.product();
    return *boards.back();
  }

  std::vector<HidIdentity> list(std::uint16_t vendor, std::uint16_t product) override {
    std::vector<HidIdentity> found;
    if (vendor != UsbRelay::kVendor || product != UsbRelay::kProduct) return found;
    for (const auto& board : boards) found.push_back(board->identity);
    return found;
  }
  Result<std::unique_ptr<HidDevice>> open(const HidIdentity& identity) override {
    for (const auto& board : boards) {
      if (board->identity.node != identity.node) continue;
      if (board->refuses_users) return fail(Error(Code::line_failed, "may not be opened").hint("a udev rule"));
      return std::make_unique<Device>(*board);
    }
    return fail(Code::line_missing, "it is gone");
  }

  std::vector<std::unique_ptr<Board>> boards;

 private:
  struct Device final : HidDevice {
    explicit Device(Board& its_board) : board(its_board) {}
    Board& board;
    Result<Bytes> get_feature(std::size_t) override {
      if (board.answers_nonsense) return Bytes{1, 2, 3};
      return board.relay.control({0xA1, 1, 0x0300, 0}, {}).value();
    }
    Result<void> set_feature(ByteView report) override {
      board.relay.control({0x21, 9, 0x0300, 0}, report).value();
      return {};
    }
  };
};

// A lab with one of each, and lines over it.
struct SwitchLab {
  SwitchLab() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rigor-locks-XXXXXX").string();
    locks = ::mkdtemp(pattern.data());
    auto usb = std::make_unique<UsbHubs>();
    auto hid = std::make_unique<VirtualHid>();
    hubs = usb.get();
    boards = hid.get();
    lines = std::make_unique<SwitchLines>(std::make_unique<VirtualLineDriver>(clock), clock, locks);
    lines->add(make_hub_ports([shared = std::shared_ptr<UsbHubs>(std::move(usb))]()
                                  -> Result<std::unique_ptr<UsbHost>> { return std::make_unique<Shared>(shared); },
                              clock));
    lines->add(make_relay_boards(std::move(hid)));
  }
  SwitchLab(const SwitchLab&) = delete;
  SwitchLab& operator=(const SwitchLab&) = delete;
  ~SwitchLab() { std::filesystem::remove_all(locks); }

  Result<std::unique_ptr<OutputLine>> take(const LineName& name, Level level = Level::low) {
    return lines->request_output(name, Drive::push_pull, level);
  }

  // The backend owns a host; the test keeps the hubs.
  struct Shared final : UsbHost {
    explicit Shared(std::shared_ptr<UsbHubs> its_hubs) : hubs(std::move(its_hubs)) {}
    std::shared_ptr<UsbHubs> hubs;
    Result<std::vector<UsbIdentity>> list(std::uint16_t vendor) override { return hubs->list(vendor); }
    Result<std::unique_ptr<UsbDevice>> open(const std::string& path) override { return hubs->open(path); }
    Event* changed() override { return nullptr; }
  };

  VirtualClock clock;
  std::unique_ptr<Actor> actor = clock.enroll("test");
  std::filesystem::path locks;
  UsbHubs* hubs = nullptr;
  VirtualHid* boards = nullptr;
  std::unique_ptr<SwitchLines> lines;
};

}  // namespace rigor::lab
