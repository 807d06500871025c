// What a Store owns. Used inside the store only.
#pragma once

#include <mutex>

#include "framework/store/sqlite.hpp"
#include "framework/store/store.hpp"

namespace rigor {

struct Store::Database {
  sqlite::Connection connection;
  std::mutex mutex;
};

}  // namespace rigor
