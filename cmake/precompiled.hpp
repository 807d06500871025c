// What nearly every file includes anyway, parsed once. Files still include what they use: a build without precompiled
// headers (-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON) must pass too.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>
