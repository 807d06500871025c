#include "framework/cli/compiled_suites.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "fixtures/bench_test.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/interruption.hpp"

namespace rigor::cli {
namespace {

struct Options {
  std::string rig;
  std::string bench;
  std::uint64_t seed = 0;
  std::vector<std::string> allow;
};

int run_on(const Options& options, const Output& output) {
  Faults faults;
  const auto rig = load_named_rig(options.rig, faults);
  if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
  const auto benches = choose_benches(*rig, {options.bench});
  if (!benches) return output.failure(benches.error());
  auto session = BenchSession::open({*rig, make_run_id(random_seed()), {}, options.seed, options.allow});
  if (!session) return output.failure(session.error());

  SilentObserver observer;
  const Interruption interruption((*session)->clock());
  BenchTest::Ground ground{(*session)->runner_parts(observer), *benches->front(), {}};
  BenchTest::stand_on(ground);
  if (::testing::UnitTest::GetInstance()->total_test_count() == 0)
    return output.failure(Error(Code::nothing_selected, "this program holds no test"));
  const int failed = RUN_ALL_TESTS();
  if (::testing::UnitTest::GetInstance()->test_to_run_count() == 0)
    return output.failure(Error(Code::nothing_selected, "no test matches GoogleTest's filter"));
  return failed == 0 ? kDone : kFailed;
}

}  // namespace

int run_compiled_suites(int argc, char** argv) {
  block_interrupting_signals();
  ::testing::InitGoogleTest(&argc, argv);
  CLI::App app("C++ suites on a bench; --gtest_... arguments are GoogleTest's.");
  Options options;
  options.seed = random_seed();
  app.add_option("--rig", options.rig, "Rig by name or file")->required();
  app.add_option("--bench", options.bench, "Bench")->required();
  app.add_option("--seed", options.seed, "Seed of every random choice");
  app.add_option("--allow", options.allow, "EFFECT:VERB=COUNT")->allow_extra_args(false);
  const Output output(false, false);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return output.failure(Error(Code::usage, error.what()).hint("--help"));
  }
  return run_on(options, output);
}

}  // namespace rigor::cli
