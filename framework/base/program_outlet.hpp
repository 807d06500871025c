// What a program writes into and we read from: a pipe, or a pseudo terminal, behind which most programs write a line
// when it is complete.
#pragma once

#include <string>

#include "framework/base/clock.hpp"
#include "framework/base/file_descriptor.hpp"
#include "framework/base/result.hpp"

namespace rigor {

struct ProgramOutlet {
  FileDescriptor reading;
  FileDescriptor writing;        // the program's end
  std::string terminal;          // its path; empty for a pipe
  FileDescriptor input{};        // what it reads from; nothing: the terminal, or nothing at all
  bool errors_are_ours = false;  // its standard error is ours; else it goes where it writes
};

// Errors: io_failed.
[[nodiscard]] Result<ProgramOutlet> open_pipe();
// Raw, but for the keys that signal. Errors: io_failed.
[[nodiscard]] Result<ProgramOutlet> open_terminal();

// From the write of a line into a pseudo terminal to the moment at which its reader has it, on this machine now: what a
// time stamp of a tool's line is late. Takes some milliseconds; `clock` is the machine's. Errors: io_failed.
struct TerminalSkew {
  Duration median{};
  Duration longest{};
};
[[nodiscard]] Result<TerminalSkew> measure_terminal_skew(const Clock& clock);

}  // namespace rigor
