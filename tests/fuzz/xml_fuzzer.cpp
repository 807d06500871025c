// ST's XML descriptions of OBK files.
#include "framework/auth/da_record.hpp"
#include "framework/credential/obk_description.hpp"
#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // In a folder that does not exist, so that no description reads a file of this machine.
  const auto description =
      parse_obk_description({reinterpret_cast<const char*>(data), size}, "/nonexistent/fuzz/description.xml");
  if (!description) return 0;
  const auto obk = build_obk(fuzz::crypto(), *description);
  if (!obk) return 0;
  const auto read = parse_obk(obk->view());
  fuzz::require(read && read_da_record(fuzz::crypto(), *read), "what is built reads back as a record");
  return 0;
}
