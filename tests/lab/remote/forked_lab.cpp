#include "tests/lab/remote/forked_lab.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tests/lab/remote/served_lab.hpp"

namespace rigor::remote {
namespace {

std::string receive(const Socket& socket) {
  std::array<char, 1024> text{};
  const ssize_t got = ::recv(socket.descriptor(), text.data(), text.size(), 0);
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : std::string();
}

void say(const Socket& socket, const std::string& text) {
  EXPECT_EQ(::send(socket.descriptor(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

// Every answer is one word more than needed, so that none is empty.
class Hand {
 public:
  Hand(lab::Lab& lab, Server& server) : lab_(lab), server_(server) {
    lab_.console("weact-relay")->attach([this](ByteView bytes) {
      const std::lock_guard lock(mutex_);
      received_.append(bytes.begin(), bytes.end());
    });
  }

  std::string obey(const std::string& command) {
    const std::size_t space = command.find(' ');
    const std::string verb = command.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : command.substr(space + 1);
    if (verb == "workers") return "=" + std::to_string(server_.workers());
    if (verb == "print") lab_.console("weact-relay")->print(Bytes(rest.begin(), rest.end()));
    if (verb == "received") {
      const std::lock_guard lock(mutex_);
      return "=" + std::exchange(received_, {});
    }
    if (lab::LabBench* bench = lab_.bench(rest); bench != nullptr) return "=" + touch(*bench, verb);
    return "=";
  }

 private:
  static std::string touch(lab::LabBench& bench, const std::string& verb) {
    if (verb == "unplug") bench.usb().unplug();
    if (verb == "plug") bench.usb().plug();
    if (verb == "transfers") return std::to_string(bench.usb().traffic().transfers());
    const std::lock_guard lock(bench.bench());
    if (verb == "stall") bench.usb().firmware().stall();
    if (verb == "volts") return bench.supply().volts() > 1.0 ? "1" : "0";
    if (verb == "nrst") return bench.nrst().high() ? "1" : "0";
    return "";
  }

  lab::Lab& lab_;
  Server& server_;
  std::mutex mutex_;
  std::string received_;
};

void keep(const std::filesystem::path& path, const Socket& control) {
  KeptContractLab kept;
  auto server = Server::listen(path, seams_of(*kept.lab));
  if (!server) return say(control, server.error().describe());
  Hand hand(*kept.lab, **server);
  say(control, "ready");
  for (std::string command = receive(control); !command.empty(); command = receive(control))
    say(control, hand.obey(command));
  server->reset();
}

}  // namespace

Child::Child(const std::function<void()>& body) : process_(::fork()) {
  if (process_ != 0) return;
  body();
  ::_exit(0);
}

void Child::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(std::exchange(process_, -1), nullptr, 0);
}

ForkedLab::ForkedLab() {
  std::string name = (std::filesystem::temp_directory_path() / "rigor-remote-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  directory_ = name;
  path_ = directory_ / "keeper.sock";
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
  control_ = Socket(ends[0]);
  const Socket theirs(ends[1]);
  keeper_ = std::make_unique<Child>([&] {
    control_ = Socket();
    keep(path_, theirs);
  });
  EXPECT_EQ(receive(control_), "ready");
}

ForkedLab::~ForkedLab() {
  keeper_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void ForkedLab::kill() { keeper_->kill(); }

std::string ForkedLab::tell(const std::string& command) const {
  say(control_, command);
  const std::string answer = receive(control_);
  return answer.empty() ? "the keeper is gone" : answer.substr(1);
}

std::unique_ptr<RemoteLab> ForkedLab::connect() const {
  auto worker = RemoteLab::connect(path_);
  EXPECT_TRUE(worker) << worker.error().describe();
  return worker ? *std::move(worker) : nullptr;
}

}  // namespace rigor::remote
