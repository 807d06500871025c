#include "framework/store/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>

#include "framework/store/database.hpp"
#include "framework/store/record_json.hpp"
#include "framework/store/schema.hpp"

namespace rigor {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;

// SQLite would create the file for everybody to read.
Result<void> create_private(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(Error(Code::io_failed,
                      fmt::format("cannot create {}: {}", path.string(), std::generic_category().message(errno)))
                    .hint("the directory must exist and be writable"));
  ::close(file);
  return {};
}

Result<void> check_schema(const Connection& connection) {
  RIGOR_TRY(const std::int64_t application, connection.number("PRAGMA application_id"));
  RIGOR_TRY(const std::int64_t version, connection.number("PRAGMA user_version"));
  if (application != kResultsApplicationId)
    return fail(Error(Code::file_invalid, fmt::format("{} is a database of another program", connection.path()))
                    .hint("name another file"));
  if (version > Store::kSchemaVersion)
    return fail(Error(Code::file_invalid, fmt::format("{} has schema {}; this rigor knows schema {}", connection.path(),
                                                      version, Store::kSchemaVersion))
                    .hint("use the newer rigor that wrote it, or another --out"));
  return {};
}

Result<void> create_schema(const Connection& connection) {
  RIGOR_TRY(Transaction transaction, Transaction::begin(connection));
  RIGOR_TRY(const std::int64_t tables, connection.number("SELECT count(*) FROM sqlite_schema"));
  RIGOR_TRY(const std::int64_t application, connection.number("PRAGMA application_id"));
  if (tables != 0 || application != 0) return check_schema(connection);
  RIGOR_CHECK(connection.execute(kResultsSchema));
  RIGOR_CHECK(connection.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kResultsApplicationId, Store::kSchemaVersion)
          .c_str()));
  return transaction.commit();
}

Result<void> insert_bench(const Connection& connection, std::string_view run_id, const BenchRecord& bench) {
  RIGOR_TRY(
      Statement insert,
      connection.prepare("INSERT INTO benches VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (run_id, name) DO UPDATE SET "
                         "board = excluded.board, chip = excluded.chip, uid = excluded.uid, "
                         "probe_model = excluded.probe_model, probe_firmware = excluded.probe_firmware, "
                         "probe_serial = excluded.probe_serial, probe_path = excluded.probe_path, "
                         "virtual = excluded.virtual"));
  insert.text(run_id).text(bench.name).text(bench.board).text(bench.chip).text(bench.uid);
  insert.text(bench.probe_model).text(bench.probe_firmware).text(bench.probe_serial).text(bench.probe_path);
  return insert.number(bench.virtual_bench ? 1 : 0).run();
}

Result<void> insert_steps(const Connection& connection, std::int64_t test, const std::vector<StepRecord>& steps) {
  RIGOR_TRY(Statement insert, connection.prepare("INSERT INTO steps VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"));
  std::int64_t position = 0;
  for (const StepRecord& step : steps) {
    insert.number(test).number(position++).number(step.index).text(step.verb).text(step.parameters).text(step.effect);
    insert.text(verdict_name(step.verdict)).text(step.reason).text(step.message).text(json_line(Json(step.evidence)));
    insert.number(step.started.time_since_epoch().count()).number(step.ended.time_since_epoch().count());
    RIGOR_CHECK(insert.run());
  }
  return {};
}

Result<std::int64_t> insert_test(const Connection& connection, std::string_view run_id, const TestRecord& test) {
  RIGOR_TRY(Statement insert, connection.prepare("INSERT INTO tests VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  insert.text(run_id).text(test.suite).text(test.test).text(test.bench).number(test.repeat).number(test.attempt);
  insert.text(verdict_name(test.verdict)).text(test.reason).text(test.message).text(test.hint);
  insert.text(test.started_at).number(test.started.time_since_epoch().count());
  insert.number(test.duration.count()).number(test.wall_duration.count()).text(test.trace);
  RIGOR_CHECK(insert.run());
  return connection.last_row();
}

Result<void> insert_details(const Connection& connection, std::int64_t id, const TestRecord& test) {
  RIGOR_CHECK(insert_steps(connection, id, test.steps));
  RIGOR_TRY(Statement metric, connection.prepare("INSERT INTO metrics VALUES (?,?,?)"));
  for (const auto& [name, value] : test.metrics) RIGOR_CHECK(metric.number(id).text(name).real(value).run());
  if (test.timeline.empty() && test.timeline_dropped == 0) return {};
  RIGOR_TRY(Statement timeline, connection.prepare("INSERT INTO timelines VALUES (?,?,?)"));
  timeline.number(id).number(static_cast<std::int64_t>(test.timeline_dropped));
  return timeline.text(json_line(timeline_json(test.timeline))).run();
}

}  // namespace

Store::Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::filesystem::path& path, Options options) {
  if (options.read_only && !std::filesystem::exists(path))
    return fail(Error(Code::file_unreadable, fmt::format("there is no results database {}", path.string()))
                    .hint("it lies in the --out directory of a run"));
  if (!options.read_only) RIGOR_CHECK(create_private(path));
  RIGOR_TRY(Connection connection, Connection::open(path, options.read_only, options.busy_limit));
  // One file with a rollback journal, not WAL: the database is an artefact that people copy, also from a read-only or
  // network directory. EXTRA also flushes the directory after the journal is gone, so a commit survives a power cut.
  RIGOR_CHECK(connection.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF"));
  RIGOR_CHECK(options.read_only ? check_schema(connection) : create_schema(connection));
  return Store(std::unique_ptr<Database>(new Database{.connection = std::move(connection), .mutex = {}}));
}

Result<void> Store::begin_run(const RunRecord& run) {
  const std::scoped_lock lock(database_->mutex);
  const Connection& connection = database_->connection;
  RIGOR_TRY(Transaction transaction, Transaction::begin(connection));
  RIGOR_TRY(Statement insert, connection.prepare("INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?)"));
  insert.text(run.id).text(run.started_at).text(run.ended_at).text(run.rig).text(json_line(Json(run.argv)));
  insert.text(std::to_string(run.seed)).text(json_line(Json(run.versions))).text(run.host);
  RIGOR_CHECK((run.exit_code ? insert.number(*run.exit_code) : insert.null()).run());
  for (const BenchRecord& bench : run.benches) RIGOR_CHECK(insert_bench(connection, run.id, bench));
  return transaction.commit();
}

Result<void> Store::record_bench(std::string_view run_id, const BenchRecord& bench) {
  const std::scoped_lock lock(database_->mutex);
  RIGOR_TRY(Transaction transaction, Transaction::begin(database_->connection));
  RIGOR_CHECK(insert_bench(database_->connection, run_id, bench));
  return transaction.commit();
}

Result<void> Store::record_test(std::string_view run_id, const TestRecord& test) {
  return record_tests(run_id, std::span(&test, 1));
}

Result<void> Store::record_tests(std::string_view run_id, std::span<const TestRecord> tests) {
  const std::scoped_lock lock(database_->mutex);
  RIGOR_TRY(Transaction transaction, Transaction::begin(database_->connection));
  for (const TestRecord& test : tests) {
    RIGOR_TRY(const std::int64_t id, insert_test(database_->connection, run_id, test));
    RIGOR_CHECK(insert_details(database_->connection, id, test));
  }
  return transaction.commit();
}

Result<void> Store::end_run(std::string_view run_id, std::string_view ended_at, int exit_code) {
  const std::scoped_lock lock(database_->mutex);
  RIGOR_TRY(Transaction transaction, Transaction::begin(database_->connection));
  RIGOR_TRY(Statement update,
            database_->connection.prepare("UPDATE runs SET ended_at = ?, exit_code = ? WHERE id = ?"));
  RIGOR_CHECK(update.text(ended_at).number(exit_code).text(run_id).run());
  if (database_->connection.changed_rows() == 0)
    return fail(Code::name_unknown, fmt::format("{} has no run '{}'", database_->connection.path(), run_id));
  return transaction.commit();
}

}  // namespace rigor
