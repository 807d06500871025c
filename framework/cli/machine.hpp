// The seams of this run: the computer's own devices, the virtual lab that the rig describes, or one that is kept.
//
// The only place of the program that knows which. Everything above gets `Seams` and cannot tell.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "framework/bench/open_bench.hpp"
#include "framework/bench/rig_description.hpp"

namespace rigor::cli {

class Machine {
 public:
  virtual ~Machine() = default;
  [[nodiscard]] virtual Seams seams() = 0;
  // What keeps the boards between runs (Ledger::Options::keeper); empty: nothing does.
  [[nodiscard]] virtual std::string keeper() const { return {}; }
};

// What is wrong in the parts of a rig that only its machine reads: the `lab:` sections and the dies that they name,
// whose files it returns.
std::vector<std::filesystem::path> check_machine(const RigDescription& rig, Faults& faults);
// The same of a die by itself.
void check_die(const std::filesystem::path& path, Faults& faults);

// Errors: usage when a rig mixes virtual and real benches; io_failed when libusb cannot start; file_invalid for a rig
// that check_machine() finds faults in.
[[nodiscard]] Result<std::unique_ptr<Machine>> make_machine(const RigDescription& rig, std::uint64_t seed);
[[nodiscard]] Result<std::unique_ptr<Machine>> make_real_machine();
// The lab that `rigor-lab keep` keeps at `socket`; the same rig must have been given to it.
// Errors: usage when the rig has a real bench; io_failed when nobody keeps a lab there.
[[nodiscard]] Result<std::unique_ptr<Machine>> make_kept_machine(const RigDescription& rig,
                                                                 const std::filesystem::path& socket);

}  // namespace rigor::cli
