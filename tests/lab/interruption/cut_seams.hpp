// The seams of one run that can be cut: in front of every USB transfer to the probe, every edge of a line and every
// write of the ledger lies a point. Between begin() and end() they are numbered from 1; an action can be bound to one.
//
//   CutSeams cut(seams);
//   cut.at(17, [&] { bench.break_wire(Breakage::power); });
//
// After kill() every call fails, which is as near to a process that was killed as one comes without one: nothing
// reaches a board any more. From the thread of the run only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/bench/open_bench.hpp"

namespace rigor::test {

class CutSeams {
 public:
  explicit CutSeams(const Seams& inner);
  CutSeams(const CutSeams&) = delete;
  CutSeams& operator=(const CutSeams&) = delete;
  ~CutSeams();

  [[nodiscard]] Seams seams();

  void begin() { counting_ = true; }
  void end() { counting_ = false; }
  void at(std::size_t point, std::function<void()> act);
  void kill() { dead_ = true; }

  // A point is reached: tells whether the call may go on. `what` names it: "usb", "line", "ledger".
  bool pass(const char* what);
  [[nodiscard]] const std::vector<std::string>& points() const { return points_; }

 private:
  class Host;
  class Lines;

  Seams inner_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<Lines> lines_;
  std::vector<std::string> points_;
  std::vector<std::pair<std::size_t, std::function<void()>>> acts_;
  bool counting_ = false;
  bool dead_ = false;
};

}  // namespace rigor::test
