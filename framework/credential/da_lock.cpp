#include "framework/credential/da_lock.hpp"

#include <algorithm>
#include <string_view>

namespace rigor {

Secret make_da_lock(bool encrypt) {
  constexpr std::string_view kMark = "STDALOCKMGC";
  constexpr std::size_t kPayload = 32;
  Bytes payload(kPayload, 0xFF);
  std::ranges::copy(kMark, payload.begin());
  return encode_obk(
      {.destination = kH7rsDaLockDestination, .encrypted = encrypt, .payload = Secret(std::move(payload))});
}

}  // namespace rigor
