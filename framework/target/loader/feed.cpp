#include "framework/target/loader/feed.hpp"

#include <algorithm>

#include "framework/target/loader/stub.hpp"

namespace rigor::loader {
namespace {

constexpr std::uint32_t kLargestUnit = 16;
// Data and number are one memory command of 6144 bytes (st-link-protocol.md 4.4).
constexpr std::uint32_t kLargestCapacity = 6144 - kLargestUnit;
constexpr std::uint32_t kSmallestCapacity = 256;
// An estimate that was a little short costs a look; no more than one in this time.
constexpr Duration kShortestWait = std::chrono::microseconds(300);

}  // namespace

std::uint32_t Ring::stride() const { return capacity + kFlagSize; }

std::optional<Ring> lay_out_ring(std::uint32_t base, std::uint32_t size) {
  Ring ring{.base = base, .capacity = kLargestCapacity, .count = size / (kLargestCapacity + kFlagSize)};
  if (ring.count >= 2) return ring;
  if (size / 2 < kSmallestCapacity + kFlagSize) return std::nullopt;
  ring.capacity = (size / 2 - kFlagSize) / kLargestUnit * kLargestUnit;
  ring.count = 2;
  return ring;
}

Feed::Feed(Probe& probe, Clock& clock, Session& session, const LoaderSite& site, const Ring& ring,
           std::uint32_t address, ByteView data)
    : probe_(probe),
      clock_(clock),
      session_(session),
      site_(site),
      ring_(ring),
      address_(address),
      data_(data),
      seen_{.state = kRunning, .reached = address},
      seen_at_(clock.now()),
      moved_at_(seen_at_),
      typical_pace_(static_cast<double>(site.controller.unit_time.count()) / (4.0 * site.controller.unit_words)),
      nanoseconds_per_byte_(typical_pace_) {}

Result<Progress> Feed::run() {
  for (;;) {
    if (!all_sent() && filled_ < buffers_read() + ring_.count) {
      RIGOR_CHECK(fill());
      continue;
    }
    RIGOR_CHECK(wait());
    RIGOR_TRY(const Progress now, session_.look());
    learn(now, clock_.now());
    if (seen_.state != kRunning || clock_.now() - moved_at_ > 2 * site_.controller.unit_limit) return seen_;
  }
}

// The number comes last: the wire writes upwards.
Result<void> Feed::fill() {
  const std::size_t size = std::min<std::size_t>(ring_.capacity, data_.size() - sent_);
  Bytes buffer(data_.begin() + static_cast<std::ptrdiff_t>(sent_),
               data_.begin() + static_cast<std::ptrdiff_t>(sent_ + size));
  buffer.resize(size + kFlagSize);
  store_le32(buffer, size, filled_ + 1);
  const std::uint32_t flag = ring_.base + (filled_ % ring_.count) * ring_.stride() + ring_.capacity;
  RIGOR_CHECK(probe_.write_memory(site_.port, flag - static_cast<std::uint32_t>(size), buffer));
  sent_ += size;
  ++filled_;
  return {};
}

// While there is more to send, until few full buffers are left; then until the end. A flash that seems slower than
// typical is asked a few times more: it may have been this computer that was slow, and a wait that is too long is lost.
Result<void> Feed::wait() {
  const std::uint32_t keep = std::max(1U, ring_.count / 4);
  const std::uint32_t wanted =
      all_sent() ? static_cast<std::uint32_t>(data_.size()) : (filled_ - keep) * ring_.capacity;
  const std::uint32_t had = seen_.reached - address_;
  const double left = wanted > had ? wanted - had : 0;
  const auto due =
      seen_at_ + Duration(static_cast<Duration::rep>(left * std::min(nanoseconds_per_byte_, typical_pace_)));
  const TimePoint now = clock_.now();
  if (due > now) return clock_.sleep_until(due);
  return looked_ ? clock_.sleep_for(kShortestWait) : Result<void>();
}

void Feed::learn(const Progress& now, TimePoint at) {
  const std::uint32_t came_on = now.reached - seen_.reached;
  // Only what the core did without waiting for the host tells its pace.
  const bool was_busy = looked_ && now.reached - address_ < sent_;
  if (was_busy && came_on >= ring_.capacity)
    nanoseconds_per_byte_ = static_cast<double>((at - seen_at_).count()) / came_on;
  if (came_on != 0) moved_at_ = at;
  seen_ = now;
  seen_at_ = at;
  looked_ = true;
}

}  // namespace rigor::loader
