// SQLite's handles with owners, and its result codes as errors that say what to do. Used inside the store only.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "framework/base/result.hpp"

namespace rigor::sqlite {

// One statement; parameters are bound in order, columns are read by number from 0.
class Statement {
 public:
  Statement& text(std::string_view value);
  Statement& number(std::int64_t value);
  Statement& real(double value);
  Statement& null();

  // True when there is a row to read.
  [[nodiscard]] Result<bool> step();
  // Runs it to its end, ready to be bound again.
  [[nodiscard]] Result<void> run();
  // Forgets rows and parameters.
  void reset();

  [[nodiscard]] std::string text_at(int column) const;
  [[nodiscard]] std::int64_t number_at(int column) const;
  [[nodiscard]] double real_at(int column) const;
  [[nodiscard]] bool null_at(int column) const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Statement(std::string path, sqlite3_stmt* statement) : path_(std::move(path)), statement_(statement) {}
  void bound(int code);

  std::string path_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 1;
  int bind_code_ = SQLITE_OK;
};

class Connection {
 public:
  [[nodiscard]] static Result<Connection> open(const std::filesystem::path& path, bool read_only,
                                               std::chrono::milliseconds busy_limit);

  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
  // Several statements without parameters.
  [[nodiscard]] Result<void> execute(const char* sql) const;
  // The one number that a query answers.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql) const;
  [[nodiscard]] std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
  [[nodiscard]] int changed_rows() const { return sqlite3_changes(handle_.get()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Undone at its end unless committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(const Connection& connection);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(const Connection& connection) : connection_(&connection) {}
  const Connection* connection_;
};

// What SQLite's code means for the person in front of it.
[[nodiscard]] Error failure(int code, std::string_view path, std::string_view words);

}  // namespace rigor::sqlite
