#include "tests/benchmarks/programming/lower_bound.hpp"

#include <algorithm>

namespace rigor::benchmarks {
namespace {

constexpr std::size_t kLargestBlock = 6144;
constexpr std::size_t kPage = 1024;
constexpr double kClocksPerWord = 50;
constexpr double kClocksPerPage = 150;
constexpr double kCyclesPerByte = 4;
constexpr int kOverheadTransfers = 40;

}  // namespace

Duration lower_bound(const ProbePace& probe, const FlashPace& flash, std::size_t bytes) {
  const auto size = static_cast<double>(bytes);
  const auto pieces = [bytes](std::size_t of) { return static_cast<double>((bytes + of - 1) / of); };
  const double fixed = std::chrono::duration<double>(probe.transfer).count();
  const double usb = size / probe.bytes_per_second + pieces(kLargestBlock) * fixed;
  const double wire =
      (size / 4 * kClocksPerWord + pieces(kPage) * kClocksPerPage) / (static_cast<double>(probe.swd_khz) * 1e3);
  const double cells = pieces(flash.unit) * std::chrono::duration<double>(flash.unit_time).count();
  const double verify = size * kCyclesPerByte / (static_cast<double>(flash.core_khz) * 1e3);
  const std::chrono::duration<double> bound =
      std::chrono::duration<double>(std::max({usb, wire, cells}) + verify + kOverheadTransfers * fixed);
  return std::chrono::duration_cast<Duration>(bound);
}

}  // namespace rigor::benchmarks
