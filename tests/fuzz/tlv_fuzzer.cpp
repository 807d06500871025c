// Type-length-value records, padded and packed.
#include "framework/auth/tlv.hpp"

#include "tests/fuzz/fuzzer.hpp"

using namespace rigor;

namespace {

void require_inside(const std::vector<Tlv>& records, std::size_t size) {
  std::size_t end = 0;
  for (const Tlv& record : records) {
    fuzz::require(record.offset >= end, "records do not overlap");
    end = record.offset + kTlvHeader + record.value.size();
    fuzz::require(end <= size, "a record lies inside the data");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  for (const Packing packing : {Packing::padded, Packing::packed}) {
    if (const auto records = walk_tlvs(bytes, packing)) require_inside(*records, size);
  }
  const auto sequence = walk_discovery_tlvs(bytes);
  if (!sequence) return 0;
  require_inside(sequence->records, size);
  Bytes written;
  for (const Tlv& record : sequence->records) append_tlv(written, record.type, record.value);
  const auto again = walk_tlvs(written, Packing::padded);
  fuzz::require(again && again->size() == sequence->records.size(), "what is written walks back");
  return 0;
}
