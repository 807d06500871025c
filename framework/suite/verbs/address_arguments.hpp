// Parameters that several verbs read alike: an address, and the bytes to put there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"
#include "framework/suite/arguments.hpp"

namespace rigor {

// Errors: address_invalid for what is no 32-bit address.
[[nodiscard]] Result<std::uint32_t> address_of(const Arguments& arguments, std::string_view name);

// `data`, hex digits, or `file`, a binary file of at most `most` bytes. Errors: usage, file_unreadable.
[[nodiscard]] Result<Bytes> data_of(const Arguments& arguments, std::size_t most);

}  // namespace rigor
