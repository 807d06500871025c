// Result<T>: a value or an Error, and the two macros that keep the happy path readable.
//
//   RIGOR_TRY(const std::uint32_t word, probe.read_word(ap, address));   // declares word, or returns the error
//   RIGOR_CHECK(probe.write_word(ap, address, value));                    // for Result<void>
#pragma once

#include <expected>
#include <utility>

#include "framework/base/error.hpp"

namespace rigor {

template <typename T = void>
using Result = std::expected<T, Error>;

// Lets `return fail(Code::x, "...")` stand in any function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected(Error(code, std::move(message)));
}
[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

// The same error seen from further up: a new code and sentence with the old error as its cause.
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message, Error cause) {
  return std::unexpected(Error(code, std::move(message)).because(std::move(cause)));
}

// Success or failure alone, for callers that do not need the value.
template <typename T>
[[nodiscard]] Result<> without_value(Result<T> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return {};
}

}  // namespace rigor

#define RIGOR_CONCAT_(a, b) a##b
#define RIGOR_CONCAT(a, b) RIGOR_CONCAT_(a, b)

#define RIGOR_TRY_(temporary, declaration, ...)                         \
  auto temporary = (__VA_ARGS__);                                       \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  declaration = std::move(*temporary)
#define RIGOR_TRY(declaration, ...) RIGOR_TRY_(RIGOR_CONCAT(rigor_try_, __COUNTER__), declaration, __VA_ARGS__)

#define RIGOR_CHECK_(temporary, ...)                                                                      \
  do {                                                                                                    \
    if (auto temporary = (__VA_ARGS__); !temporary) return std::unexpected(std::move(temporary).error()); \
  } while (false)
#define RIGOR_CHECK(...) RIGOR_CHECK_(RIGOR_CONCAT(rigor_check_, __COUNTER__), __VA_ARGS__)
