#include "framework/switches/hub_ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "framework/usb/hub_port.hpp"

namespace rigor {
namespace {

constexpr Duration kFollowPause = std::chrono::milliseconds(5);
constexpr std::uint8_t kHubClass = 9;
constexpr const char* kAccess = "give this user access to hubs (a udev rule; `rigor doctor` writes it out)";

bool is_hub(const UsbIdentity& identity) {
  return std::ranges::any_of(identity.interfaces,
                             [](const UsbInterface& each) { return each.device_class == kHubClass; });
}

std::string switching_words(PortSwitching switching) {
  return switching == PortSwitching::together ? "switches all its ports together" : "does not switch its ports' power";
}

Error failed(const HubPortName& name, std::string_view attempt, Error cause) {
  return Error(Code::line_failed, fmt::format("cannot {} port {} of hub {}", attempt, name.port, name.hub))
      .because(std::move(cause));
}

// A hub of USB 2, or one half of a hub of USB 3. Opened for each request: a hub that was plugged in again is found.
class HalfHub {
 public:
  HalfHub(UsbHost& host, std::string path) : host_(host), path_(std::move(path)) {}

  Result<void> check(const HubPortName& name) const {
    RIGOR_TRY(const auto hub, open(name));
    const auto traits = read_hub(*hub);
    if (!traits && traits.error().code() == Code::unsupported)
      return fail(Error(Code::line_missing, fmt::format("the USB device at {} is no hub", path_)));
    if (!traits) return fail(failed(name, "ask for", traits.error()));
    if (name.port > traits->ports)
      return fail(Error(Code::line_missing, fmt::format("hub {} has no port {}", path_, name.port))
                      .hint(fmt::format("expected 1 to {}", traits->ports)));
    if (traits->switching == PortSwitching::singly) return {};
    return fail(Error(Code::line_failed, fmt::format("hub {} {}", path_, switching_words(traits->switching)))
                    .hint("use a hub with per-port power switching; uhubctl's documentation lists some that have it"));
  }

  Result<void> turn(const HubPortName& name, bool on, Clock& clock) const {
    RIGOR_TRY(const auto hub, open(name));
    const auto switched = switch_port(*hub, name.port, on);
    if (!switched) return fail(failed(name, on ? "switch on" : "switch off", switched.error()));
    const TimePoint deadline = clock.now() + kFollowLimit;
    for (;;) {
      RIGOR_TRY(const bool powered, status(*hub, name));
      if (powered == on) return {};
      // An interrupted clock does not wait; what counts then is the status at once.
      if (clock.now() >= deadline || !clock.sleep_for(kFollowPause)) break;
    }
    return fail(Error(Code::line_failed, fmt::format("port {} of hub {} was told to switch {}, and says that it is {}",
                                                     name.port, path_, on ? "on" : "off", on ? "off" : "on"))
                    .hint("the hub accepts the request and has no switch for it: use another hub"));
  }

  Result<bool> has_power(const HubPortName& name) const {
    RIGOR_TRY(const auto hub, open(name));
    return status(*hub, name);
  }

 private:
  Result<std::unique_ptr<UsbDevice>> open(const HubPortName& name) const {
    auto hub = host_.open(path_);
    if (hub) return hub;
    if (hub.error().code() == Code::probe_missing)
      return fail(Error(Code::line_missing, fmt::format("no USB hub at '{}'", path_))
                      .hint("`rigor list lines` shows the hubs that switch their ports; `lsusb -t` all of them"));
    return fail(failed(name, "reach", hub.error()).hint(kAccess));
  }
  static Result<bool> status(UsbDevice& hub, const HubPortName& name) {
    const auto traits = read_hub(hub);
    if (!traits) return fail(failed(name, "ask for", traits.error()));
    const auto powered = port_has_power(hub, *traits, name.port);
    if (!powered) return fail(failed(name, "read the status of", powered.error()));
    return *powered;
  }

  UsbHost& host_;
  std::string path_;
};

class HubPortSwitch final : public Switch {
 public:
  HubPortSwitch(UsbHost& host, HubPortName name, Clock& clock) : name_(std::move(name)), clock_(clock) {
    halves_.emplace_back(host, name_.hub);
    if (!name_.companion.empty()) halves_.emplace_back(host, name_.companion);
  }

  Result<void> check() const {
    for (const HalfHub& half : halves_) RIGOR_CHECK(half.check(name_));
    return {};
  }
  [[nodiscard]] std::string place() const override { return fmt::format("hub-{}-port-{}", name_.hub, name_.port); }
  Result<void> turn(bool on) override {
    for (const HalfHub& half : halves_) RIGOR_CHECK(half.turn(name_, on, clock_));
    return {};
  }
  // Either half keeps a socket live.
  Result<bool> is_on() override {
    for (const HalfHub& half : halves_) {
      RIGOR_TRY(const bool on, half.has_power(name_));
      if (on) return true;
    }
    return false;
  }

 private:
  HubPortName name_;
  Clock& clock_;
  std::vector<HalfHub> halves_;
};

class HubPorts final : public SwitchBackend {
 public:
  HubPorts(MakeUsbHost make_host, Clock& clock) : make_host_(std::move(make_host)), clock_(clock) {}

  [[nodiscard]] SwitchKind kind() const override { return SwitchKind::hub_port; }

  Result<std::unique_ptr<Switch>> find(const LineName& name) override {
    const auto port = hub_port_name(name);
    if (!port)
      return fail(Error(Code::line_missing, fmt::format("'{}' is no port of '{}'", name.line, name.chip))
                      .hint("expected a number from 1"));
    RIGOR_TRY(UsbHost* const usb, host());
    auto found = std::make_unique<HubPortSwitch>(*usb, *port, clock_);
    RIGOR_CHECK(found->check());
    return found;
  }

  std::vector<KnownSwitch> known() override {
    std::vector<KnownSwitch> all;
    const auto usb = host();
    if (!usb) return all;
    for (const UsbIdentity& identity : (*usb)->list(0).value_or(std::vector<UsbIdentity>()))
      if (is_hub(identity)) add_ports(**usb, identity.path, all);
    return all;
  }

  // Two requests for each half, and the time that a hub may take to follow.
  [[nodiscard]] Duration latency(const LineName&) const override { return kFollowLimit; }

 private:
  Result<UsbHost*> host() {
    const std::lock_guard lock(mutex_);
    if (host_ == nullptr) {
      auto made = make_host_();
      if (!made) return fail(Error(Code::line_failed, "this machine's USB cannot be used").because(made.error()));
      host_ = *std::move(made);
    }
    return host_.get();
  }

  static void add_ports(UsbHost& usb, const std::string& path, std::vector<KnownSwitch>& all) {
    const auto hub = usb.open(path);
    if (!hub) return;
    const auto traits = read_hub(**hub);
    if (!traits || traits->switching != PortSwitching::singly) return;
    for (std::uint8_t port = 1; port <= traits->ports; ++port)
      all.push_back({.name = line_name(HubPortName{.hub = path, .companion = {}, .port = port}),
                     .place = fmt::format("hub-{}-port-{}", path, port),
                     .device = fmt::format("usb {}", path)});
  }

  MakeUsbHost make_host_;
  Clock& clock_;
  std::mutex mutex_;
  std::unique_ptr<UsbHost> host_;
};

}  // namespace

std::unique_ptr<SwitchBackend> make_hub_ports(MakeUsbHost make_host, Clock& clock) {
  return std::make_unique<HubPorts>(std::move(make_host), clock);
}

}  // namespace rigor
