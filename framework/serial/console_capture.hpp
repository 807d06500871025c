// The board's console, listened to from now on: every line with its time in the timeline, and waits for a text.
//
//   ConsoleCapture console(std::move(port), "h563", clock, timeline);
//   RIGOR_CHECK(console.send("version\n", 1s));
//   RIGOR_TRY(const std::string line, console.expect("fw 1.4", clock.now() + 2s));
//
// A thread of its own reads, so that lines are there when they come and can be events of schedules. A line ends with a
// line feed, or after kMostLine bytes; a carriage return before the feed is not part of it. Bytes that are no printable
// ASCII are shown as '?'. Members are called from one thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "framework/base/timeline.hpp"
#include "framework/serial/serial_port.hpp"

namespace rigor {

class ConsoleCapture {
 public:
  static constexpr std::size_t kMostLine = 512;           // bytes
  static constexpr std::size_t kMostUnread = 256 * 1024;  // bytes that expect() has not gone past; older ones go

  // `name` is that of the records in the timeline. Clock and timeline outlive the capture.
  ConsoleCapture(std::unique_ptr<SerialPort> port, std::string name, Clock& clock, Timeline& timeline);
  ConsoleCapture(const ConsoleCapture&) = delete;
  ConsoleCapture& operator=(const ConsoleCapture&) = delete;
  ~ConsoleCapture();

  // Errors: port_failed.
  [[nodiscard]] Result<void> send(std::string_view text, Duration limit);
  // The line in which `text` came, as far as it has come: a prompt has no end. Looks at what has come since the last
  // expect(), and goes past what it found. Errors: expectation_failed at the deadline, with the last line that came;
  // port_failed when the port has died.
  [[nodiscard]] Result<std::string> expect(std::string_view text, TimePoint deadline);

 private:
  void run();
  void take(ByteView bytes);
  void end_line();
  // The line around a text that is there, which is gone past.
  [[nodiscard]] std::optional<std::string> find(std::string_view text);

  std::unique_ptr<SerialPort> port_;
  std::string name_;
  Clock& clock_;
  Timeline& timeline_;
  std::unique_ptr<Event> arrived_;
  std::mutex mutex_;
  std::string unread_;
  std::optional<Error> failure_;
  std::string line_;  // of the reading thread
  std::thread thread_;
};

}  // namespace rigor
