#include "framework/usb/libusb_context.hpp"

#include <fmt/format.h>
#include <chrono>
#include <utility>

namespace rigor {

Error usb_error(int code, std::string what) {
  std::string message = fmt::format("{}: {}", what, libusb_strerror(code));
  switch (code) {
    case LIBUSB_ERROR_NO_DEVICE:
      return Error(Code::probe_lost, std::move(message)).hint("check the USB cable");
    case LIBUSB_ERROR_BUSY:
      return Error(Code::probe_busy, std::move(message)).hint("end the program that uses it");
    case LIBUSB_ERROR_PIPE:
      return {Code::probe_stalled, std::move(message)};
    case LIBUSB_ERROR_TIMEOUT:
      return {Code::probe_timeout, std::move(message)};
    case LIBUSB_ERROR_ACCESS:
      return Error(Code::io_failed, std::move(message)).hint("give this user access to the device (a udev rule)");
    default:
      return {Code::io_failed, std::move(message)};
  }
}

Result<std::shared_ptr<LibusbContext>> LibusbContext::start(Clock& clock) {
  libusb_context* context = nullptr;
  if (const int code = libusb_init(&context); code != LIBUSB_SUCCESS)
    return fail(usb_error(code, "libusb does not start"));
  return std::shared_ptr<LibusbContext>(new LibusbContext(clock, context));
}

LibusbContext::LibusbContext(Clock& clock, libusb_context* context)
    : clock_(clock), changed_(clock.make_event()), context_(context) {
  watch_hotplug();
  thread_ = std::thread([this] { handle_events(); });
}

LibusbContext::~LibusbContext() {
  if (hotplug_) libusb_hotplug_deregister_callback(context_.get(), hotplug_handle_);
  stop_ = true;
  libusb_interrupt_event_handler(context_.get());
  thread_.join();
}

void LibusbContext::watch_hotplug() {
  if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0) return;
  const auto on_change = [](libusb_context*, libusb_device*, libusb_hotplug_event, void* self) -> int {
    static_cast<LibusbContext*>(self)->changed_->set();
    return 0;  // stay registered
  };
  const int events = int{LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED} | int{LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT};
  hotplug_ =
      libusb_hotplug_register_callback(context_.get(), events, 0, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                       LIBUSB_HOTPLUG_MATCH_ANY, on_change, this, &hotplug_handle_) == LIBUSB_SUCCESS;
}

void LibusbContext::handle_events() {
  while (!stop_) {
    // Blocks until something happens; the destructor's interrupt is remembered even when it comes first.
    const int code = libusb_handle_events_completed(context_.get(), nullptr);
    if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // a lasting failure must not burn a core
    }
  }
}

}  // namespace rigor
