// One use of the core by the loader: halt it, put the stub into RAM, let it run, take the core back.
//
// The registers are as they were afterwards, whatever happened in between; the RAM is not. Only a core that faults in
// the stub, because it may not run code there, keeps the stack pointer and the link register of the fault.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "framework/target/arm/core_registers.hpp"

namespace rigor::loader {

// A word of the block (stub.hpp: at::).
struct BlockWord {
  std::uint32_t offset = 0;
  std::uint32_t value = 0;
};

struct Progress {
  std::uint32_t state = 0;    // 0, or one of kRunning, kDone, kFailed, kStopped
  std::uint32_t status = 0;   // of the error register, when failed
  std::uint32_t reached = 0;  // address behind the unit in work
};

class Session {
 public:
  Session(Probe& probe, AccessPort port, Clock& clock, std::uint32_t base)
      : probe_(probe), port_(port), clock_(clock), base_(base), core_(probe, port, clock) {}

  // True: the stub runs and has said so. False: this core runs no code from there, and is as it was. `behind` goes to
  // RAM right behind the stub.
  [[nodiscard]] Result<bool> begin(std::initializer_list<BlockWord> block, ByteView behind = {});
  [[nodiscard]] Result<Progress> look();
  // Waits for the end of a stub that is at its end, tells any other to stop, and halts one that does not listen.
  [[nodiscard]] Result<void> end(const Progress& last);

 private:
  [[nodiscard]] Result<bool> start(std::initializer_list<BlockWord> block, ByteView behind);
  [[nodiscard]] Result<void> restore_what_the_stub_kept();
  // True when the core halted by itself within the limit; false when it was halted by force.
  [[nodiscard]] Result<bool> rest(Duration limit);
  [[nodiscard]] Result<void> give_back();

  Probe& probe_;
  AccessPort port_;
  Clock& clock_;
  std::uint32_t base_;
  arm::Core core_;
  // The stub keeps the others.
  std::array<arm::CoreRegister, 3> own_{{{arm::kR0, 0}, {arm::kProgramCounter, 0}, {arm::kStatusRegister, 0}}};
  bool has_registers_ = false;
};

}  // namespace rigor::loader
