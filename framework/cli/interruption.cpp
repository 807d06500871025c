#include "framework/cli/interruption.hpp"

#include <unistd.h>
#include <csignal>

namespace rigor::cli {
namespace {

constexpr int kWake = SIGUSR2;  // tells the watcher that it is time to go

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, kWake}) sigaddset(&set, signal);
  // Started by nohup, the program is to outlive its terminal; a blocked signal would arrive although it is ignored.
  struct sigaction hangup{};
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void block_interrupting_signals() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::ignore = std::signal(signal, SIG_IGN);
}

Interruption::Interruption(Clock& clock)
    : clock_(clock), thread_([this](const std::stop_token& stop) { watch(stop); }) {}

Interruption::~Interruption() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), kWake);
}

void Interruption::watch(const std::stop_token& stop) {
  const sigset_t set = watched_signals();
  while (!stop.stop_requested()) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0 || signal == kWake) continue;
    if (requested_.exchange(true)) _exit(128 + signal);
    constexpr char kSaid[] = "\ninterrupted: bringing the benches into their safe state (again: stop at once)\n";
    std::ignore = write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
    clock_.interrupt();
  }
}

}  // namespace rigor::cli
