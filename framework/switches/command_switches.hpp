// Programs as lines: one word list for on, one for off, and one that tells the state where there is such a program.
//
// Programs run without a shell (framework/base/child_program.hpp). One that cannot be started, does not end within its
// limit or ends with another code than 0 is line_failed, with the last of what it printed. A program for reading ends
// its output with the word on or off (or 1 or 0), and is asked after every switching.
#pragma once

#include "framework/switches/switch_backend.hpp"

namespace rigor {

// `clock` bounds the programs; nobody should interrupt it. It must be the machine's, and outlive the backend.
[[nodiscard]] std::unique_ptr<SwitchBackend> make_command_switches(Clock& clock);

}  // namespace rigor
