// What a certificate may be bound to, and what each permission does (debug-authentication.md 7, 9, 13.2, 13.2b).
#include <gtest/gtest.h>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using Statuses = std::vector<std::uint16_t>;
const Statuses kAllGranted = {2, 2, 0};
const Statuses kRootRefused = {1};
const Statuses kLeafRefused = {2, 1};
constexpr std::uint32_t kTzRegression = 1U << 12;

Bytes soc_id(const Stm32h5Options& options) {
  Bytes id(16, 0);
  for (std::size_t i = 0; i < 3; ++i) store_le32(id, 4 * i, options.uid[i]);
  return id;
}

TEST(Scope, ACertificateMustSuitThePart) {
  const Stm32h5Options part = certificate_part();
  const CertificateFields root{}, leaf{.role = 3};
  struct Case {
    const char* what;
    CertificateFields root, leaf;
    Statuses statuses;
  };
  const auto with = [](CertificateFields fields, const auto& change) {
    change(fields);
    return fields;
  };
  const Case cases[] = {
      {"neutral", root, leaf, kAllGranted},
      {"this class", root, with(leaf, [](auto& f) { f.soc_class = 0x478; }), kAllGranted},
      {"another class", root, with(leaf, [](auto& f) { f.soc_class = 0x484; }), kLeafRefused},
      {"this unit", root, with(leaf, [&](auto& f) { f.soc_id = soc_id(part); }), kAllGranted},
      {"another unit", root, with(leaf, [](auto& f) { f.soc_id = Bytes(16, 7); }), kLeafRefused},
      {"this life cycle", root, with(leaf, [](auto& f) { f.lifecycle = 0x3072; }), kAllGranted},
      {"this PSA life cycle", root, with(leaf, [](auto& f) { f.lifecycle = 0x3000; }), kAllGranted},
      {"another life cycle", root, with(leaf, [](auto& f) { f.lifecycle = 0x2017; }), kLeafRefused},
      {"conflicting usage", root, with(leaf, [](auto& f) { f.usage = 2; }), kLeafRefused},
      {"neutral usage", root, with(leaf, [](auto& f) { f.usage = 0; }), kAllGranted},
      {"conflicting constraint", with(root, [](auto& f) { f.oem_constraint = 5; }),
       with(leaf, [](auto& f) { f.oem_constraint = 6; }), kLeafRefused},
      {"leaf offered as a root", with(root, [](auto& f) { f.role = 3; }), leaf, kRootRefused},
      {"second root", root, root, kLeafRefused},
      {"unknown role", root, with(leaf, [](auto& f) { f.role = 4; }), kLeafRefused},
      {"extensions", root, with(leaf, [](auto& f) { f.extensions = Bytes(12, 9); }), kAllGranted},
      {"root masks the request", with(root, [](auto& f) { f.permissions = 0x3F; }), leaf, {2, 2, 1}},
  };
  for (const Case& c : cases) {
    Bench bench(part);
    bench.start();
    EXPECT_EQ(offer(bench, c.root, c.leaf, kFullRegression), c.statuses) << c.what;
  }
}

TEST(Scope, ABoundCertificateFailsWhereTheIdReadsZero) {
  Stm32h5Options part = certificate_part();
  part.soc_id_zero = true;
  Bench bench(part);
  bench.start();
  EXPECT_EQ(offer(bench, {}, {.role = 3, .soc_id = soc_id(part)}, kFullRegression), kLeafRefused);
}

TEST(Scope, ATzRegressionKeepsTheSecureSide) {
  for (const bool erases_records : {false, true}) {
    Stm32h5Options part = certificate_part();
    part.flash_fill = FlashFill::zeros;
    part.option_words[static_cast<std::size_t>(OptionWord::secwm1)] = 3U << 16;  // sectors 0..3
    part.option_words[static_cast<std::size_t>(OptionWord::secwm2)] = 31;        // none
    part.tz_regression_erases_obk = erases_records;
    Bench bench(part);
    bench.start();
    ASSERT_EQ(offer(bench, {}, {.role = 3}, kTzRegression), kAllGranted);
    EXPECT_EQ(bench.chip->truth().state, ProductState::ns_regression);
    bench.pass(5s);
    const Stm32h5Truth truth = bench.chip->truth();
    EXPECT_EQ(truth.state, ProductState::tz_closed);
    EXPECT_TRUE(truth.tzen);
    EXPECT_EQ(truth.record_usable, !erases_records);
    EXPECT_EQ(bench.chip->flash()[0x7FFF], 0x00);
    EXPECT_EQ(bench.chip->flash()[0x8000], 0xFF);
  }
}

// lifecycle.md 1.1: from CLOSED and TZ-CLOSED.
TEST(Scope, ATzRegressionIsForClosedParts) {
  using enum ProductState;
  for (const bool anywhere : {false, true})
    for (const ProductState from : {provisioning, iroot_provisioned, tz_closed, closed}) {
      Stm32h5Options part = certificate_part(from);
      part.flash_fill = FlashFill::zeros;
      part.option_words[static_cast<std::size_t>(OptionWord::secwm1)] = 3U << 16;
      part.tz_regression_before_closed = anywhere;
      Bench bench(part);
      bench.start();
      const bool granted = anywhere || from == tz_closed || from == closed;
      EXPECT_EQ(offer(bench, {}, {.role = 3}, kTzRegression), granted ? kAllGranted : (Statuses{2, 2, 1}));
      bench.pass(5s);
      EXPECT_EQ(bench.chip->truth().state, granted ? tz_closed : from);
      EXPECT_EQ(bench.chip->truth().regressions, granted ? 1U : 0U);
      EXPECT_EQ(bench.chip->flash()[0], 0x00) << "secure flash stays either way";
    }
}

TEST(Scope, DebugIsReopenedAtTheGrantedLevel) {
  struct Case {
    std::uint32_t bit;
    bool secure;
  };
  for (const Case& c : {Case{0, false}, Case{1, false}, Case{2, false}, Case{4, true}, Case{5, true}, Case{6, true}}) {
    Bench bench(certificate_part());
    bench.start();
    ASSERT_EQ(offer(bench, {}, {.role = 3}, 1U << c.bit), kAllGranted);
    bench.pass(100ms);
    EXPECT_TRUE(bench.read(Ap::core, 0x20000000)) << c.bit;
    EXPECT_EQ(bench.read(Ap::core, 0x30000000, kSecure).has_value(), c.secure) << c.bit;
    EXPECT_EQ(bench.chip->truth().state, ProductState::closed);
  }
}

}  // namespace
}  // namespace rigor::lab::test
