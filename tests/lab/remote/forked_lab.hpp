// A lab in a process of its own, as a keeper has it, and processes that are its workers.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "fixtures/remote/remote_lab.hpp"
#include "fixtures/remote/server.hpp"

namespace rigor::remote {

// Lines of rigs/virtual.yaml.
inline const LineName kPower{"lab", "weact-relay/power"};
inline const LineName kNrst{"lab", "weact-relay/nrst"};

// A child process that runs `body` and nothing of the test; killed and waited for by the destructor.
class Child {
 public:
  explicit Child(const std::function<void()>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill(); }
  void kill();
  // Until it has stopped itself, and then SIGCONT.
  void await_stop() const;
  void go_on() const;
  // Its exit code, when it has ended by itself.
  [[nodiscard]] int await();

 private:
  int process_ = -1;
};

// The lab of rigs/virtual.yaml in a child, and a hand that reaches into it from outside of the seams. Make it while the
// process has one thread.
class ForkedLab {
 public:
  explicit ForkedLab(ServerSettings settings = {});
  ~ForkedLab();
  ForkedLab(const ForkedLab&) = delete;
  ForkedLab& operator=(const ForkedLab&) = delete;

  // "unplug BENCH", "plug BENCH", "stall BENCH", "volts BENCH", "nrst BENCH" (high: "1"), "transfers BENCH", "print
  // TEXT" and "received" for the console of weact-relay, "workers".
  [[nodiscard]] std::string tell(const std::string& command) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::unique_ptr<RemoteLab> connect() const;
  // As a crash would end it.
  void kill();

 private:
  std::filesystem::path directory_;
  std::filesystem::path path_;
  Socket control_;
  std::unique_ptr<Child> keeper_;
};

}  // namespace rigor::remote
