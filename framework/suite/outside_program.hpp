// Another program that has a bench's probe for a while: somebody else's programmer, as an actor of a suite.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/base/child_program.hpp"

namespace rigor {

class Step;

struct OutsideProgram {
  std::vector<std::string> command;                 // {serial} and {usb} are those of the bench's probe
  std::map<std::string, std::string> replace = {};  // more such words: {"{obk}", "/tmp/..."}
  Duration limit{};
  bool lines_are_events = false;  // behind a terminal, and each line goes into the timeline (channel log) as it comes
};

// Lends the probe, runs the program, and takes the probe back, attached. Status and last words become evidence of the
// step. In the lab a program takes no virtual time: its lines come when it has ended.
// Errors: those of run_program and OpenBench::lend_probe. A status that is not 0 is no error.
[[nodiscard]] Result<ProgramOutcome> run_outside(Step& step, const OutsideProgram& program);

// "'st-flash read ...' ended with 1: the last thing it said".
[[nodiscard]] std::string describe_end(const OutsideProgram& program, const ProgramOutcome& outcome);

}  // namespace rigor
