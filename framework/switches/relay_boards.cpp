#include "framework/switches/relay_boards.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "framework/base/suggest.hpp"
#include "framework/switches/relay_board.hpp"

namespace rigor {
namespace {

struct OpenBoard {
  HidIdentity identity;
  std::unique_ptr<HidDevice> device;
  std::string serial;
  unsigned relays = 0;

  [[nodiscard]] bool is(const std::string& wanted) const {
    return wanted == serial || wanted == identity.usb_path || wanted == identity.node;
  }
  [[nodiscard]] std::string where() const { return identity.usb_path.empty() ? identity.node : identity.usb_path; }
  [[nodiscard]] std::string place(unsigned relay) const { return fmt::format("relay-board-{}-{}", where(), relay); }
};

class RelaySwitch final : public Switch {
 public:
  RelaySwitch(OpenBoard board, unsigned relay) : board_(std::move(board)), relay_(relay) {}

  [[nodiscard]] std::string place() const override { return board_.place(relay_); }
  Result<void> turn(bool on) override { return switch_relay(*board_.device, relay_, on); }
  Result<bool> is_on() override {
    RIGOR_TRY(const RelayBoardReport report, read_relay_board(*board_.device));
    return report.is_on(relay_);
  }

 private:
  OpenBoard board_;
  unsigned relay_;
};

Error ambiguous(const std::string& wanted, const std::vector<OpenBoard>& boards) {
  std::vector<std::string> ports;
  for (const OpenBoard& board : boards) ports.push_back(board.where());
  return Error(Code::line_missing, fmt::format("{} USB relay boards are called '{}'", boards.size(), wanted))
      .hint(fmt::format("name one by its USB port: {}", fmt::join(ports, ", ")));
}

class RelayBoards final : public SwitchBackend {
 public:
  explicit RelayBoards(std::unique_ptr<HidDevices> devices) : devices_(std::move(devices)) {}

  [[nodiscard]] SwitchKind kind() const override { return SwitchKind::relay; }

  Result<std::unique_ptr<Switch>> find(const LineName& name) override {
    const auto relay = relay_name(name);
    if (!relay)
      return fail(Error(Code::line_missing, fmt::format("'{}' is no relay of '{}'", name.line, name.chip))
                      .hint("expected a number from 1"));
    RIGOR_TRY(OpenBoard board, find_board(relay->board));
    if (relay->relay > board.relays)
      return fail(Error(Code::line_missing, fmt::format("board '{}' has no relay {}", relay->board, relay->relay))
                      .hint(fmt::format("expected 1 to {}", board.relays)));
    return std::make_unique<RelaySwitch>(std::move(board), relay->relay);
  }

  // By serial, or by port where a serial is not one board's alone.
  std::vector<KnownSwitch> known() override {
    const std::vector<OpenBoard> boards = open_all().boards;
    std::vector<KnownSwitch> all;
    for (const OpenBoard& board : boards) {
      const bool alone = std::ranges::count(boards, board.serial, &OpenBoard::serial) == 1;
      for (unsigned relay = 1; relay <= board.relays; ++relay)
        all.push_back({.name = line_name(RelayName{alone ? board.serial : board.where(), relay}),
                       .place = board.place(relay),
                       .device = fmt::format("usb {}", board.where())});
    }
    return all;
  }

  [[nodiscard]] Duration latency(const LineName&) const override { return kRelayLatency; }

 private:
  struct Opened {
    std::vector<OpenBoard> boards;
    std::vector<Error> failures;  // of boards that cannot be asked
  };

  Opened open_all() {
    Opened opened;
    for (HidIdentity& identity : devices_->list(kRelayBoardVendor, kRelayBoardProduct)) {
      const unsigned relays = relay_count(identity.product);
      if (relays == 0) continue;
      auto device = devices_->open(identity);
      if (!device) {
        opened.failures.push_back(std::move(device).error());
        continue;
      }
      const auto report = read_relay_board(**device);
      if (report)
        opened.boards.push_back({std::move(identity), *std::move(device), report->serial, relays});
      else
        opened.failures.push_back(report.error());
    }
    return opened;
  }

  Result<OpenBoard> find_board(const std::string& wanted) {
    Opened opened = open_all();
    std::vector<std::string> serials;
    for (const OpenBoard& board : opened.boards) serials.push_back(board.serial);
    std::erase_if(opened.boards, [&](const OpenBoard& board) { return !board.is(wanted); });
    if (opened.boards.size() > 1) return fail(ambiguous(wanted, opened.boards));
    if (opened.boards.size() == 1) return std::move(opened.boards.front());
    // It may be one of those that did not answer.
    if (!opened.failures.empty())
      return fail(Error(Code::line_failed, fmt::format("cannot ask every USB relay board for '{}'", wanted))
                      .hint(opened.failures.front().hint_text())
                      .because(opened.failures.front()));
    return fail(Error(Code::line_missing, fmt::format("no USB relay board '{}'", wanted))
                    .hint(serials.empty() ? "no USB relay board is plugged in" : suggestion(wanted, serials)));
  }

  std::unique_ptr<HidDevices> devices_;
};

}  // namespace

std::unique_ptr<SwitchBackend> make_relay_boards(std::unique_ptr<HidDevices> devices) {
  return std::make_unique<RelayBoards>(std::move(devices));
}

}  // namespace rigor
