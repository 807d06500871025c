// The tables of results.db (docs/formats/results-db.md).
#pragma once

namespace rigor {

// "RIGR", in the file's header: tells our databases from others'.
inline constexpr int kResultsApplicationId = 0x52494752;

inline constexpr const char* kResultsSchema = R"sql(
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  rig TEXT NOT NULL,
  argv TEXT NOT NULL,
  seed TEXT NOT NULL,
  versions TEXT NOT NULL,
  host TEXT NOT NULL,
  exit_code INTEGER
) STRICT;

CREATE TABLE benches (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  board TEXT NOT NULL,
  chip TEXT NOT NULL,
  uid TEXT NOT NULL,
  probe_model TEXT NOT NULL,
  probe_firmware TEXT NOT NULL,
  probe_serial TEXT NOT NULL,
  probe_path TEXT NOT NULL,
  virtual INTEGER NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT;

CREATE TABLE tests (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  suite TEXT NOT NULL,
  test TEXT NOT NULL,
  bench TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  verdict TEXT NOT NULL
    CHECK (verdict IN ('pass', 'fail', 'refused', 'error', 'timeout', 'skipped', 'aborted')),
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  hint TEXT NOT NULL,
  started_at TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  duration_ns INTEGER NOT NULL,
  wall_ns INTEGER NOT NULL,
  trace TEXT NOT NULL,
  UNIQUE (run_id, suite, test, bench, repeat, attempt)
) STRICT;
CREATE INDEX tests_by_bench ON tests (bench, started_at);
CREATE INDEX tests_by_name ON tests (suite, test, started_at);

CREATE TABLE steps (
  test_id INTEGER NOT NULL REFERENCES tests(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  step INTEGER NOT NULL,
  verb TEXT NOT NULL,
  parameters TEXT NOT NULL,
  effect TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  evidence TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  ended_ns INTEGER NOT NULL,
  PRIMARY KEY (test_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
  test_id INTEGER NOT NULL REFERENCES tests(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (test_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE timelines (
  test_id INTEGER PRIMARY KEY REFERENCES tests(id) ON DELETE CASCADE,
  dropped INTEGER NOT NULL,
  records TEXT NOT NULL
) STRICT;
)sql";

}  // namespace rigor
