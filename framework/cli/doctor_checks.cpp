#include "framework/cli/doctor_checks.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "framework/base/program_outlet.hpp"
#include "framework/gpio/edge_measurement.hpp"

namespace rigor::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kVendor = "0483";  // STMicroelectronics
// Product identifiers of ST-LINK probes (st-link-protocol.md 1.1).
constexpr std::array<std::string_view, 11> kProbes = {"3744", "3748", "374a", "374b", "374d", "374e",
                                                      "374f", "3752", "3753", "3754", "3757"};
constexpr const char* kUsbRule =
    "echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\", MODE=\"0660\", TAG+=\"uaccess\", GROUP=\"plugdev\", "
    "ATTR{power/control}=\"on\"' | sudo tee /etc/udev/rules.d/70-rigor.rules; sudo udevadm control --reload; plug it "
    "in "
    "again";
constexpr const char* kGpioRule =
    "echo 'SUBSYSTEM==\"gpio\", KERNEL==\"gpiochip*\", MODE=\"0660\", GROUP=\"plugdev\"' | sudo tee "
    "/etc/udev/rules.d/71-rigor-gpio.rules; sudo udevadm control --reload; sudo udevadm trigger";

std::vector<fs::path> entries(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none))
    if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

bool may_use(const fs::path& node) { return ::access(node.c_str(), R_OK | W_OK) == 0; }

std::string limit_text(rlim_t limit) { return limit == RLIM_INFINITY ? "unlimited" : fmt::format("{}", limit); }

}  // namespace

const char* health_name(Health health) {
  if (health == Health::good) return "ok";
  return health == Health::poor ? "warn" : "fail";
}

void Doctor::add(std::string check, Health health, std::string found, std::string cure) {
  findings_.push_back({std::move(check), health, std::move(found), std::move(cure)});
}

std::string Doctor::read(const fs::path& file) const {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  return line;
}

void Doctor::check_node(const std::string& check, const fs::path& node, const std::string& cure) {
  std::error_code none;
  if (!fs::exists(node, none))
    return add(check, Health::bad, node.string() + " is not there", "is the device plugged in?");
  if (may_use(node)) return add(check, Health::good, node.string() + " can be opened");
  add(check, Health::bad, node.string() + " may not be opened by this user", cure);
}

void Doctor::check_sleep(const std::string& name, const fs::path& device) {
  if (read(device / "power/control") != "auto") return;
  add(name + " autosuspend", Health::poor, "the system may put the probe to sleep between two commands",
      fmt::format("echo on | sudo tee {}", (device / "power/control").string()));
}

void Doctor::usb() {
  const fs::path devices = root_ / "sys/bus/usb/devices";
  std::error_code none;
  if (!fs::exists(devices, none))
    return add("usb", Health::bad, "this kernel has no USB", "run on a machine with USB, or use a virtual rig");
  std::size_t probes = 0;
  for (const fs::path& device : entries(devices, "")) {
    const std::string product = read(device / "idProduct");
    if (read(device / "idVendor") != kVendor || std::ranges::find(kProbes, product) == kProbes.end()) continue;
    ++probes;
    const std::string name = "usb " + device.filename().string();
    const int bus = std::atoi(read(device / "busnum").c_str());
    const int number = std::atoi(read(device / "devnum").c_str());
    check_node(name, root_ / fmt::format("dev/bus/usb/{:03}/{:03}", bus, number), kUsbRule);
    check_sleep(name, device);
  }
  if (probes == 0) add("usb", Health::poor, "no ST-LINK is plugged in", "plug one in; `lsusb -d 0483:` shows them");
}

void Doctor::gpio() {
  const auto chips = entries(root_ / "dev", "gpiochip");
  for (const fs::path& chip : chips) check_node("gpio " + chip.filename().string(), chip, kGpioRule);
  if (chips.empty())
    add("gpio", Health::poor, "there is no GPIO chip",
        "benches with lines need one: a relay board with a kernel driver (CP2112, MCP2221, FT260)");
}

void Doctor::limits() {
  rlimit priority{};
  rlimit memory{};
  ::getrlimit(RLIMIT_RTPRIO, &priority);
  ::getrlimit(RLIMIT_MEMLOCK, &memory);
  constexpr rlim_t kWantedPriority = 50;
  if (::geteuid() == 0 || priority.rlim_cur >= kWantedPriority) {
    add("real-time priority", Health::good, "allowed");
  } else {
    add("real-time priority", Health::poor, fmt::format("the limit is {}", limit_text(priority.rlim_cur)),
        "echo \"$USER - rtprio 50\" | sudo tee /etc/security/limits.d/rigor.conf; log in again");
  }
  constexpr rlim_t kWantedMemory = 256UL << 20;
  if (::geteuid() == 0 || memory.rlim_cur >= kWantedMemory) {
    add("locked memory", Health::good, "allowed");
  } else {
    add("locked memory", Health::poor, fmt::format("the limit is {} bytes", limit_text(memory.rlim_cur)),
        "echo \"$USER - memlock unlimited\" | sudo tee -a /etc/security/limits.d/rigor.conf; log in again");
  }
}

void Doctor::timer() {
  constexpr std::size_t kEdges = 1000;
  const EdgeMeasurement measured = measure_edges(kEdges, 2ms);
  if (measured.late.size() != kEdges) return add("timer", Health::bad, "edges were lost", "is the machine overloaded?");
  const auto microseconds = [&measured](double share) {
    return std::chrono::duration<double, std::micro>(measured.quantile(share)).count();
  };
  constexpr double kGoodTail = 50;  // us
  const bool good = microseconds(0.99) <= kGoodTail;
  add("timer", good ? Health::good : Health::poor,
      fmt::format("edges are {:.1f} us late at p50, {:.1f} us at p99, {:.1f} us at most ({})", microseconds(0.5),
                  microseconds(0.99), microseconds(1.0), measured.quality.describe()),
      good ? "" : "run nothing else on this machine, allow real-time priority, prefer a machine that is not virtual");
}

void Doctor::terminal() {
  const auto clock = make_steady_clock();
  const auto skew = measure_terminal_skew(*clock);
  if (!skew) return add("terminal", Health::bad, skew.error().message(), "are pseudo terminals mounted at /dev/pts?");
  const auto microseconds = [](Duration late) { return std::chrono::duration<double, std::micro>(late).count(); };
  constexpr double kGoodMedian = 200;  // us
  const bool good = microseconds(skew->median) <= kGoodMedian;
  add("terminal", good ? Health::good : Health::poor,
      fmt::format("a tool's line is read {:.0f} us after it is written, {:.0f} us at most", microseconds(skew->median),
                  microseconds(skew->longest)),
      good ? "" : "hang edges on probe commands instead of log lines, or run nothing else on this machine");
}

void Doctor::rig(const RigDescription& rig) {
  for (const BenchDescription& bench : rig.benches) {
    if (bench.is_virtual()) continue;
    const std::string name = "bench " + bench.name;
    if (!bench.probe.usb_path.empty()) {
      const fs::path device = root_ / "sys/bus/usb/devices" / bench.probe.usb_path;
      std::error_code none;
      const bool there = fs::exists(device, none);
      add(name + " probe", there ? Health::good : Health::bad,
          fmt::format("USB port {} {}", bench.probe.usb_path, there ? "is in use" : "is empty"),
          there ? "" : "rigor list probes shows what is plugged in where");
    }
    if (bench.console)
      check_node(name + " console", root_ / fs::path(bench.console->port).relative_path(),
                 "sudo adduser $USER dialout; log in again");
    if (bench.wiring.nrst == WiringDescription::Nrst::none && bench.board.chip.authenticates)
      add(name + " nrst", Health::poor, "nothing moves NRST: the board may not leave OPEN",
          "wire a line or the probe's T_NRST");
  }
}

void Doctor::programs() {
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): no other thread runs here
  for (const auto& [program, use] : {std::pair{"STM32_Programmer_CLI", "provisioning by ST's programmer"},
                                     std::pair{"openocd", "comparison with OpenOCD"}}) {
    bool found = false;
    std::string_view rest = path != nullptr ? path : "";
    while (!rest.empty() && !found) {
      const std::size_t end = std::min(rest.find(':'), rest.size());
      found = ::access((fs::path(rest.substr(0, end)) / program).c_str(), X_OK) == 0;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    add(program, found ? Health::good : Health::poor, found ? "installed" : "not installed",
        found ? "" : fmt::format("only needed for {}", use));
  }
}

}  // namespace rigor::cli
