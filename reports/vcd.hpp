// A test's timeline as a VCD waveform (IEEE 1364) for GTKWave, sigrok and other viewers; timescale 1 ns.
//
//   lines.NAME        1 bit per line, x until its first edge
//   mailbox.host      32 bits, and mailbox.host_strobe, an event at each word (so that equal words in a row are seen)
//   mailbox.device    likewise; a concealed word is x
//   usb.command       an event at each probe command
//   bench.step        text (GTKWave's string extension), the step that runs
//   bench.log         text, the last log line; bench.console likewise
//
// Time zero is the test's start. Records of the same instant share one time stamp; time never goes back.
#pragma once

#include <string>

#include "framework/store/run_record.hpp"

namespace rigor {

[[nodiscard]] std::string vcd_text(const TestRecord& test);

// How files of this test are named: letters, digits, dot and dash only, unique per suite, test, bench, repeat and
// attempt.
[[nodiscard]] std::string trace_stem(const TestRecord& test);
// The same with ".vcd".
[[nodiscard]] std::string trace_file_name(const TestRecord& test);

}  // namespace rigor
