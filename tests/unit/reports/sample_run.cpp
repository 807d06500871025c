#include "tests/unit/reports/sample_run.hpp"

#include <fmt/format.h>

#include <functional>

namespace rigor::test {
namespace {

using namespace std::chrono_literals;

// Writes a timeline as the recording wrappers would, at a time of its own.
class Story {
 public:
  explicit Story(TestRecord& test) : test_(test) { test_.started = at_ = TimePoint(3s); }

  void line(const std::string& name, bool high) { add(Channel::line, name, high ? 1 : 0, {}); }
  void log(const std::string& text) { add(Channel::log, {}, 0, text); }
  void wait(Duration duration) { at_ += duration; }
  void commands(int count, Duration each = 700us) {
    for (int i = 0; i < count; ++i) {
      add(Channel::usb, {}, 0, "f2 07 04 41 04 e0 04 00");
      at_ += each;
    }
  }
  void words(const std::string& side, const std::vector<std::uint32_t>& values, bool concealed = false) {
    for (const std::uint32_t value : values) {
      commands(3);
      test_.timeline.push_back({at_, Channel::mailbox, side, concealed ? 0 : value, concealed, {}});
    }
  }
  void step(const std::string& verb, const std::string& parameters, const std::string& effect,
            const std::function<void(StepRecord&)>& play) {
    StepRecord record;
    record.index = static_cast<unsigned>(test_.steps.size() + 1);
    record.verb = verb;
    record.parameters = parameters;
    record.effect = effect;
    record.verdict = Verdict::pass;
    record.started = at_;
    play(record);
    record.ended = at_;
    test_.steps.push_back(record);
  }
  void end() { test_.duration = at_ - test_.started; }

 private:
  void add(Channel channel, const std::string& name, std::uint32_t value, const std::string& text) {
    test_.timeline.push_back({at_, channel, name, value, false, text});
  }

  TestRecord& test_;
  TimePoint at_;
};

void power_cycle(Story& story) {
  story.step("power", "cycle", "reversible", [&](StepRecord& step) {
    story.line("power", false);
    story.wait(300ms);
    story.line("power", true);
    story.wait(15ms);
    step.evidence = {"off for 300 ms", "target voltage 3.29 V after 15 ms"};
  });
}

void open_session(Story& story, bool answered) {
  story.log("open_comms : 513 : open : Asserting target reset");
  story.line("nrst", false);
  story.wait(20ms);
  story.log("open_comms : 517 : open : Writing magic number");
  story.words("host", {0x53544441});
  story.log("open_comms : 537 : open : De-asserting target reset");
  story.line("nrst", true);
  if (!answered) return;
  story.wait(12ms);
  story.words("device", {0x44414F4B});
  story.log("open_comms : 584 : open : Communication with the target established successfully");
}

void discover(Story& story, const std::string& state) {
  story.step("discover", "", "read-only", [&](StepRecord& step) {
    open_session(story, true);
    story.words("host", {0x00010000, 0});
    std::vector<std::uint32_t> answer{0x00000000, 45, 0x00010000, 2, 0x00000001, 0x00030000, 4, 0x00000478};
    for (std::uint32_t i = 0; i < 38; ++i) answer.push_back(0xEAEA0000U | i);
    story.words("device", answer);
    step.evidence = {"lifecycle " + state, "integrity 0xeaeaeaea", "method password",
                     "full regression offered (bit 14)"};
  });
}

void regress(Story& story) {
  story.step("regress", "method=password", "wears", [&](StepRecord& step) {
    open_session(story, true);
    story.words("host", {0x00020000, 0});
    story.words("device", {0, 8, 1, 2, 3, 4, 5, 6, 7, 8});
    story.words("host", {0x00030000, 6, 0x80000000, 0x10});
    story.words("host", {1, 2, 3, 4}, true);
    story.wait(2100ms);
    story.words("device", {0, 0});
    story.log("SDMAuthenticate : 1492 : client : Authentication successful");
    story.wait(1300ms);
    step.evidence = {"status SUCCESS 2.1 s after the password", "product state 0xed after 1.3 s", "flash reads 0xff"};
  });
}

void whole_cycle(Story& story) {
  power_cycle(story);
  story.step("identify", "", "read-only", [&](StepRecord& step) {
    story.commands(24);
    step.evidence = {"device 0x478", "flash 512 KiB", "product state 0xed OPEN"};
  });
  story.step("self-test", "[nrst, power]", "reversible", [&](StepRecord& step) {
    story.line("nrst", false);
    story.commands(8);
    story.wait(20ms);
    story.line("nrst", true);
    story.commands(8);
    step.evidence = {"NRST low: OPTSR reads 0", "NRST high: RCC_RSR shows PINRSTF"};
  });
  story.step("provision", "method=password", "reversible", [&](StepRecord& step) {
    story.commands(90);
    story.wait(160ms);
    story.commands(30);
    step.evidence = {"product state 0x17 PROVISIONING", "record stored at 0x0ffd0100"};
  });
  discover(story, "PROVISIONING");
  regress(story);
  story.step("provision", "method=password", "reversible", [&](StepRecord&) {
    story.commands(120);
    story.wait(160ms);
  });
  story.step("set-state", "closed", "wears", [&](StepRecord& step) {
    story.commands(12);
    story.wait(40ms);
    step.evidence = {"ledger: intended closed, credential proven on this board"};
  });
  discover(story, "CLOSED");
  regress(story);
}

void missing_wire(Story& story, TestRecord& test) {
  power_cycle(story);
  story.step("identify", "", "read-only", [&](StepRecord&) { story.commands(24); });
  story.step("self-test", "[nrst, power]", "reversible", [&](StepRecord& step) {
    story.commands(4);
    story.wait(20ms);
    story.commands(40);
    story.wait(800ms);
    story.commands(12);
    step.verdict = Verdict::refused;
    step.reason = "NRST_NOT_DRIVEN";
    step.message = test.message;
    step.evidence = {"probe says NRST is low, but DHCSR S_RESET_ST stays 0",
                     "counter in SRAM went on from 1 204 to 9 871", "RCC_RSR shows no PINRSTF after 3 attempts"};
  });
}

}  // namespace

TestRecord sample_test(const std::string& bench, bool reset_wired) {
  TestRecord test;
  test.suite = "close-and-regress";
  test.test = "a part can be closed and brought back";
  test.bench = bench;
  test.started_at = "2026-05-04T09:15:24.042Z";
  test.wall_duration = 412ms;
  test.metrics = {{"usb-round-trips", 1214}, {"power-cycles", 1}};
  test.trace = "traces/" + bench + ".vcd";
  test.verdict = reset_wired ? Verdict::pass : Verdict::refused;
  if (!reset_wired) {
    test.reason = "NRST_NOT_DRIVEN";
    test.message =
        "NRST_NOT_DRIVEN: the probe's reset does not reach the chip: it ran on through 3 pulses of 20 ms\n"
        "  because SWD answers, power switches, but RCC_RSR never shows a pin reset\n"
        "  hint: connect the probe's NRST pin to the board's NRST, or drive NRST from a relay line";
    test.hint =
        "Connect the probe's NRST pin to the board's NRST, or drive NRST from a relay line. Without it a closed board "
        "cannot be opened again, so nothing was closed.";
  }
  Story story(test);
  if (reset_wired)
    whole_cycle(story);
  else
    missing_wire(story, test);
  story.end();
  return test;
}

RunRecord sample_run() {
  RunRecord run;
  run.id = "20260504-091523-7f3a";
  run.started_at = "2026-05-04T09:15:23.900Z";
  run.ended_at = "2026-05-04T09:15:25.310Z";
  run.rig = "virtual";
  run.argv = {"rigor", "run", "--rig", "rigs/virtual.yaml", "--seed", "7"};
  run.seed = 7;
  run.versions = {{"rigor", "0.1.0"}, {"libusb", "1.0.26"}, {"libgpiod", "1.6.3"}};
  run.host = "rack-a";
  run.exit_code = 1;
  run.benches = {{"nucleo-h533", "nucleo-h533re", "stm32h533", "0032001a3333510a30363532", "STLINK-V3EC", "V3J15M7",
                  "0027002F3234510D", "1-2.1", true},
                 {"weact-four-wires", "weact-h523", "stm32h523", "004700353133510c35343732", "ST-LINK/V2 (clone)",
                  "V2J37S7", "50FF6D06", "1-2.2", true},
                 {"weact-relay", "weact-h523", "stm32h523", "004700363133510c35343732", "ST-LINK/V2 (clone)", "V2J37S7",
                  "50FF6D06", "1-2.3", true}};
  run.tests = {sample_test("nucleo-h533", true), sample_test("weact-four-wires", false),
               sample_test("weact-relay", true)};
  for (const BenchRecord& bench : run.benches) {
    TestRecord test;
    test.suite = "survey";
    test.test = "identity is plausible";
    test.bench = bench.name;
    test.verdict = Verdict::pass;
    test.started_at = "2026-05-04T09:15:25.000Z";
    Story story(test);
    power_cycle(story);
    story.step("identify", "", "read-only", [&](StepRecord& step) {
      story.commands(24);
      step.evidence = {"device 0x478", "unique id " + bench.uid};
    });
    story.end();
    run.tests.push_back(test);
  }
  return run;
}

}  // namespace rigor::test
