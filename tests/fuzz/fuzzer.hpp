// What every fuzzer needs: the entry point's shape, and a way to say that a property does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "framework/auth/crypto.hpp"
#include "framework/base/bytes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rigor::fuzz {

// An abort is a finding like any other crash.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property does not hold: %s\n", property);
  std::abort();
}

inline const Crypto& crypto() {
  static const Crypto instance = *Crypto::create();
  return instance;
}

}  // namespace rigor::fuzz
