#include "framework/store/sqlite.hpp"

#include <fmt/format.h>

namespace rigor::sqlite {

Error failure(int code, std::string_view path, std::string_view words) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return Error(Code::io_failed, fmt::format("the disk of {} is full", path))
          .hint("make room; what was recorded before is unharmed");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return Error(Code::io_failed, fmt::format("cannot write {}: {}", path, words))
          .hint("the file and its directory must be writable: SQLite keeps its journal beside the file");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Code::io_failed, fmt::format("{} is held by another process for too long", path))
          .hint("see who has it open with: fuser FILE");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(Code::file_invalid, fmt::format("{} is damaged or no results database: {}", path, words))
          .hint("move it away and start a new one; `sqlite3 FILE .recover` saves what can be saved");
    case SQLITE_CONSTRAINT:
      return Error(Code::usage, fmt::format("{} has this record already, or lacks its run: {}", path, words));
    default:
      return Error(Code::io_failed, fmt::format("{}: {} (SQLite code {})", path, words, code));
  }
}

void Statement::bound(int code) {
  ++next_;
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

Statement& Statement::text(std::string_view value) {
  // A null pointer would bind NULL instead of an empty text.
  const char* data = value.data() == nullptr ? "" : value.data();
  bound(sqlite3_bind_text64(statement_.get(), next_, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::number(std::int64_t value) {
  bound(sqlite3_bind_int64(statement_.get(), next_, value));
  return *this;
}

Statement& Statement::real(double value) {
  bound(sqlite3_bind_double(statement_.get(), next_, value));
  return *this;
}

Statement& Statement::null() {
  bound(sqlite3_bind_null(statement_.get(), next_));
  return *this;
}

Result<bool> Statement::step() {
  const int code = bind_code_ != SQLITE_OK ? bind_code_ : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(failure(code, path_, sqlite3_errmsg(sqlite3_db_handle(statement_.get()))));
}

Result<void> Statement::run() {
  const Result<bool> done = step();
  reset();
  if (!done) return fail(done.error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  next_ = 1;
  bind_code_ = SQLITE_OK;
}

std::string Statement::text_at(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return std::string(text, text + size);
}

std::int64_t Statement::number_at(int column) const { return sqlite3_column_int64(statement_.get(), column); }
double Statement::real_at(int column) const { return sqlite3_column_double(statement_.get(), column); }
bool Statement::null_at(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

Result<Connection> Connection::open(const std::filesystem::path& path, bool read_only,
                                    std::chrono::milliseconds busy_limit) {
  Connection connection;
  connection.path_ = path.string();
  sqlite3* handle = nullptr;
  const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_FULLMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  connection.handle_.reset(handle);
  if (code != SQLITE_OK)
    return fail(failure(code, connection.path_, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code)));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_limit.count()));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return fail(failure(code, path_, sqlite3_errmsg(handle_.get())));
  return Statement(path_, statement);
}

Result<void> Connection::execute(const char* sql) const {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(failure(code, path_, sqlite3_errmsg(handle_.get())));
  return {};
}

Result<std::int64_t> Connection::number(std::string_view sql) const {
  RIGOR_TRY(Statement statement, prepare(sql));
  RIGOR_TRY(const bool row, statement.step());
  return row ? statement.number_at(0) : 0;
}

Result<Transaction> Transaction::begin(const Connection& connection) {
  // IMMEDIATE: the wait for other writers happens here, before anything was done.
  RIGOR_CHECK(connection.execute("BEGIN IMMEDIATE"));
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_ != nullptr) static_cast<void>(connection_->execute("ROLLBACK"));
}

Result<void> Transaction::commit() {
  RIGOR_CHECK(connection_->execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace rigor::sqlite
