#include "framework/probe/clock_table.hpp"

#include <algorithm>

#include "framework/probe/status.hpp"

namespace rigor {
namespace {

constexpr std::size_t kTableSize = 52;
constexpr std::size_t kMostSpeeds = 10;  // room in the table, whatever its count says

}  // namespace

Result<std::vector<unsigned>> read_clock_table(CommandPort& port) {
  RIGOR_TRY(const Bytes table, port.ask(Command{0xF2, 0x62, 0x00}, kTableSize));
  RIGOR_CHECK(check_status(table[0], "reading the SWD speeds"));
  std::vector<unsigned> offered(std::min<std::size_t>(load_le32(table, 8), kMostSpeeds));
  for (std::size_t i = 0; i < offered.size(); ++i) offered[i] = load_le32(table, 12 + 4 * i);
  if (std::ranges::all_of(offered, [](unsigned khz) { return khz == 0; }))
    return fail(Code::probe_confused, "the probe offers no SWD speed");
  return offered;
}

}  // namespace rigor
