// A strategy written as it is thought - try, look, go on - that stops wherever it wants a trial.
//
//   Routine<double> halve(TrialDesk& desk) { const Trial trial = co_await desk.play({3.0}); co_return trial.x[0] / 2; }
//
// A Routine runs when somebody awaits it (or start()s it), and belongs to one thread at a time. Destroying it ends it
// wherever it stands.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace rigor::search {

namespace detail {

struct RoutinePromise {
  std::coroutine_handle<> awaiting;

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  // Goes on with whoever waited for this one.
  struct Return {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      return ended.promise().awaiting ? ended.promise().awaiting : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] Return final_suspend() const noexcept { return {}; }
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

template <typename T>
struct ValuePromise : RoutinePromise {
  std::optional<T> value;
  void return_value(T result) { value = std::move(result); }
  T take() { return std::move(*value); }
};

template <>
struct ValuePromise<void> : RoutinePromise {
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

template <typename T = void>
class [[nodiscard]] Routine {
 public:
  struct promise_type : detail::ValuePromise<T> {
    Routine get_return_object() { return Routine(std::coroutine_handle<promise_type>::from_promise(*this)); }
  };

  Routine(Routine&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Routine& operator=(Routine&&) = delete;
  ~Routine() {
    if (handle_) handle_.destroy();
  }

  void start() { handle_.resume(); }
  [[nodiscard]] bool done() const { return handle_.done(); }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
    handle_.promise().awaiting = waiting;
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  explicit Routine(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace rigor::search
