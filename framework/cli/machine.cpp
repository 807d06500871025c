#include "framework/cli/machine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fixtures/remote/remote_lab.hpp"
#include "fixtures/virtual/lab.hpp"
#include "framework/gpio/gpiod_driver.hpp"
#include "framework/gpio/line_guard.hpp"
#include "framework/serial/termios_port.hpp"
#include "framework/switches/command_switches.hpp"
#include "framework/switches/hub_ports.hpp"
#include "framework/switches/relay_boards.hpp"
#include "framework/switches/switch_lines.hpp"
#include "framework/usb/libusb_host.hpp"
#include "framework/usb/port_lock.hpp"

namespace rigor::cli {
namespace {

// Every kind of line. `clock` stamps the edges; `steady` is one that nobody interrupts, for what has to go on when the
// run is stopped.
std::unique_ptr<LineDriver> make_lines(Clock& clock, Clock& steady, GpiodSettings settings) {
  auto lines =
      std::make_unique<SwitchLines>(make_gpiod_driver(clock, std::move(settings)), clock, port_lock_directory());
  lines->add(make_hub_ports([&steady] { return make_libusb_host(steady); }, steady));
  lines->add(make_relay_boards(make_hidapi_devices()));
  lines->add(make_command_switches(steady));
  return lines;
}

// In the guard's own process, which ends when it has set the lines.
std::unique_ptr<LineDriver> make_guards_driver() {
  static const std::unique_ptr<Clock> clock = make_steady_clock();
  return make_lines(*clock, *clock, {.consumer = "rigor-guard"});
}

class RealMachine final : public Machine {
 public:
  static Result<std::unique_ptr<Machine>> make() {
    RIGOR_TRY(auto guard, LineGuard::start(make_guards_driver));  // before libusb has threads
    auto machine = std::make_unique<RealMachine>(std::move(guard));
    RIGOR_TRY(machine->usb_, make_libusb_host(*machine->clock_));
    return machine;
  }

  explicit RealMachine(std::unique_ptr<LineGuard> guard) : guard_(std::move(guard)) {}
  Seams seams() override { return {*usb_, guarded_, *serial_, *clock_, *timer_}; }

 private:
  std::unique_ptr<Clock> clock_ = make_steady_clock();
  std::unique_ptr<Clock> steady_ = make_steady_clock();
  std::unique_ptr<LineDriver> lines_ = make_lines(*clock_, *steady_, {});
  std::unique_ptr<LineGuard> guard_;
  GuardedLines guarded_{*lines_, guard_->link()};
  std::unique_ptr<SerialPorts> serial_ = make_termios_ports(*clock_);
  std::unique_ptr<UsbHost> usb_;
  std::unique_ptr<EdgeTimer> timer_ = make_machine_edge_timer();
};

class VirtualMachine final : public Machine {
 public:
  explicit VirtualMachine(std::unique_ptr<lab::Lab> lab) : lab_(std::move(lab)) {}
  Seams seams() override { return {lab_->usb(), lab_->lines(), lab_->serial(), lab_->clock(), *timer_}; }

 private:
  std::unique_ptr<lab::Lab> lab_;
  std::unique_ptr<EdgeTimer> timer_ = make_exact_edge_timer();
};

class KeptMachine final : public Machine {
 public:
  explicit KeptMachine(std::unique_ptr<remote::RemoteLab> lab) : lab_(std::move(lab)) {}
  Seams seams() override { return {lab_->usb(), lab_->lines(), lab_->serial(), lab_->clock(), *timer_}; }
  std::string keeper() const override { return fmt::format("rigor-lab {:016x}", lab_->keeper()); }

 private:
  std::unique_ptr<remote::RemoteLab> lab_;
  std::unique_ptr<EdgeTimer> timer_ = make_exact_edge_timer();
};

}  // namespace

Result<std::unique_ptr<Machine>> make_real_machine() { return RealMachine::make(); }

std::vector<std::filesystem::path> check_machine(const RigDescription& rig, Faults& faults) {
  return lab::check_lab_sections(rig, faults);
}

void check_die(const std::filesystem::path& path, Faults& faults) { lab::check_die(path, faults); }

Result<std::unique_ptr<Machine>> make_machine(const RigDescription& rig, std::uint64_t seed) {
  const auto virtual_benches = std::ranges::count_if(rig.benches, &BenchDescription::is_virtual);
  if (virtual_benches == 0) return make_real_machine();
  if (static_cast<std::size_t>(virtual_benches) != rig.benches.size())
    return fail(Error(Code::usage, "the rig mixes virtual and real benches")
                    .hint("virtual time and real time do not go together: make two rigs"));
  RIGOR_TRY(auto lab, lab::Lab::build(rig, seed));
  return std::make_unique<VirtualMachine>(std::move(lab));
}

Result<std::unique_ptr<Machine>> make_kept_machine(const RigDescription& rig, const std::filesystem::path& socket) {
  if (!std::ranges::all_of(rig.benches, &BenchDescription::is_virtual))
    return fail(Error(Code::usage, "the rig has a real bench").hint("--lab is for rigs whose benches are all virtual"));
  RIGOR_TRY(auto lab, remote::RemoteLab::connect(socket));
  return std::make_unique<KeptMachine>(std::move(lab));
}

}  // namespace rigor::cli
