#include "tests/benchmarks/programming/kept_rig.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace rigor::benchmarks {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kStartLimit = 30s;

pid_t start_keeper(const fs::path& rig, const fs::path& socket) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::execl(RIGOR_LAB_PROGRAM, RIGOR_LAB_PROGRAM, "keep", rig.c_str(), "--socket", socket.c_str(), "--longest-run",
          "60000", nullptr);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<KeptRig>> KeptRig::start(const fs::path& rig) {
  std::string directory = (fs::temp_directory_path() / "rigor-programming-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) return fail(Code::io_failed, "no directory for the keeper's socket");
  const fs::path socket = fs::path(directory) / "lab";
  std::unique_ptr<KeptRig> kept(new KeptRig(start_keeper(rig, socket), directory));
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  for (;;) {
    auto lab = remote::RemoteLab::connect(socket);
    if (lab) {
      kept->lab_ = std::move(*lab);
      return kept;
    }
    if (::waitpid(kept->keeper_, nullptr, WNOHANG) != 0) {
      kept->keeper_ = -1;
      return fail(Code::io_failed, "the keeper has ended");
    }
    if (std::chrono::steady_clock::now() > deadline) return fail(std::move(lab).error());
    std::this_thread::sleep_for(20ms);
  }
}

KeptRig::~KeptRig() {
  lab_.reset();
  if (keeper_ > 0) {
    ::kill(keeper_, SIGTERM);
    ::waitpid(keeper_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

}  // namespace rigor::benchmarks
