#include "framework/base/child_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "framework/base/file_descriptor.hpp"
#include "framework/base/line_splitter.hpp"
#include "framework/base/program_outlet.hpp"
#include "framework/base/spawn_program.hpp"

namespace rigor {
namespace {

// Keeps what came and tells of its lines.
class Output {
 public:
  Output(const ProgramRequest& request, Clock& clock, ProgramOutcome& outcome)
      : outcome_(outcome), clock_(clock), splitter_([this, &request](std::string_view line) {
          ++outcome_.lines;
          if (lines_of_piece_++ > 0) ++outcome_.together;
          if (request.line) request.line(at_, line);
        }) {}
  void add(std::string_view bytes) {
    at_ = clock_.now();
    lines_of_piece_ = 0;
    outcome_.output.append(bytes);
    if (outcome_.output.size() > 2 * kMostOutput) outcome_.output.erase(0, outcome_.output.size() - kMostOutput);
    splitter_.add(bytes);
  }
  void end() {
    lines_of_piece_ = 0;
    splitter_.end();
  }

 private:
  ProgramOutcome& outcome_;
  Clock& clock_;
  TimePoint at_{};
  std::size_t lines_of_piece_ = 0;
  LineSplitter splitter_;
};

// Until the program itself has ended and the pipe is empty: what it leaves behind may hold the pipe for ever.
void read_to_end(int from, int program, Output& output) {
  std::array<pollfd, 2> watched{pollfd{from, POLLIN, 0}, pollfd{program, POLLIN, 0}};
  std::array<char, 4096> chunk{};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[0].revents == 0 && watched[1].revents != 0) return;
    if (watched[0].revents == 0) continue;
    const ssize_t count = ::read(from, chunk.data(), chunk.size());
    if (count <= 0) watched[0].fd = -1;  // at its end; poll() passes it over
    if (count <= 0) continue;
    output.add({chunk.data(), static_cast<std::size_t>(count)});
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<std::unique_ptr<BesideProgram>> BesideProgram::start(const std::vector<std::string>& argv) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe"));
  FileDescriptor typing(ends[1]);
  ProgramOutlet nowhere;
  nowhere.input = FileDescriptor(ends[0]);
  nowhere.writing = FileDescriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (!nowhere.writing) return fail(system_error("cannot open /dev/null"));
  RIGOR_TRY(const pid_t child, spawn_program(argv, nowhere));
  return std::unique_ptr<BesideProgram>(new BesideProgram(child, std::move(typing)));
}

BesideProgram::~BesideProgram() {
  if (process_ > 0) end(Duration::zero());
}

int BesideProgram::end(Duration patience) {
  const FileDescriptor program(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
  if (program && patience > Duration::zero()) {
    ::kill(process_, SIGINT);
    pollfd ended{program.get(), POLLIN, 0};
    ::poll(&ended, 1, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(patience).count()));
  }
  ::kill(-process_, SIGKILL);
  return wait_for(std::exchange(process_, -1));
}

Result<ProgramOutcome> run_program(const ProgramRequest& request, Clock& clock) {
  RIGOR_TRY(ProgramOutlet outlet, request.terminal ? open_terminal() : open_pipe());
  RIGOR_TRY(const pid_t child, spawn_program(request.argv, outlet));
  outlet.writing = FileDescriptor();  // so that the end of the child is the end of the pipe

  const FileDescriptor program(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!program) {
    ::kill(-child, SIGKILL);
    wait_for(child);
    return fail(system_error("cannot watch a program"));
  }
  ProgramOutcome outcome;
  const std::unique_ptr<Event> ended = clock.make_event();
  std::thread reader([&] {
    Output output(request, clock, outcome);
    read_to_end(outlet.reading.get(), program.get(), output);
    output.end();
    ended->set();
  });
  const Result<bool> waited = clock.wait(*ended, clock.now() + request.limit);
  const bool in_time = waited && *waited;
  // Also when it has ended: what it left behind may still hold the probe. It is not waited for yet, so the group is
  // its.
  ::kill(-child, SIGKILL);
  outcome.status = wait_for(child);
  reader.join();
  if (outcome.output.size() > kMostOutput) outcome.output.erase(0, outcome.output.size() - kMostOutput);
  if (!waited) return fail(waited.error());
  if (!in_time)
    return fail(Code::time_limit, fmt::format("'{}' did not end within {} s", request.argv.front(),
                                              std::chrono::duration_cast<std::chrono::seconds>(request.limit).count()));
  return outcome;
}

}  // namespace rigor
