// hidapi, over the kernel's hidraw nodes.
#include <fmt/format.h>
#include <hidapi/hidapi.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "framework/base/c_handle.hpp"
#include "framework/switches/hid_devices.hpp"

namespace rigor {
namespace {

constexpr std::uint8_t kUnnumbered = 0;  // hidapi puts a report's number in front of it

// Product names are ASCII where anybody looks at them.
std::string narrow(const wchar_t* text) {
  std::string narrowed;
  for (; text != nullptr && *text != 0; ++text) narrowed += *text < 0x7F ? static_cast<char>(*text) : '?';
  return narrowed;
}

// /sys/class/hidraw/hidraw0/device is .../1-2.3/1-2.3:1.0/0003:16C0:05DF.0001.
std::string usb_path_of(const std::string& node) {
  std::error_code none;
  const std::filesystem::path name = std::filesystem::path(node).filename();
  const auto device = std::filesystem::canonical(std::filesystem::path("/sys/class/hidraw") / name / "device", none);
  if (none) return {};
  const std::string interface = device.parent_path().filename();
  return interface.substr(0, interface.find(':'));
}

class HidapiDevice final : public HidDevice {
 public:
  using Handle = CHandle<hid_device, hid_close>;
  HidapiDevice(Handle handle, std::string node) : handle_(std::move(handle)), node_(std::move(node)) {}

  Result<Bytes> get_feature(std::size_t size) override {
    Bytes report(size + 1, 0);
    report[0] = kUnnumbered;
    const int got = hid_get_feature_report(handle_.get(), report.data(), report.size());
    if (got < 1) return fail(refusal("does not give its report"));
    return Bytes(report.begin() + 1, report.begin() + got);
  }

  Result<void> set_feature(ByteView report) override {
    Bytes whole{kUnnumbered};
    whole.insert(whole.end(), report.begin(), report.end());
    if (hid_send_feature_report(handle_.get(), whole.data(), whole.size()) >= 0) return {};
    return fail(refusal("does not take a report"));
  }

 private:
  [[nodiscard]] Error refusal(std::string_view what) const {
    return Error(Code::line_failed, fmt::format("{} {}: {}", node_, what, narrow(hid_error(handle_.get()))))
        .hint("is it still plugged in?");
  }
  Handle handle_;
  std::string node_;
};

class HidapiDevices final : public HidDevices {
 public:
  std::vector<HidIdentity> list(std::uint16_t vendor, std::uint16_t product) override {
    const std::lock_guard lock(mutex_);  // hidapi's list of devices is not for several threads
    const CHandle<hid_device_info, hid_free_enumeration> first(hid_enumerate(vendor, product));
    std::vector<HidIdentity> found;
    for (const hid_device_info* each = first.get(); each != nullptr; each = each->next)
      found.push_back({each->path, usb_path_of(each->path), narrow(each->product_string)});
    std::ranges::sort(found, {}, &HidIdentity::node);
    return found;
  }

  Result<std::unique_ptr<HidDevice>> open(const HidIdentity& identity) override {
    const std::lock_guard lock(mutex_);
    HidapiDevice::Handle handle(hid_open_path(identity.node.c_str()));
    if (handle) return std::make_unique<HidapiDevice>(std::move(handle), identity.node);
    if (::access(identity.node.c_str(), R_OK | W_OK) != 0 && errno == EACCES)
      return fail(Error(Code::line_failed, fmt::format("{} may not be opened by this user", identity.node))
                      .hint("give this user access to it (a udev rule; `rigor doctor` writes it out)"));
    return fail(Code::line_missing, fmt::format("{} cannot be opened", identity.node));
  }

 private:
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<HidDevices> make_hidapi_devices() { return std::make_unique<HidapiDevices>(); }

}  // namespace rigor
