#include "framework/base/enrolled_thread.hpp"

#include <latch>
#include <utility>

namespace rigor {

std::thread start_enrolled(Clock& clock, std::string name, std::function<void()> run) {
  std::latch ready(1);
  std::thread thread([&clock, &ready, name = std::move(name), run = std::move(run)] {
    const std::unique_ptr<Actor> actor = clock.enroll(name);
    ready.count_down();
    run();
  });
  ready.wait();
  return thread;
}

}  // namespace rigor
