// Feeds the programming stub: which buffer may be filled, and when it is worth asking how far the core is.
#pragma once

#include "framework/target/loader/flash_loader.hpp"
#include "framework/target/loader/session.hpp"

namespace rigor::loader {

// Buffers after each other in RAM, each with its number behind it.
struct Ring {
  std::uint32_t base = 0;
  std::uint32_t capacity = 0;  // data bytes of one buffer
  std::uint32_t count = 0;     // at least two

  [[nodiscard]] std::uint32_t stride() const;
  [[nodiscard]] std::uint32_t end() const { return base + count * stride(); }
};

// The ring for the RAM from `base` on: buffers as large as one memory command of a probe, or two that share what is
// there. Nothing where not even two small ones fit.
[[nodiscard]] std::optional<Ring> lay_out_ring(std::uint32_t base, std::uint32_t size);

class Feed {
 public:
  Feed(Probe& probe, Clock& clock, Session& session, const LoaderSite& site, const Ring& ring, std::uint32_t address,
       ByteView data);

  // Until the stub is at its end, or does not come on (state still kRunning).
  [[nodiscard]] Result<Progress> run();

 private:
  [[nodiscard]] Result<void> fill();
  [[nodiscard]] std::uint32_t buffers_read() const { return (seen_.reached - address_) / ring_.capacity; }
  [[nodiscard]] bool all_sent() const { return sent_ == data_.size(); }
  [[nodiscard]] Result<void> wait();
  void learn(const Progress& now, TimePoint at);

  Probe& probe_;
  Clock& clock_;
  Session& session_;
  const LoaderSite& site_;
  const Ring ring_;
  std::uint32_t address_;
  ByteView data_;

  std::size_t sent_ = 0;      // bytes
  std::uint32_t filled_ = 0;  // buffers
  Progress seen_;             // at the last look
  TimePoint seen_at_;
  TimePoint moved_at_;  // when the core was last seen to have come on
  bool looked_ = false;
  const double typical_pace_;    // nanoseconds per byte
  double nanoseconds_per_byte_;  // as seen
};

}  // namespace rigor::loader
