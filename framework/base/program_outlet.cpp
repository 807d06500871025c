#include "framework/base/program_outlet.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

namespace rigor {

Result<ProgramOutlet> open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe"));
  ProgramOutlet outlet;
  outlet.reading = FileDescriptor(ends[0]);
  outlet.writing = FileDescriptor(ends[1]);
  return outlet;
}

Result<ProgramOutlet> open_terminal() {
  ProgramOutlet outlet;
  outlet.reading = FileDescriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  const int reading = outlet.reading.get();
  std::array<char, 64> path{};
  if (reading < 0 || ::grantpt(reading) != 0 || ::unlockpt(reading) != 0 ||
      ::ptsname_r(reading, path.data(), path.size()) != 0)
    return fail(system_error("cannot make a pseudo terminal"));
  outlet.terminal = path.data();
  outlet.writing = FileDescriptor(::open(path.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios settings{};
  if (!outlet.writing || ::tcgetattr(outlet.writing.get(), &settings) != 0)
    return fail(system_error("cannot open a pseudo terminal"));
  ::cfmakeraw(&settings);
  settings.c_lflag |= ISIG;
  if (::tcsetattr(outlet.writing.get(), TCSANOW, &settings) != 0)
    return fail(system_error("cannot set up a pseudo terminal"));
  return outlet;
}

Result<TerminalSkew> measure_terminal_skew(const Clock& clock) {
  constexpr std::size_t kLines = 31;
  constexpr auto kApart = std::chrono::milliseconds(1);  // so that the reader sleeps again, as it does between lines
  constexpr std::string_view kLine = "a line of a tool\n";
  RIGOR_TRY(ProgramOutlet outlet, open_terminal());
  std::vector<TimePoint> read, written;
  // Ends when the other end is closed.
  std::thread reader([&] {
    std::array<char, kLine.size()> buffer{};
    std::size_t have = 0;
    for (;;) {
      const ssize_t got = ::read(outlet.reading.get(), buffer.data(), kLine.size() - have);
      if (got <= 0) return;
      have = (have + static_cast<std::size_t>(got)) % kLine.size();
      if (have == 0) read.push_back(clock.now());
    }
  });
  // A terminal takes 4096 bytes before anybody reads, so no write waits.
  for (std::size_t i = 0; i < kLines; ++i) {
    std::this_thread::sleep_for(kApart);
    written.push_back(clock.now());
    if (::write(outlet.writing.get(), kLine.data(), kLine.size()) < 0) break;
  }
  outlet.writing = FileDescriptor();
  reader.join();
  if (read.size() != kLines) return fail(Code::io_failed, "a pseudo terminal lost lines");
  std::vector<Duration> late;
  for (std::size_t i = 0; i < kLines; ++i) late.push_back(read[i] - written[i]);
  std::ranges::sort(late);
  return TerminalSkew{late[kLines / 2], late.back()};
}

}  // namespace rigor
