// How fast the lab and the driver together live through debug authentication: preset release, one core, in-process lab.
//
//   discovery   reset, boot, open, discover: at least 2,000 a second
//   regression  the whole of it with real ECDSA on both sides, as a part of what its signatures and verifications alone
//               would take in this very run: at least 0.75
//   chain       a file of three certificates read and judged, as a part of its three bare signature checks: at least
//   0.75
//
// The counter `ratio` is measured / promised (discovery) or ceiling / measured (the others).
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "fixtures/virtual/stm32h5/stm32h5.hpp"
#include "framework/auth/acceptance.hpp"
#include "framework/auth/debug_authentication.hpp"
#include "framework/base/durable_file.hpp"
#include "framework/gpio/relay.hpp"
#include "framework/probe/probe_reset_pin.hpp"
#include "framework/probe/st_link.hpp"
#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

constexpr double kPromisedDiscoveries = 2000;
const std::string kCredentials = RIGOR_SOURCE_DIR "/rigs/credentials/demo/";

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return std::move(*result);
}
void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().describe());
}

// A closed part with a valid record on a genuine V3, powered, and the driver's end of it.
class ClosedPart {
 public:
  explicit ClosedPart(const std::string& chip)
      : rig_({"nucleo-h533re", "v3ec", "probe", "{wires: [swd, nrst-probe, power], chip: {" + chip + "}}", "[]", {}}),
        timeline_(clock(), 64),
        crypto_(must(Crypto::create())),
        probe_(must(open_st_link(rig_.lab().usb(), "lab:bench", clock()))),
        reset_(*probe_),
        power_(must(Relay::take(rig_.lab().lines(), clock(), {.job = "power", .name = {"lab", "bench/power"}}))) {
    switch_on();
  }

  void switch_on() {
    must(without_value(power_->set(true)));
    must(clock().sleep_for(std::chrono::milliseconds(50)));
    must(without_value(probe_->set_speed_khz(8000)));
    must(probe_->attach());
  }
  void switch_off() {
    must(without_value(power_->set(false)));
    must(clock().sleep_for(std::chrono::milliseconds(300)));
  }

  DebugAuthentication authentication() {
    return {{*probe_, reset_, clock(), timeline_, crypto_}, Family::stm32h5, rig_.chip().authentication};
  }
  lab::Stm32h5Chip& chip() { return dynamic_cast<lab::Stm32h5Chip&>(rig_.bench().chip()); }
  Clock& clock() { return rig_.lab().clock(); }
  const Crypto& crypto() { return crypto_; }

 private:
  test::LabRig rig_;
  Timeline timeline_;
  Crypto crypto_;
  std::unique_ptr<Probe> probe_;
  ProbeResetPin reset_;
  std::unique_ptr<Relay> power_;
};

void discovery(benchmark::State& state) {
  ClosedPart part("state: closed, da-record: password, da-credential: " + std::string(64, '5'));
  DebugAuthentication authentication = part.authentication();
  for (auto _ : state) benchmark::DoNotOptimize(must(authentication.discover()));
  state.counters["trials"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["ratio"] =
      benchmark::Counter(static_cast<double>(state.iterations()) / kPromisedDiscoveries, benchmark::Counter::kIsRate);
}
BENCHMARK(discovery)->Unit(benchmark::kMicrosecond)->MinTime(2);

// A chain of three, from the file's text to every reason: the ceiling is its three signature checks alone.
void chain_verification(benchmark::State& state) {
  const Crypto crypto = must(Crypto::create());
  const Bytes file = must(read_file(RIGOR_SOURCE_DIR "/tests/data/da/chains/h5_leaf_chain.b64"));
  const CertificateChain chain = must(parse_chain(file));
  double measured = 0;
  double bare = 0;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    if (!judge_chain(crypto, must(parse_chain(file)), {}).accepted())
      throw std::runtime_error("a good chain was refused");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    measured += took.count();
    state.SetIterationTime(took.count());
    for (std::size_t i = 0; i < chain.certificates.size(); ++i) {
      const Certificate& certificate = chain.certificates[i];
      const PublicKey issuer = chain.certificates[i == 0 ? 0 : i - 1].key();
      if (!crypto.verify(issuer, certificate.signed_part(), certificate.signature))
        throw std::runtime_error("a good signature was refused");
    }
    bare += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin - took).count();
  }
  state.counters["chains_per_s"] = static_cast<double>(state.iterations()) / measured;
  state.counters["ceiling_per_s"] = static_cast<double>(state.iterations()) / bare;
  state.counters["ratio"] = bare / measured;
}
BENCHMARK(chain_verification)->Unit(benchmark::kMillisecond)->UseManualTime()->MinTime(2);

// Seconds for what one regression signs (the token) and verifies (three certificates and the token).
double seconds_of_cryptography(const Crypto& crypto, const SigningKey& key) {
  constexpr int kRounds = 100;
  const Bytes message = {1, 2, 3};
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    const Bytes signature = must(key.sign(crypto, message));
    for (int verification = 0; verification < 4; ++verification)
      if (!crypto.verify(key.public_half(), message, signature))
        throw std::runtime_error("a good signature was refused");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / kRounds;
}

void certificate_regression(benchmark::State& state) {
  ClosedPart part("state: open");
  const Credential credential =
      must(Credential::load_certificate(part.crypto(), kCredentials + "leaf_chain.b64", kCredentials + "leaf_key.pem"));
  const Digest root = credential.provisioned_hash(part.crypto());
  lab::Stm32h5Options closed;
  closed.encrypts = true;
  closed.state = lab::ProductState::closed;
  closed.tzen = true;
  closed.da_record = lab::PlantedRecord::certificate;
  closed.da_credential = Bytes(root.begin(), root.end());
  DebugAuthentication authentication = part.authentication();

  double measured = 0;
  for (auto _ : state) {
    part.switch_off();
    part.chip().plant(closed);
    part.switch_on();
    const auto begin = std::chrono::steady_clock::now();
    if (!must(authentication.authenticate(credential, kFullRegression)).confirmed)
      throw std::runtime_error("no verdict");
    must(part.clock().sleep_for(std::chrono::seconds(2)));  // erase, self reset, settle
    if (part.chip().truth().state != lab::ProductState::open) throw std::runtime_error("the part did not open");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    measured += took.count();
    state.SetIterationTime(took.count());
  }
  const double ceiling = seconds_of_cryptography(part.crypto(), credential.certificate()->key);
  const double each = measured / static_cast<double>(state.iterations());
  state.counters["regressions_per_s"] = 1 / each;
  state.counters["ceiling_per_s"] = 1 / ceiling;
  state.counters["ratio"] = ceiling / each;
}
BENCHMARK(certificate_regression)->Unit(benchmark::kMillisecond)->UseManualTime()->MinTime(3);

}  // namespace
}  // namespace rigor
