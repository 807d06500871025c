// One libusb context with the thread that handles its events. Shared by the host and its devices, so that a device may
// outlive the host. Private to this room.
#pragma once

#include <libusb-1.0/libusb.h>

#include <atomic>
#include <memory>
#include <string_view>
#include <thread>

#include "framework/base/c_handle.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// What a libusb error code means to a caller (usb_device.hpp).
[[nodiscard]] Error usb_error(int code, std::string what);

class LibusbContext {
 public:
  [[nodiscard]] static Result<std::shared_ptr<LibusbContext>> start(Clock& clock);

  LibusbContext(const LibusbContext&) = delete;
  LibusbContext& operator=(const LibusbContext&) = delete;
  ~LibusbContext();

  [[nodiscard]] libusb_context* get() const { return context_.get(); }
  [[nodiscard]] Clock& clock() const { return clock_; }
  // Null when this system has no hot-plug notices.
  [[nodiscard]] Event* changed() const { return hotplug_ ? changed_.get() : nullptr; }

 private:
  LibusbContext(Clock& clock, libusb_context* context);
  void watch_hotplug();
  void handle_events();

  Clock& clock_;
  std::unique_ptr<Event> changed_;
  CHandle<libusb_context, libusb_exit> context_;
  bool hotplug_ = false;
  libusb_hotplug_callback_handle hotplug_handle_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace rigor
