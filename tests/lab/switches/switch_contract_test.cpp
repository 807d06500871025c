#include "tests/lab/switches/switch_lab.hpp"
#include "tests/unit/contracts/line_contract.hpp"

namespace rigor::lab {
namespace {

// The lab's own GPIO lines can be open drain, these cannot.
struct OnlySwitches final : LineDriver {
  explicit OnlySwitches(LineDriver& its_inner) : inner(its_inner) {}
  LineDriver& inner;
  LineCapabilities capabilities() const override { return {}; }
  Result<std::vector<LineInfo>> list() override { return inner.list(); }
  Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive, Level initial) override {
    return inner.request_output(name, drive, initial);
  }
  Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override {
    return inner.request_group(lines);
  }
  Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
    return inner.request_input(name, watch);
  }
};

struct ContractSwitches {
  SwitchLab lab;
  OnlySwitches driver{*lab.lines};
};

LineFixture over(std::shared_ptr<ContractSwitches> switches, const char* chip, std::function<bool(unsigned)> is_on) {
  return {.keep = switches,
          .clock = &switches->lab.clock,
          .driver = &switches->driver,
          .first = {chip, "1"},
          .second = {chip, "2"},
          .wire = [is_on](const LineName& name) {
            return is_on(static_cast<unsigned>(std::stoul(name.line))) ? Level::high : Level::low;
          }};
}

LineFixture make_hub() {
  const auto switches = std::make_shared<ContractSwitches>();
  const UsbHub& hub = switches->lab.hubs->add("1-2", {.follows_after = 1});
  return over(switches, "hub:1-2", [&hub](unsigned port) { return hub.supplies(static_cast<std::uint8_t>(port)); });
}

LineFixture make_board() {
  const auto switches = std::make_shared<ContractSwitches>();
  const UsbRelay& board = switches->lab.boards->add("1-2", {}).relay;
  return over(switches, "hid-relay:BITFT", [&board](unsigned relay) { return board.is_on(relay); });
}

}  // namespace
}  // namespace rigor::lab

namespace rigor {

INSTANTIATE_TEST_SUITE_P(Switches, LineContract,
                         ::testing::Values(LineImplementation{"hub", lab::make_hub},
                                           LineImplementation{"relay_board", lab::make_board}),
                         implementation_name);

}  // namespace rigor
