// What one kind of switch does; SwitchLines makes lines of it (switch_lines.hpp). Private to this room.
//
// Errors: line_missing (there is no such switch), line_failed (it is there and does not do it). Backends are used from
// several threads, a Switch from one at a time. None of their waits ends when the bench's clock is interrupted: safe
// states are set then.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/switches/switch_name.hpp"

namespace rigor {

class Switch {
 public:
  virtual ~Switch() = default;
  // The same text for the same physical switch, whatever name it was found by.
  [[nodiscard]] virtual std::string place() const = 0;
  // Returns when the switch says that it has moved, where it can say so.
  [[nodiscard]] virtual Result<void> turn(bool on) = 0;
  [[nodiscard]] virtual Result<bool> is_on() = 0;
  // How long what a killed process began may still go on.
  [[nodiscard]] virtual Duration aftermath() const { return Duration::zero(); }
};

struct KnownSwitch {
  LineName name;
  std::string place;
  std::string device;  // for people: "usb 1-2"
};

class SwitchBackend {
 public:
  virtual ~SwitchBackend() = default;
  [[nodiscard]] virtual SwitchKind kind() const = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Switch>> find(const LineName& name) = 0;
  // Those that can be seen; what this user may not open is left out.
  [[nodiscard]] virtual std::vector<KnownSwitch> known() = 0;
  // What turning one takes at most when all is well.
  [[nodiscard]] virtual Duration latency(const LineName& name) const = 0;
};

}  // namespace rigor
