// Lines are left in their safe state also when this process is killed: a small process of its own knows what is held,
// waits for the end of a connection, and then requests the lines itself.
//
//   RIGOR_TRY(auto guard, LineGuard::start(make_driver));    // while the process has one thread
//   GuardedLines lines(inner, guard->link());
//
// The level with which a line is taken is the one in which it is left: relays are taken in their safe state
// (relay.hpp). A line that was released is nobody's business any more.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

#include "framework/base/file_descriptor.hpp"
#include "framework/gpio/line_driver.hpp"

namespace rigor {

// Tells the guard what is held. One that is gone is told nothing.
class GuardLink {
 public:
  explicit GuardLink(FileDescriptor socket) : socket_(std::move(socket)) {}
  void taken(const LineName& name, Drive drive, Level safe) const;
  void released(const LineName& name) const;
  void close() { socket_ = FileDescriptor(); }

 private:
  FileDescriptor socket_;  // SOCK_SEQPACKET: a message each
};

using MakeLineDriver = std::function<std::unique_ptr<LineDriver>()>;

// What the guard does, until the lines are safe: reads the link's messages to their end, then requests what is held. A
// killed process gives its lines back at about that time, so a line that is busy is tried again, for 100 ms in all.
// Returns how many lines could not be had.
std::size_t serve_line_guard(FileDescriptor socket, const MakeLineDriver& make_driver);

class LineGuard {
 public:
  // `make_driver` is called in the guard's process, when it is needed. Errors: io_failed.
  [[nodiscard]] static Result<std::unique_ptr<LineGuard>> start(const MakeLineDriver& make_driver);
  LineGuard(const LineGuard&) = delete;
  LineGuard& operator=(const LineGuard&) = delete;
  // What is held still goes to its safe state; waits for that.
  ~LineGuard();

  [[nodiscard]] const GuardLink& link() const { return link_; }

 private:
  LineGuard(FileDescriptor socket, pid_t process) : link_(std::move(socket)), process_(process) {}
  GuardLink link_;
  pid_t process_;
};

// Outputs taken through it are guarded from before they are taken until after they are released.
class GuardedLines final : public LineDriver {
 public:
  // Both must outlive it and its lines.
  GuardedLines(LineDriver& inner, const GuardLink& link) : inner_(inner), link_(link) {}

  [[nodiscard]] LineCapabilities capabilities() const override { return inner_.capabilities(); }
  [[nodiscard]] Result<std::vector<LineInfo>> list() override { return inner_.list(); }
  [[nodiscard]] Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive,
                                                                   Level initial) override;
  [[nodiscard]] Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override;
  [[nodiscard]] Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
    return inner_.request_input(name, watch);
  }

 private:
  LineDriver& inner_;
  const GuardLink& link_;
};

}  // namespace rigor
