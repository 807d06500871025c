#include "framework/cli/oracle_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "framework/base/spawn_program.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kLongestLine = 1U << 20;

std::optional<double> number_or_nothing(const json& map, const char* key) {
  const auto found = map.find(key);
  return found == map.end() || found->is_null() ? std::nullopt : std::optional(found->get<double>());
}

// What was left out or is null is as usual.
template <typename T>
T value_or(const json& map, const char* key, T usual) {
  const auto found = map.find(key);
  return found == map.end() || found->is_null() ? usual : found->get<T>();
}

std::vector<double> numbers(const json& map, const char* key) {
  const auto found = map.find(key);
  if (found == map.end() || found->is_null()) return {};
  return found->is_array() ? found->get<std::vector<double>>() : std::vector<double>{found->get<double>()};
}

search::Task task_of(const json& map) {
  search::Task task;
  // A kind from another time is searched as the commonest one.
  task.kind = search::kind_of(value_or<std::string>(map, "kind", "edges")).value_or(search::TaskKind::edges);
  task.eps = numbers(map, "eps");
  if (const auto budget = number_or_nothing(map, "budget"); budget && *budget >= 1)
    task.budget = static_cast<std::uint32_t>(std::min(*budget, 1e6));
  task.must_exclude_width = numbers(map, "must_exclude_width");
  task.confidence = number_or_nothing(map, "confidence").value_or(task.confidence);
  task.assumed_flake = number_or_nothing(map, "assumed_flake").value_or(task.assumed_flake);
  return task;
}

// Throws json::exception where something is not what it should be.
search::Problem problem_of(const json& document) {
  search::Problem problem;
  for (const json& each : document.at("dims")) {
    search::Dimension dim;
    dim.name = each.at("name").get<std::string>();
    dim.unit = value_or(each, "unit", dim.unit);
    dim.lo = each.at("lo").get<double>();
    dim.hi = each.at("hi").get<double>();
    dim.anchor_stage = value_or(each, "anchor_stage", 1);
    problem.dims.push_back(std::move(dim));
  }
  if (const auto found = document.find("symptoms"); found != document.end() && !found->is_null())
    problem.symptoms = found->get<std::vector<std::string>>();
  if (const auto found = document.find("side_conditions"); found != document.end() && !found->is_null())
    for (const json& each : *found)
      problem.side_conditions.push_back(
          {each.at("coef").get<std::vector<double>>(), number_or_nothing(each, "lo"), number_or_nothing(each, "hi")});
  if (const auto found = document.find("task"); found != document.end() && !found->is_null())
    problem.task = task_of(*found);
  return problem;
}

search::Outcome outcome_of(const json& document) {
  search::Outcome outcome;
  outcome.passed = document.at("passed").get<bool>();
  outcome.stage = value_or(document, "stage", 1);
  if (const auto found = document.find("symptom"); found != document.end() && found->is_string())
    outcome.symptom = found->get<std::string>();
  if (const auto found = document.find("achieved"); found != document.end() && found->is_array())
    outcome.achieved = found->get<search::Point>();
  return outcome;
}

}  // namespace

OracleProgram::OracleProgram(pid_t child, FileDescriptor channel, std::string command, std::chrono::milliseconds limit)
    : child_(child), channel_(std::move(channel)), command_(std::move(command)), limit_(limit) {}

OracleProgram::OracleProgram(OracleProgram&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      channel_(std::move(other.channel_)),
      command_(std::move(other.command_)),
      limit_(other.limit_),
      received_(std::move(other.received_)) {}

// An oracle that ends by itself when its input does is given a moment to do so.
OracleProgram::~OracleProgram() {
  if (child_ < 0) return;
  ::shutdown(channel_.get(), SHUT_WR);
  int status = 0;
  for (int i = 0; i < 20; ++i) {
    if (::waitpid(child_, &status, WNOHANG) != 0) {
      ::kill(-child_, SIGKILL);
      return;
    }
    ::poll(nullptr, 0, 10);
  }
  ::kill(-child_, SIGKILL);
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
}

Result<OracleProgram> OracleProgram::start(const std::string& command, std::chrono::milliseconds limit) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(system_error("cannot make a channel to the oracle"));
  FileDescriptor ours(ends[0]);
  ProgramOutlet theirs;
  theirs.writing = FileDescriptor(ends[1]);
  theirs.input = FileDescriptor(::fcntl(ends[1], F_DUPFD_CLOEXEC, 0));
  theirs.errors_are_ours = true;
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  RIGOR_TRY(const pid_t child, spawn_program({"sh", "-c", command}, theirs));
  return OracleProgram(child, std::move(ours), command, limit);
}

Error OracleProgram::garbage(const std::string& what) const {
  return Error(Code::io_failed, fmt::format("the oracle '{}' does not keep to the protocol: {}", command_, what))
      .hint("one JSON document a line: first the problem, then an answer per trial; docs/search.md");
}

Error OracleProgram::ended() const {
  return Error(Code::io_failed, fmt::format("the oracle '{}' has ended before the search", command_))
      .hint("it answers until its input ends; run it by hand to see why it does not");
}

Result<void> OracleProgram::wait_for(short event, Steady::time_point until) const {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now()).count();
    if (left <= 0)
      return fail(
          Error(Code::time_limit, fmt::format("the oracle '{}' was silent for {} s", command_, limit_.count() / 1000))
              .hint("--limit SECONDS lets it take longer"));
    pollfd watched{channel_.get(), event, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::min<long>(left, 3'600'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(system_error("cannot wait for the oracle"));
  }
}

Result<void> OracleProgram::write_line(std::string line) {
  line += '\n';
  const auto until = Steady::now() + limit_;
  for (std::size_t done = 0; done < line.size();) {
    RIGOR_CHECK(wait_for(POLLOUT, until));
    const ssize_t count = ::send(channel_.get(), line.data() + done, line.size() - done, MSG_NOSIGNAL);
    if (count >= 0)
      done += static_cast<std::size_t>(count);
    else if (errno != EAGAIN && errno != EINTR)
      return fail(ended());
  }
  return {};
}

Result<json> OracleProgram::read_document() {
  const auto until = Steady::now() + limit_;
  std::array<char, 4096> chunk{};
  for (;;) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      const std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      json document = json::parse(line, nullptr, false);
      if (document.is_discarded() || !document.is_object())
        return fail(garbage(fmt::format("'{}' is no JSON object", line.substr(0, 200))));
      return document;
    }
    if (received_.size() > kLongestLine) return fail(garbage("a line without end"));
    RIGOR_CHECK(wait_for(POLLIN, until));
    const ssize_t count = ::read(channel_.get(), chunk.data(), chunk.size());
    if (count > 0)
      received_.append(chunk.data(), static_cast<std::size_t>(count));
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
      return fail(ended());
  }
}

Result<search::Problem> OracleProgram::problem() {
  RIGOR_TRY(const json document, read_document());
  try {
    search::Problem problem = problem_of(document);
    if (const auto settled = search::settle(problem); !settled) return fail(garbage(settled.error().message()));
    return problem;
  } catch (const json::exception& error) {
    return fail(garbage(fmt::format("the problem, {}", error.what())));
  }
}

Result<search::Outcome> OracleProgram::trial(const search::Point& point) {
  RIGOR_CHECK(write_line(json{{"x", point}}.dump()));
  RIGOR_TRY(const json document, read_document());
  try {
    return outcome_of(document);
  } catch (const json::exception& error) {
    return fail(garbage(fmt::format("an answer, {}", error.what())));
  }
}

}  // namespace rigor::cli
