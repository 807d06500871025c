#include "framework/base/secret.hpp"

#include <cstring>
#include <utility>

namespace rigor {

void wipe(std::span<std::uint8_t> bytes) {
  if (bytes.empty()) return;
  explicit_bzero(bytes.data(), bytes.size());  // glibc: never optimised away
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

void Secret::wipe() {
  rigor::wipe(bytes_);
  bytes_.clear();
}

}  // namespace rigor
