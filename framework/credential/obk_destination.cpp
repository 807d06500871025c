#include "framework/credential/obk_destination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/auth/da_record.hpp"

namespace rigor {
namespace {

struct NamedDestination {
  std::uint32_t destination;
  std::string_view meaning;
};
constexpr std::array<NamedDestination, 10> kNamed = {{
    {kH5DaDestination, "debug authentication: root key or password"},
    {0x0FFD0160, "OEMiRoT_Config"},
    {0x0FFD0200, "STiRoT_Config"},
    {0x0FFD0280, "OEMiRoT_Data"},
    {0x0FFD0400, "STiRoT_Data"},
    {0x0FFD0900, "OEMuRoT_Config"},
    {0x0FFD0A50, "OEMuRoT_Data"},
    {kH7rsDaCertificateDestination, "debug authentication: root key"},
    {kH7rsDaPasswordDestination, "debug authentication: password"},
    {kH7rsDaLockDestination, "debug authentication forbidden for ever"},
}};

constexpr std::uint32_t kH5Secure = 0x0FFD0000;
constexpr std::uint32_t kH5NonSecure = 0x0BFD0000;
constexpr std::uint32_t kArea = 0xFFFF0000;

// Areas of the OBK memory by their first offset.
[[nodiscard]] std::string_view h5_area(std::uint32_t offset) {
  if (offset < 0x0100) return "area of HDPL0";
  if (offset < 0x0900) return "area of HDPL1";
  if (offset < 0x0C00) return "area of HDPL2";
  return "outside the OBK memory";
}

[[nodiscard]] std::string_view named(std::uint32_t destination) {
  const auto found = std::ranges::find(kNamed, destination, &NamedDestination::destination);
  return found == kNamed.end() ? std::string_view() : found->meaning;
}

}  // namespace

std::string destination_meaning(std::uint32_t destination) {
  if ((destination & kArea) == kH5NonSecure) {
    const std::string secure = destination_meaning(kH5Secure | (destination & ~kArea));
    return secure + ", non-secure alias";
  }
  if (const std::string_view meaning = named(destination); !meaning.empty()) return std::string(meaning);
  if ((destination & kArea) == kH5Secure) return std::string(h5_area(destination & ~kArea));
  // A code of H7RS: method, level, index.
  const Obk code{.destination = destination, .encrypted = false, .payload = {}};
  if (family_of(code)) return fmt::format("HDPL{}, index 0x{:02x}", destination >> 8 & 0xFF, destination & 0xFF);
  return "unknown";
}

}  // namespace rigor
