// OBK files and the debug-authentication records in them.
#include <algorithm>

#include "framework/auth/da_record.hpp"
#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto obk = parse_obk({data, size});
  if (!obk) return 0;
  fuzz::require(std::ranges::equal(encode_obk(*obk).view(), ByteView(data, size)),
                "an OBK file is written as it was read");
  static_cast<void>(check_obk_hash(fuzz::crypto(), *obk));
  if (const auto record = read_da_record(fuzz::crypto(), *obk)) {
    fuzz::require(check_obk_hash(fuzz::crypto(), *obk) == ObkHash::valid, "a record is read only when its hash holds");
    fuzz::require(family_of(*obk) == record->family, "the destination tells the family");
  }
  return 0;
}
