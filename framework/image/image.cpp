#include "framework/image/image.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

enum class RecordType : std::uint8_t {
  data = 0,
  end = 1,
  segment = 2,
  start_segment = 3,
  linear = 4,
  start_linear = 5
};

// Spreads a counter over 64 bits (the finaliser of the splitmix64 generator).
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

class HexReader {
 public:
  HexReader(std::string name, const std::vector<std::uint32_t>& bases) : name_(std::move(name)), bases_(bases) {}

  Result<Image> read(std::string_view text) {
    while (!text.empty() && !ended_) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      ++line_;
      RIGOR_CHECK(take(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!ended_) return broken("the file ends without an end-of-file record");
    return assemble();
  }

 private:
  std::unexpected<Error> broken(std::string_view what) const {
    return fail(Code::file_invalid, fmt::format("{}:{}: {}", name_, line_, what));
  }

  Result<void> take(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty()) return {};
    if (line.front() != ':') return broken("an Intel HEX record starts with ':'");
    const auto record = from_hex(line.substr(1));
    if (!record || record->size() < 5 || record->size() != record->front() + 5U)
      return broken("the record's length does not match its first byte");
    std::uint8_t sum = 0;
    for (const std::uint8_t byte : *record) sum = static_cast<std::uint8_t>(sum + byte);
    if (sum != 0) return broken("the record's checksum is wrong");
    return apply(*record);
  }

  Result<void> apply(const Bytes& record) {
    const std::uint32_t low = (std::uint32_t{record[1]} << 8) | record[2];
    const ByteView payload = ByteView(record).subspan(4, record.front());
    switch (static_cast<RecordType>(record[3])) {
      case RecordType::data:
        return place(high_ + low, payload);
      case RecordType::end:
        ended_ = true;
        return {};
      case RecordType::start_segment:
      case RecordType::start_linear:
        return {};
      case RecordType::segment:
      case RecordType::linear:
        break;
      default:
        return broken(fmt::format("record type {:02x} is unknown", record[3]));
    }
    if (payload.size() != 2) return broken("an address record carries two bytes");
    const std::uint32_t value = (std::uint32_t{payload[0]} << 8) | payload[1];
    high_ = record[3] == static_cast<std::uint8_t>(RecordType::linear) ? value << 16 : value << 4;
    return {};
  }

  Result<void> place(std::uint32_t address, ByteView payload) {
    // The nearest base below the address is the alias it belongs to.
    const std::uint32_t* base = nullptr;
    for (const std::uint32_t& candidate : bases_)
      if (candidate <= address && (base == nullptr || candidate > *base)) base = &candidate;
    if (base == nullptr) return broken(fmt::format("address {} lies before the flash", hex_word(address)));
    for (std::size_t i = 0; i < payload.size(); ++i)
      if (!bytes_.emplace(address - *base + static_cast<std::uint32_t>(i), payload[i]).second)
        return broken(fmt::format("address {} is written twice", hex_word(address + i)));
    return {};
  }

  Result<Image> assemble() {
    Image image{std::move(name_), {}};
    for (const auto& [offset, byte] : bytes_) {
      if (image.segments.empty() || image.segments.back().offset + image.segments.back().bytes.size() != offset)
        image.segments.push_back({offset, {}});
      image.segments.back().bytes.push_back(byte);
    }
    return image;
  }

  std::string name_;
  const std::vector<std::uint32_t>& bases_;
  std::map<std::uint32_t, std::uint8_t> bytes_;
  std::uint32_t high_ = 0;
  int line_ = 0;
  bool ended_ = false;
};

}  // namespace

std::size_t Image::size() const {
  std::size_t total = 0;
  for (const ImageSegment& segment : segments) total += segment.bytes.size();
  return total;
}

Result<Image> parse_intel_hex(std::string_view text, std::string name, const std::vector<std::uint32_t>& bases) {
  return HexReader(std::move(name), bases).read(text);
}

Result<Image> load_image(const std::filesystem::path& path, const std::vector<std::uint32_t>& bases) {
  RIGOR_TRY(std::string content, read_text_file(path));
  if (path.extension() == ".hex" || path.extension() == ".ihex") return parse_intel_hex(content, path.string(), bases);
  if (content.empty()) return fail(Code::file_invalid, fmt::format("{} is empty", path.string()));
  Bytes bytes(content.begin(), content.end());
  if (is_elf(bytes)) return parse_elf(bytes, path.string(), bases);
  return Image{path.string(), {{0, std::move(bytes)}}};
}

Image make_pattern(std::size_t size, std::uint64_t seed) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; i += 8) {
    std::uint64_t word = mix(seed * 0x9e3779b97f4a7c15ULL + i);
    for (std::size_t j = i; j < std::min(i + 8, size); ++j, word >>= 8) bytes[j] = static_cast<std::uint8_t>(word);
  }
  return Image{fmt::format("pattern {} of {} bytes", seed, size), {{0, std::move(bytes)}}};
}

}  // namespace rigor
