// Certificate chains in every form.
#include "framework/auth/chain.hpp"

#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto chain = parse_chain({data, size});
  if (!chain) return 0;
  fuzz::require(!chain->certificates.empty(), "a chain is never empty");
  const auto again = parse_chain(encode_chain(*chain));
  fuzz::require(again && encode_chain(*again) == encode_chain(*chain), "what is written reads back");
  // A signature costs a millisecond or more: long chains would only slow the search.
  if (chain->certificates.size() <= 2) static_cast<void>(check_chain(fuzz::crypto(), *chain).valid());
  return 0;
}
