// What a board is and what silicon sits on it, as read from boards/*.yaml and boards/chips/*.yaml.
//
// Values: copy them freely. `source` keeps the file's tree, for readers that need more than the framework does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/bench/search_path.hpp"
#include "framework/bench/yaml.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

struct ChipDescription {
  std::filesystem::path path;
  ChipFacts facts;
  bool provisions = false;     // the file has a `provisioning:` section
  bool authenticates = false;  // the file has an `authentication:` section
  YamlNode source;             // the whole file; its `model:` belongs to the virtual lab and is not read here
};

struct BoardDescription {
  std::filesystem::path path;
  std::string name;
  std::string about;
  std::string chip_name;
  std::uint32_t flash_size = 0;  // bytes; a board may carry a smaller variant than the chip file's largest
  unsigned swd_khz = 0;
  unsigned flash_parallelism =
      32;  // bits that one access programs; an STM32F4 does not see itself what its supply allows
  // I/O supplies of the chip that are at most 2.7 V on this board: VDDIO2, XSPI1, XSPI2. A probe reads VDD alone.
  std::vector<std::string> low_voltage_supplies;
  ChipDescription chip;
  YamlNode source;
};

// Nothing exactly when a fault was added. Names inside are looked up near the file first, then on the path.
[[nodiscard]] std::optional<ChipDescription> load_chip(const std::filesystem::path& path, Faults& faults);
[[nodiscard]] std::optional<BoardDescription> load_board(const std::filesystem::path& path, const SearchPath& search,
                                                         Faults& faults);

}  // namespace rigor
