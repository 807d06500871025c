// The serial seam: the board's console, bytes with the time at which they came.
//
// Implementations: termios (framework/serial/termios_port.hpp) and the virtual lab.
// Errors: port_failed. One thread reads and one writes, at the same time if they like; stop_reading() may be called
// from any thread.
#pragma once

#include <memory>
#include <string>

#include "framework/base/bytes.hpp"
#include "framework/base/clock.hpp"

namespace rigor {

struct SerialChunk {
  TimePoint at{};  // when the first byte of the chunk was handed over by the system
  Bytes bytes;
};

class SerialPort {
 public:
  virtual ~SerialPort() = default;
  // The next bytes, or an empty chunk at the deadline.
  [[nodiscard]] virtual Result<SerialChunk> read(TimePoint deadline) = 0;
  [[nodiscard]] virtual Result<void> write(ByteView bytes, TimePoint deadline) = 0;
  // A read that waits, and every later one that finds nothing, returns an empty chunk at once.
  virtual void stop_reading() = 0;
};

class SerialPorts {
 public:
  virtual ~SerialPorts() = default;
  // 8 data bits, no parity, one stop bit, no flow control.
  [[nodiscard]] virtual Result<std::unique_ptr<SerialPort>> open(const std::string& path, unsigned baud) = 0;
};

}  // namespace rigor
