// Reading runs back from the results database.
#include <fmt/format.h>

#include "framework/store/database.hpp"
#include "framework/store/record_json.hpp"
#include "framework/store/store.hpp"

namespace rigor {
namespace {

using sqlite::Connection;
using sqlite::Statement;

std::unexpected<Error> damaged(const Connection& connection, std::string_view what) {
  return fail(Code::file_invalid, fmt::format("{} is damaged: {}", connection.path(), what));
}

Result<Json> parsed(const Connection& connection, const std::string& text, std::string_view what) {
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return damaged(connection, what);
  return document;
}

Result<std::vector<std::string>> texts(const Connection& connection, const std::string& text, std::string_view what) {
  RIGOR_TRY(const Json list, parsed(connection, text, what));
  std::vector<std::string> values;
  for (const Json& item : list) {
    if (!item.is_string()) return damaged(connection, what);
    values.push_back(item.get<std::string>());
  }
  return values;
}

Result<std::string> resolve(const Connection& connection, std::string_view id) {
  const bool latest = id == "latest";
  RIGOR_TRY(Statement find,
            connection.prepare(latest ? "SELECT id FROM runs ORDER BY started_at DESC, rowid DESC LIMIT 1"
                                      : "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 "
                                        "ORDER BY id = ?1 DESC, id LIMIT 2"));
  if (!latest) find.text(id);
  RIGOR_TRY(const bool any, find.step());
  if (!any)
    return fail(Error(Code::name_unknown, fmt::format("{} has no run '{}'", connection.path(), id))
                    .hint("the newest is called: latest"));
  const std::string first = find.text_at(0);
  if (latest || first == id) return first;
  RIGOR_TRY(const bool second, find.step());
  if (second)
    return fail(Code::name_unknown,
                fmt::format("'{}' is the beginning of several runs: {}, {}, ...", id, first, find.text_at(0)));
  return first;
}

Result<RunRecord> load_head(const Connection& connection, const std::string& id) {
  RIGOR_TRY(Statement query, connection.prepare("SELECT id, started_at, ended_at, rig, argv, seed, versions, host, "
                                                "exit_code FROM runs WHERE id = ?"));
  RIGOR_TRY(const bool found, query.text(id).step());
  if (!found) return damaged(connection, "the run vanished");
  RunRecord run;
  run.id = query.text_at(0);
  run.started_at = query.text_at(1);
  run.ended_at = query.text_at(2);
  run.rig = query.text_at(3);
  RIGOR_TRY(run.argv, texts(connection, query.text_at(4), "arguments of a run"));
  run.seed = std::strtoull(query.text_at(5).c_str(), nullptr, 10);
  RIGOR_TRY(const Json versions, parsed(connection, query.text_at(6), "versions of a run"));
  for (const auto& [name, version] : versions.items())
    if (version.is_string()) run.versions[name] = version.get<std::string>();
  run.host = query.text_at(7);
  if (!query.null_at(8)) run.exit_code = static_cast<int>(query.number_at(8));
  return run;
}

Result<void> load_benches(const Connection& connection, RunRecord& run) {
  RIGOR_TRY(Statement query,
            connection.prepare("SELECT name, board, chip, uid, probe_model, probe_firmware, probe_serial, probe_path, "
                               "virtual FROM benches WHERE run_id = ? ORDER BY rowid"));
  query.text(run.id);
  for (;;) {
    RIGOR_TRY(const bool row, query.step());
    if (!row) return {};
    run.benches.push_back({query.text_at(0), query.text_at(1), query.text_at(2), query.text_at(3), query.text_at(4),
                           query.text_at(5), query.text_at(6), query.text_at(7), query.number_at(8) != 0});
  }
}

Result<Verdict> verdict_of(const Connection& connection, const std::string& word) {
  const auto verdict = verdict_from(word);
  if (!verdict) return damaged(connection, fmt::format("verdict '{}'", word));
  return *verdict;
}

Result<void> load_steps(const Connection& connection, std::int64_t id, TestRecord& test) {
  RIGOR_TRY(Statement query, connection.prepare("SELECT step, verb, parameters, effect, verdict, reason, message, "
                                                "evidence, started_ns, ended_ns FROM steps WHERE test_id = ? "
                                                "ORDER BY position"));
  query.number(id);
  for (;;) {
    RIGOR_TRY(const bool row, query.step());
    if (!row) return {};
    StepRecord step;
    step.index = static_cast<unsigned>(query.number_at(0));
    step.verb = query.text_at(1);
    step.parameters = query.text_at(2);
    step.effect = query.text_at(3);
    RIGOR_TRY(step.verdict, verdict_of(connection, query.text_at(4)));
    step.reason = query.text_at(5);
    step.message = query.text_at(6);
    RIGOR_TRY(step.evidence, texts(connection, query.text_at(7), "evidence of a step"));
    step.started = TimePoint(Duration(query.number_at(8)));
    step.ended = TimePoint(Duration(query.number_at(9)));
    test.steps.push_back(std::move(step));
  }
}

Result<void> load_metrics(const Connection& connection, std::int64_t id, TestRecord& test) {
  RIGOR_TRY(Statement query, connection.prepare("SELECT name, value FROM metrics WHERE test_id = ?"));
  query.number(id);
  for (;;) {
    RIGOR_TRY(const bool row, query.step());
    if (!row) return {};
    test.metrics[query.text_at(0)] = query.real_at(1);
  }
}

Result<void> load_timeline(const Connection& connection, std::int64_t id, std::size_t limit, TestRecord& test) {
  RIGOR_TRY(Statement query, connection.prepare("SELECT dropped, records FROM timelines WHERE test_id = ?"));
  RIGOR_TRY(const bool row, query.number(id).step());
  if (!row) return {};
  test.timeline_dropped = static_cast<std::size_t>(query.number_at(0));
  auto records = timeline_from(query.text_at(1), limit, test.timeline_dropped);
  if (!records) return damaged(connection, fmt::format("timeline of test {}", test_name(test)));
  test.timeline = *std::move(records);
  return {};
}

Result<void> load_tests(const Connection& connection, std::size_t timeline_limit, RunRecord& run) {
  RIGOR_TRY(Statement query,
            connection.prepare("SELECT id, suite, test, bench, repeat, attempt, verdict, reason, message, hint, "
                               "started_at, started_ns, duration_ns, wall_ns, trace FROM tests WHERE run_id = ? "
                               "ORDER BY id"));
  query.text(run.id);
  for (;;) {
    RIGOR_TRY(const bool row, query.step());
    if (!row) return {};
    TestRecord test;
    const std::int64_t id = query.number_at(0);
    test.suite = query.text_at(1);
    test.test = query.text_at(2);
    test.bench = query.text_at(3);
    test.repeat = static_cast<unsigned>(query.number_at(4));
    test.attempt = static_cast<unsigned>(query.number_at(5));
    RIGOR_TRY(test.verdict, verdict_of(connection, query.text_at(6)));
    test.reason = query.text_at(7);
    test.message = query.text_at(8);
    test.hint = query.text_at(9);
    test.started_at = query.text_at(10);
    test.started = TimePoint(Duration(query.number_at(11)));
    test.duration = Duration(query.number_at(12));
    test.wall_duration = Duration(query.number_at(13));
    test.trace = query.text_at(14);
    RIGOR_CHECK(load_steps(connection, id, test));
    RIGOR_CHECK(load_metrics(connection, id, test));
    RIGOR_CHECK(load_timeline(connection, id, timeline_limit, test));
    run.tests.push_back(std::move(test));
  }
}

}  // namespace

Result<RunRecord> Store::load_run(std::string_view id, LoadOptions options) const {
  const std::scoped_lock lock(database_->mutex);
  const Connection& connection = database_->connection;
  RIGOR_TRY(const std::string whole, resolve(connection, id));
  RIGOR_TRY(RunRecord run, load_head(connection, whole));
  RIGOR_CHECK(load_benches(connection, run));
  RIGOR_CHECK(load_tests(connection, options.timeline_limit, run));
  return run;
}

Result<std::vector<Store::RunSummary>> Store::list_runs(std::size_t limit) const {
  const std::scoped_lock lock(database_->mutex);
  const Connection& connection = database_->connection;
  RIGOR_TRY(Statement query, connection.prepare("SELECT id, started_at, ended_at, rig, seed, exit_code FROM runs "
                                                "ORDER BY started_at DESC, rowid DESC LIMIT ?"));
  // Every attempt counts here: a summary hides none.
  RIGOR_TRY(Statement counts,
            connection.prepare("SELECT verdict, count(*) FROM tests WHERE run_id = ? GROUP BY verdict"));
  query.number(static_cast<std::int64_t>(limit));
  std::vector<RunSummary> runs;
  for (;;) {
    RIGOR_TRY(const bool row, query.step());
    if (!row) return runs;
    RunSummary& run = runs.emplace_back();
    run.id = query.text_at(0);
    run.started_at = query.text_at(1);
    run.ended_at = query.text_at(2);
    run.rig = query.text_at(3);
    run.seed = std::strtoull(query.text_at(4).c_str(), nullptr, 10);
    if (!query.null_at(5)) run.exit_code = static_cast<int>(query.number_at(5));
    counts.text(run.id);
    for (;;) {
      RIGOR_TRY(const bool more, counts.step());
      if (!more) break;
      RIGOR_TRY(const Verdict verdict, verdict_of(connection, counts.text_at(0)));
      run.by_verdict[verdict] = static_cast<unsigned>(counts.number_at(1));
    }
    counts.reset();
  }
}

}  // namespace rigor
