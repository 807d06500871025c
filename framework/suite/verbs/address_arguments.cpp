#include "framework/suite/verbs/address_arguments.hpp"

#include <fmt/format.h>

#include "framework/base/durable_file.hpp"

namespace rigor {

Result<std::uint32_t> address_of(const Arguments& arguments, std::string_view name) {
  const std::int64_t value = arguments.integer(name);
  if (value >= 0 && value <= 0xFFFFFFFFLL) return static_cast<std::uint32_t>(value);
  return fail(Code::address_invalid, fmt::format("{} is no 32-bit address", value));
}

Result<Bytes> data_of(const Arguments& arguments, std::size_t most) {
  if (arguments.has("data") == arguments.has("file")) return fail(Code::usage, "expected either `data` or `file`");
  if (arguments.has("file")) return read_file(arguments.text("file"), most);
  const auto data = from_hex(arguments.text("data"));
  if (!data) return fail(Code::usage, "`data` is not a row of bytes in hex");
  return *data;
}

}  // namespace rigor
