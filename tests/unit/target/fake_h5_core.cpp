// The fake chip's provisioning service.
#include "framework/target/checksum.hpp"
#include "tests/unit/target/fake_h5.hpp"

namespace rigor::test {
void FakeH5::serve() {
  ++calls;
  if (on_call) on_call();
  const std::uint32_t at = core.registers[0];
  const std::uint32_t source = words[at];
  const std::uint32_t size = words[at + 8];
  Bytes data(size);
  for (std::uint32_t i = 0; i < size; i += 4) store_le32(data, i, words[source + i]);
  Bytes header(16);
  for (std::uint32_t i = 0; i < 16; i += 4) store_le32(header, i, words[at + i]);
  Bytes covered = data;
  covered.insert(service_header_first ? covered.begin() : covered.end(), header.begin(), header.end());
  if (words[at + 16] != checksum(service_checksum, covered)) {
    core.registers[0] = 0xF5F58080;
  } else if (words[at + 12] != service_plain_word) {
    core.registers[0] = 0xF5F5F5F5;
  } else {
    stored = data;
    core.registers[0] = 0xEAEAEAEA;
  }
  core.registers[4] = 0;
}

}  // namespace rigor::test
