// What the destinations of OBK files mean (debug-authentication.md 14.4).
#pragma once

#include <cstdint>
#include <string>

namespace rigor {

// "DA record: SHA-256 of the root key or of the password"; "HDPL1, index 2" for H7RS codes that only show as such;
// "unknown" otherwise.
[[nodiscard]] std::string destination_meaning(std::uint32_t destination);

}  // namespace rigor
