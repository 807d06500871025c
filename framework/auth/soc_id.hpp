// The identity of one chip as people write it.
#pragma once

#include <string_view>

#include "framework/auth/certificate.hpp"

namespace rigor {

// 24 or 32 hex digits: the bytes as certificates and discovery carry them (24: the unique id, word 3 is zero); or as
// ST's tool prints it, "0x00000000_35353537_3332510A_00350047", highest word first, with or without the first word and
// the 0x. Errors: usage.
[[nodiscard]] Result<SocId> parse_soc_id(std::string_view text);

}  // namespace rigor
