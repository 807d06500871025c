// Storing a record through the RSS service, as a debugger may start it (stm32h5.md 6 and 10).
#include <gtest/gtest.h>

#include "fixtures/virtual/authentication/crypto.hpp"
#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kBuffer = 0x20034000, kBlock = 0x20034400, kStub = 0x20034800, kTable = 0x0BF9FB68;
constexpr std::uint32_t kGood = 0xEAEAEAEA, kBad = 0xF5F5F5F5;

std::uint32_t crc(ByteView bytes, bool reflected, std::uint32_t value = 0xFFFFFFFF) {
  for (const std::uint8_t byte : bytes)
    for (int bit = 0; bit < 8; ++bit) {
      const std::uint32_t in = reflected ? (byte >> bit) & 1U : (byte >> (7 - bit)) & 1U;
      const std::uint32_t top = reflected ? value & 1U : value >> 31;
      value = reflected ? value >> 1 : value << 1;
      if ((top ^ in) != 0) value ^= reflected ? 0xEDB88320U : 0x04C11DB7U;
    }
  return value;
}

struct Call {
  std::uint32_t source = kBuffer, destination = 0x0FFD0100, encrypt = 0;
  bool reflected = false, wrong_crc = false, fields_first = false, in_stub = false;
  std::uint32_t table = kTable;
};

Bytes obk_payload(const std::string& name) {
  const Bytes file = test_file(name);
  return {file.begin() + 12, file.end()};
}

void place(Bench& bench, const Bytes& payload, const Call& call) {
  bench.poke_block(call.source, payload);
  Bytes fields(16);
  store_le32(fields, 0, call.source);
  store_le32(fields, 4, call.destination);
  store_le32(fields, 8, static_cast<std::uint32_t>(payload.size()));
  store_le32(fields, 12, call.encrypt);
  std::uint32_t sum = 0;
  if (call.fields_first)
    sum = crc(payload, call.reflected, crc(fields, call.reflected));
  else
    sum = crc(fields, call.reflected, crc(payload, call.reflected));
  if (call.reflected) sum = ~sum;
  bench.poke_block(kBlock, fields);
  bench.poke(kBlock + 16, call.wrong_crc ? ~sum : sum);
}

// Registers and a breakpoint, or a stub that loads r0 and branches.
void begin(Bench& bench, const Bytes& payload, const Call& call) {
  EXPECT_TRUE(bench.halt());
  place(bench, payload, call);
  const std::uint32_t entry = bench.peek(call.table);
  if (call.in_stub) {
    for (const auto& [at, code] : {std::pair{0U, 0x4802U}, {2U, 0x4B02U}, {4U, 0x4798U}, {6U, 0xBE00U}})
      (void)bench.write(Ap::core, kStub + at, code, kPlain, 2);  // ldr r0; ldr r3; blx r3; bkpt
    bench.poke(kStub + 12, kBlock);
    bench.poke(kStub + 16, 0);
    (void)bench.write(Ap::core, kStub + 2, 0x4B03, kPlain, 2);
    bench.poke(kStub + 16, entry);
    bench.set_core_register(15, kStub);
  } else {
    (void)bench.write(Ap::core, kStub, 0xBE00, kPlain, 2);
    bench.set_core_register(0, kBlock);
    bench.set_core_register(13, 0x20034FF0);
    bench.set_core_register(14, kStub | 1);
    bench.set_core_register(15, entry);
  }
  bench.set_core_register(16, 1U << 24);
  bench.resume();
}

std::uint32_t provision(Bench& bench, const Bytes& payload, const Call& call) {
  begin(bench, payload, call);
  EXPECT_TRUE(bench.wait_halted(100ms));
  return bench.core_register(0);
}

Stm32h5Options bare(ProductState state = ProductState::provisioning) {
  Stm32h5Options options;
  options.state = state;
  return options;
}

TEST(Provisioning, BothWaysOfCallingStoreTheRecord) {
  const Bytes payload = obk_payload("obk/h5_DA_ConfigWithPassword_enc1.obk");
  for (const bool in_stub : {false, true}) {
    Bench bench(bare());
    bench.start();
    EXPECT_EQ(provision(bench, payload, {.in_stub = in_stub}), kGood);
    EXPECT_TRUE(bench.chip->truth().record_valid);
    EXPECT_TRUE(bench.chip->truth().record_usable);
  }
}

TEST(Provisioning, TheStoredCredentialWorks) {
  Bench bench(bare());
  bench.start();
  ASSERT_EQ(provision(bench, obk_payload("obk/h5_DA_ConfigWithPassword_enc1.obk"), {}), kGood);
  bench.request_state(ProductState::closed);
  EXPECT_EQ(authenticate_password(bench, password_text()), 0);
}

TEST(Provisioning, CutShortItLeavesARecordThatDoesNotVerify) {
  const Bytes payload = obk_payload("obk/h5_DA_ConfigWithPassword_enc1.obk");
  for (const bool before : {false, true})
    for (const bool in_stub : {false, true}) {
      Bench bench(before ? password_part(ProductState::provisioning) : bare());
      bench.start();
      begin(bench, payload, {.in_stub = in_stub});
      bench.pass(1ms);
      bench.restart();
      EXPECT_FALSE(bench.chip->truth().record_valid) << "neither the old record nor the new one";
      EXPECT_EQ(provision(bench, payload, {}), kGood);
      EXPECT_TRUE(bench.chip->truth().record_usable);
      bench.restart();
      EXPECT_TRUE(bench.chip->truth().record_usable) << "what is over is over";
    }
}

TEST(Provisioning, RefusesWhatIsWrongWithTheBlock) {
  const Bytes payload = obk_payload("obk/h5_DA_Config_enc0.obk");
  const Bytes short_payload(payload.begin(), payload.begin() + 80);  // the old format of report F10
  struct Case {
    const char* what;
    Bytes payload;
    Call call;
  };
  for (const Case& c : {Case{"CRC", payload, {.wrong_crc = true}}, Case{"other CRC", payload, {.reflected = true}},
                        Case{"other order", payload, {.fields_first = true}},
                        Case{"source outside SRAM3", payload, {.source = 0x20000000}},
                        Case{"destination outside", payload, {.destination = 0x0FFD2000}},
                        Case{"destination of another family", payload, {.destination = 0x00510008}},
                        Case{"flag word", payload, {.encrypt = 0xCACA0AA0}}, Case{"size", short_payload, {}}}) {
    Bench bench(bare());
    bench.start();
    EXPECT_EQ(provision(bench, c.payload, c.call), kBad) << c.what;
    EXPECT_FALSE(bench.chip->truth().record_valid) << c.what;
  }
}

TEST(Provisioning, UnknownFactsAreOptions) {
  const Bytes payload = obk_payload("obk/h5_DA_Config_enc0.obk");
  Stm32h5Options options = bare();
  options.provisioning_table = 0x0BF9FE68;
  options.crc = ProvisioningCrc::crc32_reflected;
  options.encrypt_word = 0xCACA0AA0;
  options.crc_error_word = 0xF5F58080;
  options.system_words_readable_in = {ProductState::open};  // versions only: RSS needs its table read
  options.system_flash_fill = 0;
  options.encrypts = true;
  Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(kTable), 0U) << "nothing at the usual place";
  Call call{.encrypt = 0xCACA0AA0, .reflected = true, .table = 0x0BF9FE68};
  EXPECT_EQ(provision(bench, payload, call), kGood);
  EXPECT_TRUE(bench.chip->truth().record_usable);
  call.reflected = false;
  EXPECT_EQ(provision(bench, payload, call), 0xF5F58080U);
}

TEST(Provisioning, TheWrongFlagStoresWellAndFailsLater) {
  const Bytes payload = obk_payload("obk/h5_DA_ConfigWithPassword_enc1.obk");
  for (const bool encrypts : {false, true}) {
    Stm32h5Options options = bare();
    options.encrypts = encrypts;
    Bench bench(options);
    bench.start();
    EXPECT_EQ(provision(bench, payload, {.encrypt = encrypts ? 0U : 1U}), kGood);
    EXPECT_TRUE(bench.chip->truth().record_valid) << "discovery shows 0xEAEAEAEA";
    EXPECT_FALSE(bench.chip->truth().record_usable);
    EXPECT_EQ(authenticate_password(bench, password_text()), 1);
    EXPECT_EQ(bench.chip->truth().state, ProductState::provisioning);
  }
}

TEST(Provisioning, OverwritingIsAllowedAnyNumberOfTimes) {
  Bench bench(bare());
  bench.start();
  EXPECT_EQ(provision(bench, obk_payload("obk/h5_DA_Config_enc0.obk"), {}), kGood);
  EXPECT_EQ(provision(bench, obk_payload("obk/h5_DA_ConfigWithPassword_enc1.obk"), {}), kGood);
  EXPECT_EQ(authenticate_password(bench, password_text()), 0);
}

TEST(Provisioning, InOpenOnlyWhileRssRuns) {
  const Bytes payload = obk_payload("obk/h5_DA_Config_enc0.obk");
  for (const bool boot0 : {false, true}) {
    Stm32h5Options options = bare(ProductState::open);
    Bench bench(options);
    bench.chip->boot0(boot0);
    bench.start();
    EXPECT_EQ(bench.peek(kTable) == 0, !boot0) << "masked once user code runs";
    if (!boot0) continue;
    EXPECT_EQ(provision(bench, payload, {}), kGood);
  }
}

TEST(Provisioning, NotAfterLockingDebugUntilAReset) {
  Bench bench(password_part(ProductState::provisioning));
  bench.start();
  ASSERT_TRUE(open_session(bench));
  ASSERT_TRUE(request(bench, 6));
  const Bytes payload = obk_payload("obk/h5_DA_Config_enc0.obk");
  EXPECT_EQ(provision(bench, payload, {}), kBad);
  bench.restart();
  EXPECT_EQ(provision(bench, payload, {}), kGood);
}

}  // namespace
}  // namespace rigor::lab::test
