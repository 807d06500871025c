#include "framework/cli/one_verb.hpp"

namespace rigor::cli {

Suite suite_of_one(const Verb& verb, Arguments arguments, const VerbTable& verbs, const BenchDescription& bench) {
  Suite suite;
  suite.name = "do";
  ScenarioTest test{verb.description().name, {}};
  Faults none;
  if (verb.description().name != "power") {
    const bool relay = bench.wiring.power == WiringDescription::Power::relay;
    const Verb* prelude = verbs.find(relay ? "power" : "attach");
    const RawArguments on = {{"state", {std::string("on"), {}}}};
    test.steps.push_back(
        {prelude, bind_arguments(prelude->description().parameters, relay ? on : RawArguments{}, {}, none), {}, {}});
  }
  for (const char* needy : {"set-state", "provision", "discover", "regress"})
    if (verb.description().name == needy) test.steps.push_back({verbs.find("identify"), {}, {}, {}});
  test.steps.push_back({&verb, std::move(arguments), {}, {}});
  suite.tests.push_back(std::move(test));
  return suite;
}

}  // namespace rigor::cli
