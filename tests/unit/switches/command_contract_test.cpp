#include <fstream>

#include "framework/switches/command_switches.hpp"
#include "framework/switches/switch_lines.hpp"
#include "tests/unit/contracts/line_contract.hpp"
#include "tests/unit/gpio/fake_machine.hpp"
#include "tests/unit/switches/fake_switches.hpp"

namespace rigor {
namespace {

struct CommandLines {
  LockDirectory directory;
  FakeMachine machine;
  std::unique_ptr<Clock> clock = make_steady_clock();
  std::unique_ptr<Actor> actor = clock->enroll("test");
  SwitchLines driver{make_gpiod_driver(machine.clock, {}, backend_of(machine.chips)), *clock, directory.path()};

  LineName name(const std::string& file) {
    const auto write = [&](const char* state) {
      return std::vector<std::string>{"sh", "-c", "echo \"$1\" >\"$2\"", "sh", state, path(file)};
    };
    return line_name(CommandName{write("on"), write("off"), {"cat", path(file)}, std::chrono::seconds(10)});
  }
  std::string path(const std::string& file) { return (directory.path() / file).string(); }
};

LineFixture make_command_lines() {
  const auto lines = std::make_shared<CommandLines>();
  lines->driver.add(make_command_switches(*lines->clock));
  const LineName first = lines->name("first"), second = lines->name("second");
  // Commands are listed once they were asked for.
  for (const LineName& each : {first, second})
    EXPECT_TRUE(lines->driver.request_output(each, Drive::push_pull, Level::low));
  return {.keep = lines,
          .clock = lines->clock.get(),
          .driver = &lines->driver,
          .first = first,
          .second = second,
          .wire = [lines, first](const LineName& name) {
            std::string state;
            std::getline(std::ifstream(lines->path(name == first ? "first" : "second")), state);
            return state == "on" ? Level::high : Level::low;
          }};
}

// There are no open drains at a program.
LineFixture make_commands_only() {
  struct Closed final : LineDriver {
    explicit Closed(LineFixture its_fixture) : fixture(std::move(its_fixture)) {}
    LineFixture fixture;
    LineCapabilities capabilities() const override { return {}; }
    Result<std::vector<LineInfo>> list() override { return fixture.driver->list(); }
    Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive, Level initial) override {
      return fixture.driver->request_output(name, drive, initial);
    }
    Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override {
      return fixture.driver->request_group(lines);
    }
    Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
      return fixture.driver->request_input(name, watch);
    }
  };
  const auto closed = std::make_shared<Closed>(make_command_lines());
  LineFixture fixture = closed->fixture;
  fixture.keep = closed;
  fixture.driver = closed.get();
  return fixture;
}

INSTANTIATE_TEST_SUITE_P(Switches, LineContract, ::testing::Values(LineImplementation{"commands", make_commands_only}),
                         implementation_name);

}  // namespace
}  // namespace rigor
