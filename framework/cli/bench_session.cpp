#include "framework/cli/bench_session.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <ctime>
#include <random>

#include "framework/base/suggest.hpp"
#include "framework/cli/places.hpp"

namespace rigor::cli {
namespace {

bool is_virtual(const RigDescription& rig) { return std::ranges::any_of(rig.benches, &BenchDescription::is_virtual); }

Result<std::filesystem::path> ledger_directory(const BenchSession::Request& request,
                                               std::optional<PassingDirectory>& passing) {
  if (!request.ledger.empty()) return request.ledger;
  if (!request.lab.empty()) return request.lab.native() + ".ledger";
  if (is_virtual(request.rig)) {
    if (!request.out.empty()) return request.out / "ledger" / request.run_id;
    RIGOR_TRY(PassingDirectory made, PassingDirectory::create());
    return passing.emplace(std::move(made)).path() / "ledger";
  }
  RIGOR_TRY(const std::filesystem::path state, state_directory());
  return state / "ledger";
}

}  // namespace

Result<RigDescription> load_named_rig(const std::string& what, Faults& faults) {
  RIGOR_TRY(const std::filesystem::path path, find_description(kRigFolder, what));
  RigDescription rig = read_rig(path, search_path(), faults);
  check_machine(rig, faults);
  if (!faults.empty()) return fail(faults.to_error());
  return rig;
}

Result<std::vector<const BenchDescription*>> choose_benches(const RigDescription& rig,
                                                            const std::vector<std::string>& names) {
  std::vector<const BenchDescription*> chosen;
  for (const std::string& name : names) {
    const BenchDescription* bench = rig.bench(name);
    if (bench == nullptr) {
      std::vector<std::string> known;
      for (const BenchDescription& each : rig.benches) known.push_back(each.name);
      return fail(Error(Code::name_unknown, fmt::format("rig '{}' has no bench '{}'", rig.name, name))
                      .hint(suggestion(name, known)));
    }
    if (std::ranges::find(chosen, bench) == chosen.end()) chosen.push_back(bench);
  }
  if (names.empty())
    for (const BenchDescription& each : rig.benches) chosen.push_back(&each);
  return chosen;
}

std::string make_run_id(std::uint64_t salt) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::string text(32, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts));
  return fmt::format("{}-{:06x}", text, salt & 0xFFFFFF);
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return kDone;
    case Verdict::fail:
      return kFailed;
    case Verdict::refused:
      return kRefused;
    default:
      return kBenchFault;
  }
}

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

BenchSession::BenchSession(const Request& request, std::optional<PassingDirectory> passing,
                           std::unique_ptr<Machine> machine, std::unique_ptr<Actor> actor,
                           std::unique_ptr<Clock> ledger_clock, Ledger ledger, Crypto crypto, Consents consents)
    : passing_(std::move(passing)),
      rig_(request.rig),
      seed_(request.seed),
      machine_(std::move(machine)),
      actor_(std::move(actor)),
      ledger_clock_(std::move(ledger_clock)),
      ledger_(std::move(ledger)),
      crypto_(std::move(crypto)),
      credentials_(rig_, crypto_),
      consents_(std::move(consents)),
      verbs_(make_verb_table()) {}

Result<std::unique_ptr<BenchSession>> BenchSession::open(const Request& request) {
  RIGOR_TRY(auto allowed, parse_allow(request.allow));
  RIGOR_TRY(Crypto crypto, Crypto::create());
  RIGOR_TRY(auto machine, request.lab.empty() ? make_machine(request.rig, request.seed)
                                              : make_kept_machine(request.rig, request.lab));
  auto actor = machine->seams().clock.enroll("rigor");
  std::optional<PassingDirectory> passing;
  RIGOR_TRY(const std::filesystem::path directory, ledger_directory(request, passing));
  Ledger::Options options;
  options.run = request.run_id;
  options.holder = "rigor " + request.run_id;
  options.keeper = machine->keeper();
  auto ledger_clock = make_steady_clock();
  RIGOR_TRY(Ledger ledger, Ledger::open(directory, *ledger_clock, options));
  return std::unique_ptr<BenchSession>(new BenchSession(request, std::move(passing), std::move(machine),
                                                        std::move(actor), std::move(ledger_clock), std::move(ledger),
                                                        std::move(crypto), Consents(std::move(allowed))));
}

TestRunner::Parts BenchSession::runner_parts(RunObserver& observer) {
  return {rig_, machine_->seams(), ledger_, credentials_, consents_, verbs_, observer, seed_};
}

}  // namespace rigor::cli
