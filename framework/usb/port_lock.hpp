// One program at a time at a USB port: a lock (framework/base/process_lock.hpp) that is named after the port path.
//
// The lock is on the place and not on the device: serial numbers of clones are shared. The file stays when the lock
// goes; it says who held it last.
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/process_lock.hpp"
#include "framework/base/result.hpp"

namespace rigor {

// Where locks of this machine lie: $RIGOR_LOCKS, else /run/lock, where every user may write, else the directory for
// temporary files. Programs that see other devices, as on a mocked bus, need a directory of their own.
[[nodiscard]] std::filesystem::path port_lock_directory();

// "4711 rigor": this process, as others are told.
[[nodiscard]] std::string this_process();

class PortLock {
 public:
  // Makes one attempt. `holder` is what others are told meanwhile.
  // Errors: probe_busy with the holder's words; io_failed when the file can be neither opened nor made.
  [[nodiscard]] static Result<PortLock> take(const std::filesystem::path& directory, const std::string& usb_path,
                                             const std::string& holder = this_process());

 private:
  explicit PortLock(ProcessLock lock) : lock_(std::move(lock)) {}
  ProcessLock lock_;
};

}  // namespace rigor
