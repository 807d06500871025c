// Lists of accesses in one exchange, F2 51 and 52: st-link-protocol.md 4.4.
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "framework/probe/st_link_probe.hpp"
#include "framework/probe/status.hpp"
#include "framework/probe/wait_retry.hpp"

namespace rigor {
namespace {

// One byte each, with one word.
enum class Item : std::uint8_t { set_address = 0x01, write = 0x02, read = 0x03, select_port = 0x05 };

constexpr std::size_t kWord = 4;

// What one exchange asks for, as it is sent.
class MixedRequest {
 public:
  explicit MixedRequest(std::uint8_t port) { add(Item::select_port, port); }

  // As OpenOCD asks: a write sets its address first, a read names it.
  void add(const WordAccess& access) {
    if (access.writes) {
      add(Item::set_address, access.address);
      add(Item::write, access.value);
    } else {
      add(Item::read, access.address);
    }
    last_items_.push_back(kinds_.size() - 1);
  }
  static std::size_t items_of(const WordAccess& access) { return access.writes ? 2 : 1; }

  [[nodiscard]] std::size_t items() const { return kinds_.size(); }
  [[nodiscard]] std::size_t accesses() const { return last_items_.size(); }
  // Items that belong to access `index` end with this one.
  [[nodiscard]] std::size_t last_item(std::size_t index) const { return last_items_[index]; }
  [[nodiscard]] Bytes data() const {
    Bytes bytes = kinds_;
    bytes.resize((bytes.size() + kWord - 1) / kWord * kWord);
    for (const std::uint32_t word : words_) {
      bytes.resize(bytes.size() + kWord);
      store_le32(bytes, bytes.size() - kWord, word);
    }
    return bytes;
  }

 private:
  void add(Item item, std::uint32_t word) {
    kinds_.push_back(std::to_underlying(item));
    words_.push_back(word);
  }
  Bytes kinds_;
  std::vector<std::uint32_t> words_;
  std::vector<std::size_t> last_items_;
};

MixedRequest first_request(std::uint8_t port, std::span<const WordAccess> accesses, std::size_t most) {
  MixedRequest request(port);
  for (const WordAccess& access : accesses) {
    if (request.items() + MixedRequest::items_of(access) > most) break;
    request.add(access);
  }
  return request;
}

std::string describe(const WordAccess& access, std::uint8_t port) {
  return fmt::format("{} 4 bytes at {} through access port {}", access.writes ? "writing" : "reading",
                     hex_word(access.address), port);
}

}  // namespace

// Every access up to the first that failed is done; that one's status.
Result<std::size_t> StLinkProbe::transfer_some(std::uint8_t port, std::span<WordAccess> accesses) {
  const MixedRequest request = first_request(port, accesses, can_.largest_mixed_access());
  const std::size_t items = request.items();
  const Command command = Command{0xF2, 0x51}.le32(2, static_cast<std::uint32_t>(items));
  RIGOR_CHECK(port_->send(command, request.data(), transfer_limit(kWord * items)));
  RIGOR_TRY(const Bytes reply, port_->ask(Command{0xF2, 0x52}, 2 * kWord * items, transfer_limit(kWord * items)));
  std::size_t item = 0;
  for (std::size_t index = 0; index < request.accesses(); ++index) {
    WordAccess& access = accesses[index];
    for (; item <= request.last_item(index); ++item) {
      auto status = check_status(reply[kWord * (items + item)], describe(access, port));
      if (!status) return fail(after_failure(std::move(status).error()));
    }
    if (!access.writes) access.value = load_le32(reply, kWord * request.last_item(index));
  }
  return request.accesses();
}

Result<void> StLinkProbe::transfer(AccessPort port, std::span<WordAccess> accesses) {
  // A list has no place for CSW bits, and of one access nothing is saved.
  if (accesses.size() < 2 || port.control != 0 || !can_.has(Feature::mixed_accesses))
    return Probe::transfer(port, accesses);
  for (const WordAccess& access : accesses) {
    if (access.address % kWord != 0)
      return fail(Code::usage, fmt::format("{} is no address of a word", hex_word(access.address)));
  }
  RIGOR_CHECK(prepare(port));
  while (!accesses.empty()) {
    // Whether a probe goes on after an item that failed is not known: only what writes nothing may be asked again.
    const bool harmless = std::ranges::none_of(accesses, &WordAccess::writes);
    const auto attempt = [&] { return transfer_some(port.number, accesses); };
    RIGOR_TRY(const std::size_t done, harmless ? retry_while_waiting(clock_, attempt) : attempt());
    accesses = accesses.subspan(done);
  }
  return {};
}

}  // namespace rigor
