// Where a strategy leaves the point that it wants tried, and what was tried so far.
//
// One thread at a time. The strategy awaits play(); whoever plays reads question() and calls answer().
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <vector>

#include "framework/search/problem.hpp"

namespace rigor::search {

struct Trial {
  Point x;  // as achieved
  bool passed = false;
  int stage = 1;
  std::size_t label = 0;   // index of the symptom; unknown symptoms get the next free one. Of a pass: unused
  std::size_t number = 0;  // from 0
  bool disowned = false;   // a pass that repeats have shown to be false
};

class TrialDesk {
 public:
  explicit TrialDesk(std::vector<std::string> symptoms) : symptoms_(std::move(symptoms)) {}

  // Awaited by the strategy: the trial of `x`.
  [[nodiscard]] auto play(Point x) {
    struct Played {
      TrialDesk& desk;
      Point x;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> waiting) {
        desk.question_ = std::move(x);
        desk.waiting_ = waiting;
      }
      Trial await_resume() const { return desk.trials_.back(); }
    };
    return Played{*this, std::move(x)};
  }

  [[nodiscard]] const std::optional<Point>& question() const { return question_; }
  // Ignored when nothing was asked. Coordinates that were achieved stand for those asked for, in number and finite.
  void answer(const Outcome& outcome);

  [[nodiscard]] const std::vector<Trial>& trials() const { return trials_; }
  [[nodiscard]] std::size_t label_count() const { return symptoms_.size(); }
  [[nodiscard]] const std::vector<std::string>& symptoms() const { return symptoms_; }
  void disown(std::size_t number) { trials_[number].disowned = true; }

 private:
  [[nodiscard]] std::size_t label_of(const std::string& symptom);

  std::vector<std::string> symptoms_;
  std::vector<Trial> trials_;
  std::optional<Point> question_;
  std::coroutine_handle<> waiting_;
};

}  // namespace rigor::search
