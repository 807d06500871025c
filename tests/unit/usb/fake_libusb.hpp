// libusb's functions over a bus in memory. The definitions in this program take precedence over the shared library's,
// so the code under test is unchanged; what a test wants to happen or to know is in FakeBus.
//
// The fake keeps libusb's rules: callbacks run on the thread that handles events, a submitted transfer comes back
// exactly once, a cancelled one comes back later as cancelled, and memory of a transfer must live until then.
#pragma once

#include <libusb-1.0/libusb.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "framework/base/bytes.hpp"

namespace rigor {

// SET_FEATURE or CLEAR_FEATURE to a hub's port.
struct FakePortRequest {
  int request = 0;
  int feature = 0;
  int port = 0;
  bool operator==(const FakePortRequest&) const = default;
};

struct FakeUsbDevice {
  std::uint8_t bus = 1;
  std::vector<std::uint8_t> ports{2, 3};
  std::uint16_t vendor = 0x0483;
  std::uint16_t product = 0x3748;
  std::map<std::uint8_t, Bytes> strings;  // descriptors as they come
  int open_fails_with = 0;
  bool gone = false;
  bool stalled = false;           // endpoint 0x81
  bool babbles = false;           // sends more than was asked for
  bool swallows_writes = false;   // takes only half of what is written
  bool ignores_cancel = false;    // gives a cancelled transfer back only when released() is called
  Bytes hub_descriptor;           // of a hub
  std::uint16_t port_status = 0;  // of each of its ports
  std::vector<FakePortRequest> port_requests;
  std::set<int> claimed;
  std::vector<Bytes> written;  // to endpoint 0x01
  std::deque<Bytes> replies;   // for endpoint 0x81
};

struct FakeBus {
  std::mutex mutex;
  std::condition_variable wake;
  std::list<FakeUsbDevice> devices;
  int init_fails_with = 0;
  bool has_hotplug = true;
  libusb_hotplug_callback_fn hotplug = nullptr;
  void* hotplug_data = nullptr;
  bool interrupted = false;
  std::vector<libusb_transfer*> pending;  // submitted, waiting for the device
  std::deque<libusb_transfer*> finished;  // waiting for the event thread
  std::size_t transfers = 0;              // allocated and not freed
  std::size_t handles = 0;
  std::size_t lists = 0;
  std::size_t contexts = 0;

  // All with the mutex held by the caller.
  void finish(libusb_transfer* transfer, libusb_transfer_status status, int moved);
  void serve(libusb_transfer* transfer);
  void unplug(FakeUsbDevice& device);
};

// The bus that the C functions act on. One per test: reset_fake_bus() begins a new one.
[[nodiscard]] FakeBus& fake_bus();
void reset_fake_bus();

// "abc" as a string descriptor.
[[nodiscard]] Bytes string_descriptor(const std::string& text);

}  // namespace rigor

// libusb's opaque types, as the fake fills them.
struct libusb_context {
  int unused = 0;
};
struct libusb_device {
  rigor::FakeUsbDevice* fake = nullptr;
};
struct libusb_device_handle {
  rigor::FakeUsbDevice* fake = nullptr;
  std::set<int> claimed;
};
