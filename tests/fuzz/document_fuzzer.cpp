// Any file at all, as `rigor credential show` meets it; keys have no fuzzer of their own and are reached through here.
#include "framework/credential/document.hpp"
#include "framework/credential/examination.hpp"

#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = read_document(fuzz::crypto(), {data, size});
  if (!document) {
    fuzz::require(!document.error().message().empty(), "every refusal says why");
    return 0;
  }
  if (const auto* chain = std::get_if<CertificateChain>(&*document)) static_cast<void>(examine(fuzz::crypto(), *chain));
  if (const auto* obk = std::get_if<Obk>(&*document)) static_cast<void>(examine(fuzz::crypto(), *obk));
  if (std::holds_alternative<KeyFile>(*document)) {
    const auto key = read_key(fuzz::crypto(), {data, size});
    fuzz::require(key.has_value(), "what was shown as a key reads as one");
    fuzz::require(key->scalar.size() == 0 || (key->is_private && key->public_half), "a usable key has both halves");
    fuzz::require(!key->public_half || !find_algorithm(key->public_half->algorithm)->verified ||
                      fuzz::crypto().accepts(*key->public_half),
                  "a public half is a key");
  }
  return 0;
}
