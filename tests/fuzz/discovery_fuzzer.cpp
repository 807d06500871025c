// A chip's discovery answer, and everything that is printed of it.
#include "framework/auth/discovery.hpp"

#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto discovery = parse_discovery({data, size});
  if (!discovery) return 0;
  static_cast<void>(discovery->lines());
  for (const Family family : {Family::stm32h5, Family::stm32h7rs})
    static_cast<void>(discovery->permission_lines(family));
  static_cast<void>(discovery->integrity());
  fuzz::require(discovery->soc_id.has_value() || discovery->soc_id_text().empty(), "an absent SoC id has no text");
  if (discovery->lifecycle) fuzz::require(!discovery->lifecycle->text().empty(), "every life cycle has a text");
  return 0;
}
