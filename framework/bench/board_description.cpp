#include "framework/bench/board_description.hpp"

#include <fmt/format.h>
#include <utility>

#include "framework/bench/description_words.hpp"
#include "framework/bench/units.hpp"

namespace rigor {

namespace {

// SWCLK of the slowest and the fastest ST-LINK (st-link-protocol.md 4.5 and 7).
constexpr unsigned kSlowestSwd = 5;
constexpr unsigned kFastestSwd = 24'000;

const std::vector<std::string> kSupplies = {"VDDIO2", "XSPI1", "XSPI2"};

// From 1.8, 2.1 and 2.7 V on (stm32f4.md 3).
constexpr Word<unsigned> kParallelisms[] = {{"x8", 8}, {"x16", 16}, {"x32", 32}};

}  // namespace

std::optional<BoardDescription> load_board(const std::filesystem::path& path, const SearchPath& search,
                                           Faults& faults) {
  const std::size_t before = faults.size();
  BoardDescription description;
  description.path = path;
  description.source = load_yaml(path, faults);
  MapReader board(description.source, faults);
  description.name = read_name(board, "board");
  description.about = board.text("about", "");
  description.chip_name = read_name(board, "chip");
  const std::uint64_t flash_size = board.size("flash");
  description.swd_khz = board.integer<unsigned>("swd-khz", 4000, kSlowestSwd, kFastestSwd);
  description.flash_parallelism = board.word("flash-parallelism", kParallelisms, 32U);
  for (const YamlNode& item : board.list("low-voltage-supplies", std::vector<YamlNode>{}))
    if (const auto index = read_word(item, kSupplies, faults))
      description.low_voltage_supplies.push_back(kSupplies[*index]);
  board.finish();

  const auto chip_path = find_named(board.find("chip"), "chip", kChipFolder, search.near(path), faults);
  const auto chip = chip_path ? load_chip(*chip_path, faults) : std::nullopt;
  if (chip) description.chip = *chip;
  const std::uint32_t largest = description.chip.facts.flash_size;
  if (largest != 0 && flash_size > largest) {
    faults.add(board.find("flash").place(), fmt::format("'flash' is {}", format_size(flash_size)),
               fmt::format("{} has at most {}", description.chip_name, format_size(largest)));
  }
  description.flash_size = static_cast<std::uint32_t>(flash_size);
  if (chip && board.find("flash-parallelism") && description.chip.facts.family != Family::stm32f4) {
    faults.add(board.find("flash-parallelism").place(), "'flash-parallelism' has no meaning for this chip",
               "only the STM32F4 leaves it to the debugger; take the key away");
  }
  if (faults.size() != before) return std::nullopt;
  return description;
}

}  // namespace rigor
