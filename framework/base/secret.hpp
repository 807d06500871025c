// Bytes that must not outlive their use: a password, a private key, the file that held one.
//
// A Secret is wiped when it dies, cannot be copied and has no printing operator. Whoever sends one through a
// recording wrapper opens a Timeline::Concealment for as long (framework/base/timeline.hpp).
#pragma once

#include <string_view>

#include "framework/base/bytes.hpp"

namespace rigor {

class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::string_view characters() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] Secret duplicate() const { return Secret(bytes_); }
  void wipe();

 private:
  Bytes bytes_;
};

// Overwrites memory in a way the compiler does not remove.
void wipe(std::span<std::uint8_t> bytes);

}  // namespace rigor
