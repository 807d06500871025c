// Any file at all, as `rigor credential show` meets it; keys have no fuzzer of their own and are reached through here.
#include "framework/credential/document.hpp"

#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = read_document(fuzz::crypto(), {data, size});
  if (!document) {
    fuzz::require(!document.error().message().empty(), "every refusal says why");
    return 0;
  }
  if (const auto* key = std::get_if<KeyFile>(&*document))
    fuzz::require(key->scalar.size() == 0 || (key->is_private && key->public_half), "a usable key has both halves");
  return 0;
}
