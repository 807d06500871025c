#include "framework/bench/layout_description.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/bytes.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/units.hpp"

namespace rigor {
namespace {

constexpr std::uint64_t kMostArea = 256ULL << 20;

FlashArea read_area(MapReader& reader) {
  using Memory = FlashArea::Memory;
  constexpr auto kMemories =
      std::to_array<Word<Memory>>({{"internal", Memory::internal}, {"external", Memory::external}});
  FlashArea area;
  area.name = reader.text("name");
  area.memory = reader.word("memory", kMemories, Memory::internal);
  area.offset = reader.integer<std::uint32_t>("at");
  const std::uint64_t size = reader.size("size");
  if (size == 0 || size > kMostArea)
    reader.fault("size", fmt::format("'size' is {}", format_size(size)),
                 fmt::format("expected up to {}", format_size(kMostArea)));
  area.size = static_cast<std::uint32_t>(size);
  return area;
}

// The area of the same memory that lies on this one, or before which this one should stand.
const FlashArea* in_the_way(const LayoutDescription& layout, const FlashArea& area) {
  const auto found = std::ranges::find_if(layout.areas, [&](const FlashArea& each) {
    return each.memory == area.memory && std::uint64_t{each.offset} + each.size > area.offset;
  });
  return found == layout.areas.end() ? nullptr : &*found;
}

void add_area(LayoutDescription& layout, const YamlNode& item, Faults& faults) {
  MapReader reader(item, faults);
  FlashArea area = read_area(reader);
  if (layout.area(area.name) != nullptr) reader.fault("name", fmt::format("'{}' is there twice", area.name));
  if (const FlashArea* other = in_the_way(layout, area))
    reader.fault("at", fmt::format("'{}' begins before '{}' ends", area.name, other->name),
                 "expected areas in the order of their offsets, apart from each other");
  if (area.memory == FlashArea::Memory::internal && std::uint64_t{area.offset} + area.size > layout.flash_size)
    reader.fault("size", fmt::format("'{}' ends at {}, behind the flash", area.name,
                                     hex_word(std::uint64_t{area.offset} + area.size)));
  reader.finish();
  layout.areas.push_back(std::move(area));
}

}  // namespace

const FlashArea* LayoutDescription::area(std::string_view wanted) const {
  const auto found = std::ranges::find(areas, wanted, &FlashArea::name);
  return found == areas.end() ? nullptr : &*found;
}

std::optional<LayoutDescription> load_layout(const std::filesystem::path& path, Faults& faults) {
  const std::size_t before = faults.size();
  LayoutDescription layout;
  layout.path = path;
  const YamlNode file = load_yaml(path, faults);
  MapReader reader(file, faults);
  layout.name = read_name(reader, "layout");
  layout.about = reader.text("about", "");
  layout.chips = reader.texts("chips");
  layout.flash_size = static_cast<std::uint32_t>(std::min(reader.size("flash"), kMostArea));
  for (const YamlNode& item : reader.list("areas")) add_area(layout, item, faults);
  reader.finish();
  if (faults.size() != before) return std::nullopt;
  return layout;
}

}  // namespace rigor
