#include "framework/serial/console_capture.hpp"

#include <fmt/format.h>

#include "framework/base/enrolled_thread.hpp"

namespace rigor {
namespace {

char printable(std::uint8_t byte) {
  if (byte == '\n' || (byte >= 0x20 && byte < 0x7F)) return static_cast<char>(byte);
  return byte == '\t' ? ' ' : '?';
}

}  // namespace

ConsoleCapture::ConsoleCapture(std::unique_ptr<SerialPort> port, std::string name, Clock& clock, Timeline& timeline)
    : port_(std::move(port)), name_(std::move(name)), clock_(clock), timeline_(timeline), arrived_(clock.make_event()) {
  thread_ = start_enrolled(clock_, "console " + name_, [this] { run(); });
}

ConsoleCapture::~ConsoleCapture() {
  port_->stop_reading();
  thread_.join();
}

Result<void> ConsoleCapture::send(std::string_view text, Duration limit) {
  const std::string shown(text.substr(0, text.find_last_not_of("\r\n") + 1));
  timeline_.add(Channel::console, name_, 1, "sent: " + shown);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  return port_->write({bytes, text.size()}, clock_.now() + limit);
}

Result<std::string> ConsoleCapture::expect(std::string_view text, TimePoint deadline) {
  for (;;) {
    if (auto found = find(text)) return *std::move(found);
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return fail(*failure_);
    }
    RIGOR_TRY(const bool more, clock_.wait(*arrived_, deadline));
    if (more) continue;
    const std::lock_guard lock(mutex_);
    const std::size_t end = unread_.find_last_not_of('\n');
    const std::size_t begin = end == std::string::npos ? 0 : unread_.rfind('\n', end) + 1;
    const std::string last = end == std::string::npos ? std::string() : unread_.substr(begin, end + 1 - begin);
    return fail(Error(Code::expectation_failed, fmt::format("the console did not say '{}' in time", text))
                    .hint(last.empty() ? "it said nothing: baud rate, wires, and is anything running?"
                                       : fmt::format("the last it said was '{}'", last)));
  }
}

std::optional<std::string> ConsoleCapture::find(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const std::size_t at = unread_.find(text);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at == 0 ? 0 : unread_.rfind('\n', at - 1) + 1;
  const std::size_t end = std::min(unread_.find('\n', at + text.size()), unread_.size());
  std::string line = unread_.substr(begin, end - begin);
  unread_.erase(0, at + text.size());
  return line;
}

void ConsoleCapture::run() {
  for (;;) {
    Result<SerialChunk> chunk = port_->read(kNever);
    if (chunk && chunk->bytes.empty()) return;  // stopped
    if (chunk) {
      take(chunk->bytes);
      continue;
    }
    const std::lock_guard lock(mutex_);
    // An interruption is the clock's to tell, in the thread that is interrupted.
    if (chunk.error().code() != Code::aborted) failure_ = chunk.error();
    arrived_->set();
    return;
  }
}

void ConsoleCapture::take(ByteView bytes) {
  for (const std::uint8_t byte : bytes) {
    if (byte == '\r') continue;
    {
      const std::lock_guard lock(mutex_);
      unread_ += printable(byte);
      if (unread_.size() > kMostUnread) unread_.erase(0, unread_.size() - kMostUnread / 2);
    }
    if (byte == '\n') {
      end_line();
      continue;
    }
    line_ += printable(byte);
    if (line_.size() >= kMostLine) end_line();
  }
  arrived_->set();
}

void ConsoleCapture::end_line() {
  if (!line_.empty()) timeline_.add(Channel::console, name_, 0, line_);
  line_.clear();
}

}  // namespace rigor
