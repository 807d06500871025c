#include "framework/probe/finding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "framework/probe/products.hpp"
#include "framework/probe/st_link_listing.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPoll = 100ms;

Result<std::vector<UsbIdentity>> st_links(UsbHost& host) {
  RIGOR_TRY(std::vector<UsbIdentity> devices, host.list(kStVendor));
  std::erase_if(devices,
                [](const UsbIdentity& usb) { return find_st_link_product(usb.vendor, usb.product) == nullptr; });
  return devices;
}

std::vector<std::string> paths_of(const std::vector<UsbIdentity>& devices) {
  std::vector<std::string> paths;
  for (const UsbIdentity& usb : devices) paths.push_back(usb.path);
  return paths;
}

std::unexpected<Error> missing(std::string_view who, const std::vector<UsbIdentity>& there) {
  const std::string what =
      who.empty() ? "no ST-LINK is plugged in" : fmt::format("no ST-LINK at '{}' or with that serial number", who);
  const std::string hint = there.empty() ? "check the cable and the rights to the device (`rigor list probes`)"
                                         : fmt::format("there are ST-LINKs at {}", fmt::join(paths_of(there), ", "));
  return fail(Error(Code::probe_missing, what).hint(hint));
}

std::unexpected<Error> ambiguous(std::string_view who, const std::vector<UsbIdentity>& candidates) {
  const std::string what = who.empty() ? fmt::format("{} ST-LINKs are plugged in", candidates.size())
                                       : fmt::format("{} probes have serial number {}", candidates.size(), who);
  return fail(Error(Code::probe_ambiguous, fmt::format("{}: at {}", what, fmt::join(paths_of(candidates), ", ")))
                  .hint("name the probe by its USB port path; clones share serial numbers"));
}

// Waits for a change that the host tells, or for the next poll.
Result<void> pause(UsbHost& host, Clock& clock, TimePoint deadline) {
  Event* const changed = host.changed();
  if (changed == nullptr) return clock.sleep_until(std::min(deadline, clock.now() + kPoll));
  return without_value(clock.wait(*changed, std::min(deadline, clock.now() + kPoll)));
}

}  // namespace

Result<std::string> find_st_link(UsbHost& host, std::string_view who) {
  RIGOR_TRY(const std::vector<UsbIdentity> there, st_links(host));
  if (std::ranges::find(there, who, &UsbIdentity::path) != there.end()) return std::string(who);
  std::vector<UsbIdentity> candidates;
  std::ranges::copy_if(there, std::back_inserter(candidates), [&](const UsbIdentity& usb) {
    return who.empty() || st_link_serial_text(usb.serial_descriptor) == who;
  });
  if (candidates.empty()) return missing(who, there);
  if (candidates.size() > 1) return ambiguous(who, candidates);
  return candidates.front().path;
}

Result<std::optional<UsbIdentity>> device_at(UsbHost& host, std::string_view path) {
  RIGOR_TRY(const std::vector<UsbIdentity> devices, host.list(0));
  const auto found = std::ranges::find(devices, path, &UsbIdentity::path);
  return found == devices.end() ? std::nullopt : std::optional(*found);
}

Result<UsbIdentity> await_device(UsbHost& host, const std::string& path, Clock& clock, Duration limit) {
  const TimePoint deadline = clock.now() + limit;
  for (;;) {
    RIGOR_TRY(auto found, device_at(host, path));
    if (found) return *std::move(found);
    if (clock.now() >= deadline)
      return fail(
          Error(Code::probe_missing, fmt::format("nothing came back at {} within {} ms", path,
                                                 std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()))
              .hint("unplug it and plug it in again"));
    RIGOR_CHECK(pause(host, clock, deadline));
  }
}

}  // namespace rigor
