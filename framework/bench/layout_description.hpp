// Which image lies where in the flash of a part with a boot loader, as read from boards/layouts/*.yaml (stm32h5.md 8,
// stm32h7rs.md 7).
//
// Values: copy them freely.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/bench/yaml.hpp"

namespace rigor {

struct FlashArea {
  enum class Memory : std::uint8_t { internal, external };
  std::string name;  // "secure-primary", "secure-download", "nonsecure-primary", "nonsecure-download", "boot", ...
  Memory memory = Memory::internal;
  std::uint32_t offset = 0;  // from the start of that memory, bytes
  std::uint32_t size = 0;    // bytes
};

struct LayoutDescription {
  std::filesystem::path path;
  std::string name;
  std::string about;
  std::vector<std::string> chips;  // chip files that it is for
  std::uint32_t flash_size = 0;    // bytes; a part with less cannot have it
  std::vector<FlashArea> areas;    // of each memory in the order of their offsets, apart from each other

  // Null when there is no such area.
  [[nodiscard]] const FlashArea* area(std::string_view wanted) const;
};

inline constexpr std::string_view kLayoutFolder = "boards/layouts";

// Nothing exactly when a fault was added.
[[nodiscard]] std::optional<LayoutDescription> load_layout(const std::filesystem::path& path, Faults& faults);

}  // namespace rigor
