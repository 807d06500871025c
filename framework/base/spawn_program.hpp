// Starts another program: with its outlet, a process group of its own (a session, behind a terminal), no blocked
// signals and none that is ignored because we ignore it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "framework/base/program_outlet.hpp"

namespace rigor {

// `argv`: the program by name (searched in $PATH) or path, then its arguments; not empty. Whoever starts it waits for
// it. Errors: name_unknown when there is no such program; io_failed.
[[nodiscard]] Result<pid_t> spawn_program(const std::vector<std::string>& argv, const ProgramOutlet& outlet);

}  // namespace rigor
