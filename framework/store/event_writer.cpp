#include "framework/store/event_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>

#include "framework/store/record_json.hpp"

namespace rigor {
namespace {

Json key_json(const TestKey& key) {
  return {
      {"suite", key.suite}, {"test", key.test}, {"bench", key.bench}, {"repeat", key.repeat}, {"attempt", key.attempt}};
}

}  // namespace

struct EventWriter::File {
  int descriptor = -1;
  std::string path;
  WallClock wall;
  std::string run;
  std::mutex mutex;

  File(int open_descriptor, std::string name, WallClock clock)
      : descriptor(open_descriptor), path(std::move(name)), wall(std::move(clock)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(descriptor); }

  std::unexpected<Error> failed() const {
    return fail(Error(Code::io_failed, fmt::format("cannot write {}: {}", path, std::generic_category().message(errno)))
                    .hint("results.db still holds every test that ended"));
  }

  Result<void> write(std::string_view event, const Json& fields, bool flush) {
    const std::scoped_lock lock(mutex);
    Json document = {{"event", event}, {"run", run}, {"at", utc_text(wall())}};
    document.update(fields);
    const std::string line = json_line(document) + "\n";
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed();
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    // EINVAL: a pipe or a terminal, which has nothing to flush.
    if (flush && ::fdatasync(descriptor) != 0 && errno != EINVAL && errno != EROFS) return failed();
    return {};
  }
};

EventWriter::EventWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}
EventWriter::EventWriter(EventWriter&&) noexcept = default;
EventWriter& EventWriter::operator=(EventWriter&&) noexcept = default;
EventWriter::~EventWriter() = default;

Result<EventWriter> EventWriter::open(const std::filesystem::path& path, WallClock wall) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(Error(Code::io_failed,
                      fmt::format("cannot create {}: {}", path.string(), std::generic_category().message(errno)))
                    .hint("the directory must exist and be writable"));
  return EventWriter(std::make_unique<File>(descriptor, path.string(), std::move(wall)));
}

Result<void> EventWriter::run_started(const RunRecord& run) {
  {
    const std::scoped_lock lock(file_->mutex);
    file_->run = run.id;
  }
  Json fields = run_head_json(run);
  for (const char* later : {"run", "ended_at", "exit"}) fields.erase(later);
  fields["benches"] = Json::array();
  for (const BenchRecord& bench : run.benches) fields["benches"].push_back(bench_json(bench));
  return file_->write("run-started", fields, true);
}

Result<void> EventWriter::test_started(const TestKey& key) {
  return file_->write("test-started", key_json(key), false);
}

Result<void> EventWriter::step_ended(const TestKey& key, const StepRecord& step) {
  Json fields = key_json(key);
  fields.update(step_json(step));
  return file_->write("step", fields, false);
}

Result<void> EventWriter::test_ended(const TestRecord& test) {
  return file_->write("test-ended", test_json(test), true);
}

Result<void> EventWriter::test_left_out(const TestRecord& test) {
  return file_->write("test-ended", test_json(test), false);
}

Result<void> EventWriter::run_ended(int exit_code, const Tally& counts) {
  Json fields = {{"exit", exit_code}, {"tests", counts.total}, {"flaky", counts.flaky}};
  for (const Verdict verdict : kVerdicts) fields[std::string(verdict_name(verdict))] = counts.of(verdict);
  return file_->write("run-ended", fields, true);
}

}  // namespace rigor
