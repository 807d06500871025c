#include "tests/lab/stm32h7rs_driver/driven_bench.hpp"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "framework/bench/rig_description.hpp"
#include "framework/bench/search_path.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;

const std::string kCredentials = RIGOR_SOURCE_DIR "/rigs/credentials/demo/";

// What the reference leaves open, the other way round: the keys are the chip model's.
const std::string kHostile =
    "ack-mapping: b, answer-delay: 5ms, answer-word: 0x53544441, ap0-faults-after-reset: 8, "
    "ap0-id: 0x84770001, ap1-id: 0x54770002, ap1-id-when-locked: on, "
    "bus-in-reset-faults: off, close-session: on, closing-needs-record: on, crc-fields-first: on, "
    "crc-word-order: on, debug-port-up: 8ms, deny-uncovered: off, double-ecc-faults: on, "
    "encrypt-word: 0xCACA0AA0, flash-hidden-in-provisioning: on, flash-size-word: 0, "
    "identity-hidden-outside-open: on, interrupted-options: all-ones, lock-until-power-cycle: on, "
    "nrst-min-pulse: 5ms, nvstate-closed-in-provisioning: on, option-time: 240ms, "
    "options-apply-at-reset: off, packed-discovery: on, permissions-before-obk: on, "
    "power-on-time: 5ms, program-time: 100us, provisioning-in-open: on, "
    "provisioning-needs-whole-sram3: on, psa-lifecycle-only: on, regression-drops-swd: on, "
    "regression-restores-hdp: on, regression-restores-user-options: on, "
    "regression-restores-wrp: on, regression-settle: 4s, rotsr-writable-in-open: on, "
    "rss-answer-after: 840ms, rss-look-after: 60ms, sector-erase-time: 10ms, service-time: 200ms, "
    "state-change-time: 500ms, state-change-reset-after: 0ms, soc-id-zero: on, "
    "stale-word: 0xBADF00D0, status-after-erase: on, sw-clear-device-flag: on, "
    "system-reset-sets-pin-flag: on, trailing-words: 3, unknown-record: on, vendor-word: 0x2000, "
    "virgin-otp-faults: on, word-delay: 400us, da-on-system-reset: on, service-entry: 0x1FF10000";

template <typename Value>
Value need(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return std::move(*result);
}
void need(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().describe());
}

std::filesystem::path make_directory() {
  std::string pattern = ::testing::TempDir() + "rigor-driver-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create " + pattern);
  return pattern;
}

}  // namespace

DrivenBench::DrivenBench(const Silicon& silicon, const std::string& wires)
    : directory_(make_directory()), crypto_(need(Crypto::create())) {
  const std::filesystem::path path = directory_ / "rig.yaml";
  std::ofstream(path) << "rig: test\n"
                         "benches:\n"
                         "  - name: bench\n"
                         "    board: nucleo-h7s3l8\n"
                         "    probe: {lab: v3ec}\n"
                         "    wiring: {nrst: probe, power: relay}\n"
                         "    lines:\n"
                         "      power: {lab: relay, active: high, settle: 15ms, min-off: 300ms, safe: off}\n"
                         "    lab:\n"
                         "      wires: "
                      << wires << "\n      chip: {" << silicon.chip << "}\n";
  Faults faults;
  auto rig = load_rig(path, SearchPath{{RIGOR_SOURCE_DIR}}, faults);
  if (!rig) throw std::runtime_error(faults.describe());
  rig_ = std::move(*rig);
  lab_ = need(lab::Lab::build(rig_, 7));
  actor_ = lab_->clock().enroll("test");
  timeline_ = std::make_unique<Timeline>(lab_->clock());
  bench_ = need(OpenBench::open(rig_.benches.front(),
                                {lab_->usb(), lab_->lines(), lab_->serial(), lab_->clock(), *timer_}, *timeline_));
  need(bench_->switch_power(true));
  need(bench_->connect());
}

DrivenBench::~DrivenBench() { std::filesystem::remove_all(directory_); }

void DrivenBench::power_cycle() {
  need(bench_->switch_power(false));
  need(bench_->switch_power(true));
  need(bench_->connect());
}

void DrivenBench::pulse_reset() {
  need(bench_->pulse_reset(20ms));
  need(bench_->connect());
}

Result<Authenticated> DrivenBench::authenticate(const Credential& credential, const Permissions& wanted) {
  RIGOR_TRY(ResetPin* const pin, bench_->reset_pin());
  DebugAuthentication authentication({bench_->probe(), *pin, bench_->clock(), *timeline_, crypto_}, facts().family,
                                     facts().authentication);
  return authentication.authenticate(credential, wanted);
}

Result<Discovery> DrivenBench::discover() {
  RIGOR_TRY(ResetPin* const pin, bench_->reset_pin());
  DebugAuthentication authentication({bench_->probe(), *pin, bench_->clock(), *timeline_, crypto_}, facts().family,
                                     facts().authentication);
  return authentication.discover();
}

Result<void> DrivenBench::regress(const Credential& credential) {
  RIGOR_CHECK(authenticate(credential, kFullRegression));
  const TimePoint deadline = bench_->clock().now() + facts().authentication.reboot_limit;
  while (bench_->clock().now() < deadline) {
    RIGOR_CHECK(bench_->clock().sleep_for(500ms));
    if (!bench_->connect()) continue;
    const auto state = target().product_state();
    if (state && *state == ProductState::open) return {};
  }
  return fail(Code::regression_incomplete, "the part is not open in time");
}

Credential DrivenBench::certificate() const {
  return need(Credential::load_certificate(crypto_, kCredentials + "leaf_chain.b64", kCredentials + "leaf_key.pem"));
}

Credential DrivenBench::password() const {
  return need(Credential::load_password(crypto_, kCredentials + "password.bin"));
}

Result<ProvisioningReport> DrivenBench::provision(const Credential& credential) {
  const Timeline::Concealment hidden(*timeline_);
  RIGOR_TRY(const Secret file, credential.make_record(crypto_, facts().family, facts().provisioning.encrypts));
  RIGOR_TRY(const Obk obk, parse_obk(file.view()));
  return target().provision({.destination = obk.destination, .encrypt = obk.encrypted, .payload = obk.payload.view()});
}

std::vector<Silicon> all_silicon() {
  return {{"default", ""},
          {"hostile", kHostile},
          {"reflected_checksum", "crc: crc32-reflected, crc-fields-first: on"},
          {"arguments_in_block", "arguments-in-block: on"}};
}

}  // namespace rigor::test
