#include "framework/serial/termios_port.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "framework/base/file_descriptor.hpp"

namespace rigor {

namespace {

constexpr std::size_t kMostKept = 1U << 20;

struct Speed {
  unsigned baud;
  speed_t code;
};
constexpr std::array<Speed, 18> kSpeeds{{{300, B300},
                                         {600, B600},
                                         {1200, B1200},
                                         {2400, B2400},
                                         {4800, B4800},
                                         {9600, B9600},
                                         {19200, B19200},
                                         {38400, B38400},
                                         {57600, B57600},
                                         {115200, B115200},
                                         {230400, B230400},
                                         {460800, B460800},
                                         {500000, B500000},
                                         {921600, B921600},
                                         {1000000, B1000000},
                                         {2000000, B2000000},
                                         {3000000, B3000000},
                                         {4000000, B4000000}}};

Error port_error(const std::string& path, std::string_view what, int number) {
  return {Code::port_failed, fmt::format("{} {}: {}", what, path, std::generic_category().message(number))};
}

class TermiosPort final : public SerialPort {
 public:
  TermiosPort(Clock& clock, std::string path, FileDescriptor device, FileDescriptor wake)
      : clock_(clock),
        path_(std::move(path)),
        device_(std::move(device)),
        wake_(std::move(wake)),
        arrived_(clock.make_event()),
        writable_(clock.make_event()),
        thread_([this] { watch(); }) {}
  TermiosPort(const TermiosPort&) = delete;
  TermiosPort& operator=(const TermiosPort&) = delete;
  ~TermiosPort() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake();
    thread_.join();
  }

  Result<SerialChunk> read(TimePoint deadline) override {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (!chunks_.empty()) {
          SerialChunk chunk = std::move(chunks_.front());
          chunks_.pop_front();
          kept_ -= chunk.bytes.size();
          return chunk;
        }
        if (failure_) return fail(*failure_);
        if (reading_stopped_) return SerialChunk{clock_.now(), {}};
      }
      RIGOR_TRY(const bool arrived, clock_.wait(*arrived_, deadline));
      if (!arrived) return SerialChunk{clock_.now(), {}};
    }
  }

  Result<void> write(ByteView bytes, TimePoint deadline) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(device_.get(), bytes.data(), bytes.size());
      if (count > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        continue;
      }
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno != EAGAIN) return fail(port_error(path_, "cannot write to", errno));
      {
        const std::lock_guard lock(mutex_);
        wants_to_write_ = true;
      }
      wake();
      RIGOR_TRY(const bool writable, clock_.wait(*writable_, deadline));
      if (!writable) {
        return fail(Code::port_failed, fmt::format("{} took no more bytes in time, {} are left", path_, bytes.size()));
      }
    }
    return {};
  }

  void stop_reading() override {
    const std::lock_guard lock(mutex_);
    reading_stopped_ = true;
    arrived_->set();
  }

 private:
  void wake() const {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_.get(), &one, sizeof one));  // cannot fail short of 2^64 calls
  }

  // The port's thread: until the port is destroyed or the device fails.
  void watch() {
    for (;;) {
      std::array<pollfd, 2> waits{{{device_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
      {
        const std::lock_guard lock(mutex_);
        if (stop_) return;
        if (wants_to_write_) waits[0].events |= POLLOUT;
      }
      if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return give_up("cannot wait for", errno);
      if (waits[1].revents != 0) {
        std::uint64_t count = 0;
        static_cast<void>(::read(wake_.get(), &count, sizeof count));
      }
      if ((waits[0].revents & POLLOUT) != 0) {
        const std::lock_guard lock(mutex_);
        wants_to_write_ = false;
        writable_->set();
      }
      if ((waits[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !take()) return;
    }
  }

  // Reads what there is; false when the device is gone.
  bool take() {
    std::array<std::uint8_t, 4096> buffer{};
    const ssize_t count = ::read(device_.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) {
      give_up("lost", count == 0 ? EIO : errno);
      return false;
    }
    SerialChunk chunk{clock_.now(), {buffer.begin(), buffer.begin() + count}};
    const std::lock_guard lock(mutex_);
    kept_ += chunk.bytes.size();
    chunks_.push_back(std::move(chunk));
    while (kept_ > kMostKept) {
      kept_ -= chunks_.front().bytes.size();
      chunks_.pop_front();
    }
    arrived_->set();
    return true;
  }

  void give_up(std::string_view what, int number) {
    const std::lock_guard lock(mutex_);
    failure_ = port_error(path_, what, number).hint("check the cable; the port has to be opened anew");
    arrived_->set();
    writable_->set();
  }

  Clock& clock_;
  std::string path_;
  FileDescriptor device_;
  FileDescriptor wake_;
  std::unique_ptr<Event> arrived_;
  std::unique_ptr<Event> writable_;
  std::mutex mutex_;
  std::deque<SerialChunk> chunks_;
  std::size_t kept_ = 0;
  std::optional<Error> failure_;
  bool wants_to_write_ = false;
  bool stop_ = false;
  bool reading_stopped_ = false;
  std::thread thread_;  // last: it uses all of the above
};

Result<void> make_raw(int device, const std::string& path, speed_t speed) {
  termios settings{};
  if (::tcgetattr(device, &settings) != 0) return fail(port_error(path, "this is no serial port:", errno));
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  // HUPCL off: dropping DTR on close resets some boards.
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS | HUPCL);
  settings.c_cc[VMIN] = 1;  // on some drivers 0 makes a non-blocking read return 0, which means hang-up here
  settings.c_cc[VTIME] = 0;
  ::cfsetispeed(&settings, speed);
  ::cfsetospeed(&settings, speed);
  if (::tcsetattr(device, TCSANOW, &settings) != 0) return fail(port_error(path, "cannot set up", errno));
  // tcsetattr succeeds when any part of it did.
  termios made{};
  if (::tcgetattr(device, &made) != 0 || ::cfgetospeed(&made) != speed) {
    return fail(Code::port_failed, fmt::format("{} does not do this speed", path));
  }
  ::tcflush(device, TCIFLUSH);  // what came before the port was opened belongs to nobody
  return {};
}

class TermiosPorts final : public SerialPorts {
 public:
  explicit TermiosPorts(Clock& clock) : clock_(clock) {}

  Result<std::unique_ptr<SerialPort>> open(const std::string& path, unsigned baud) override {
    const auto speed = std::ranges::find(kSpeeds, baud, &Speed::baud);
    if (speed == kSpeeds.end()) {
      return fail(Error(Code::port_failed, fmt::format("{} baud is no speed of a serial port", baud))
                      .hint("use a usual one such as 9600, 115200 or 921600"));
    }
    FileDescriptor device(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (device.get() < 0) return fail(port_error(path, "cannot open", errno));
    // TIOCEXCL keeps other users out, the lock another rigor of root, whom TIOCEXCL does not stop.
    if (::flock(device.get(), LOCK_EX | LOCK_NB) != 0) {
      return fail(port_error(path, "somebody else uses", errno).hint("end the program that has it open"));
    }
    RIGOR_CHECK(make_raw(device.get(), path, speed->code));
    ::ioctl(device.get(), TIOCEXCL);
    FileDescriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (wake.get() < 0) return fail(port_error(path, "cannot watch", errno));
    return std::make_unique<TermiosPort>(clock_, path, std::move(device), std::move(wake));
  }

 private:
  Clock& clock_;
};

}  // namespace

std::unique_ptr<SerialPorts> make_termios_ports(Clock& clock) { return std::make_unique<TermiosPorts>(clock); }

}  // namespace rigor
