#include "framework/target/march.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/target/poll.hpp"

namespace rigor {
namespace {

constexpr std::uint32_t kReadBlock = 64 * 1024;
constexpr std::uint32_t kWord = 4;
constexpr std::uint32_t kChecker = 0x55555555;

struct Element {
  std::string_view name;
  std::uint32_t (*word)(std::uint32_t address);
};

constexpr std::array kElements{
    Element{"zeros", [](std::uint32_t) { return 0U; }},
    Element{"address", [](std::uint32_t address) { return address; }},
    Element{"checkerboard", [](std::uint32_t address) { return (address / kWord) % 2 == 0 ? kChecker : ~kChecker; }},
    Element{"inverse", [](std::uint32_t address) { return (address / kWord) % 2 == 0 ? ~kChecker : kChecker; }},
};

Bytes pattern_of(const Element& element, std::uint32_t address, std::uint32_t size) {
  Bytes bytes(size);
  for (std::uint32_t at = 0; at < size; at += kWord) store_le32(bytes, at, element.word(address + at));
  return bytes;
}

class March {
 public:
  March(Target& target, std::uint32_t address, std::uint32_t size)
      : target_(target), address_(address), size_(size), erased_(size, 0xFF) {}

  Result<MarchReport> run() {
    for (const Element& element : kElements) {
      RIGOR_CHECK(target_.erase(address_, size_));
      RIGOR_CHECK(check(fmt::format("erase before {}", element.name), erased_));
      const Bytes pattern = pattern_of(element, address_, size_);
      RIGOR_CHECK(write(element, pattern));
      RIGOR_CHECK(check(std::string(element.name), pattern));
    }
    RIGOR_CHECK(target_.erase(address_, size_));
    RIGOR_CHECK(check("erase at the end", erased_));
    return std::move(report_);
  }

 private:
  Result<void> write(const Element& element, ByteView pattern) {
    auto written = target_.program(address_, pattern);
    if (written) return {};
    if (!may_pass(written.error()) || written.error().code() == Code::flash_write_protected) return written;
    report_.refusals.push_back({std::string(element.name), std::move(written).error()});
    return {};
  }

  Result<void> check(const std::string& element, ByteView expected) {
    report_.elements.push_back(element);
    for (std::uint32_t done = 0; done < size_; done += kReadBlock) {
      const std::uint32_t block = std::min(kReadBlock, size_ - done);
      RIGOR_TRY(const Bytes first, read(element, address_ + done, block));
      RIGOR_TRY(const Bytes second, read(element, address_ + done, block));
      for (std::uint32_t i = 0; i < std::min(first.size(), second.size()); ++i)
        if (first[i] != expected[done + i] || second[i] != expected[done + i])
          note({element, address_ + done + i, expected[done + i], first[i], second[i]});
    }
    return {};
  }

  // Nothing where the bus faults: what a cell with a double error does (stm32h5.md 3.5).
  Result<Bytes> read(const std::string& element, std::uint32_t address, std::uint32_t size) {
    Result<Bytes> bytes = target_.read(address, size);
    if (bytes || bytes.error().code() != Code::swd_fault) return bytes;
    report_.refusals.push_back({"reading after " + element, std::move(bytes).error()});
    return Bytes();
  }

  void note(MarchFinding finding) {
    ++report_.wrong_bytes;
    if (!finding.repeats()) ++report_.unstable_bytes;
    if (report_.findings.size() < MarchReport::kMostFindings) report_.findings.push_back(std::move(finding));
  }

  Target& target_;
  std::uint32_t address_;
  std::uint32_t size_;
  Bytes erased_;
  MarchReport report_;
};

}  // namespace

Result<MarchReport> march(Target& target, std::uint32_t address, std::uint32_t size) {
  if (address % kWord != 0 || size % kWord != 0 || size == 0)
    return fail(Code::usage, fmt::format("{} bytes at {} are not whole words", size, hex_word(address)));
  return March(target, address, size).run();
}

}  // namespace rigor
