// Every guard rail: what it refuses before anything is touched, and the nearest thing that it lets through.
#include <gtest/gtest.h>

#include <fstream>

#include "framework/auth/da_record.hpp"
#include "framework/credential/da_lock.hpp"
#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;

struct Rail {
  std::string name;
  LabRigSpec spec;
  std::string refused;
  std::string reason;
  LabRigSpec other;  // differs where the rail looks
  std::string allowed;
};
void PrintTo(const Rail& rail, std::ostream* out) { *out << rail.name; }

class GuardRail : public ::testing::TestWithParam<Rail> {};

TEST_P(GuardRail, RefusesAndLetsTheNeighbourThrough) {
  const Rail& rail = GetParam();
  {
    LabRig rig(rail.spec);
    const TestRecord record = rig.run(rail.refused);
    EXPECT_EQ(record.verdict, Verdict::refused) << describe(record);
    EXPECT_EQ(record.reason, rail.reason) << describe(record);
    const std::string open = rig.chip().family == Family::stm32f4 ? "rdp-0" : "open";
    const TestRecord after = rig.run("- power: cycle\n- expect: {state: " + open + "}\n");
    EXPECT_EQ(after.verdict, Verdict::pass) << "left where it is, or brought back\n" << describe(after);
  }
  LabRig rig(rail.other);
  const TestRecord record = rig.run(rail.allowed);
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

const std::string kLook = "- power: cycle\n- identify:\n";
const std::string kTested = kLook + "- self-test: [nrst, power]\n";
const std::string kOpenTzOff = kTested + "- options: {set: {TZEN: off}}\n";
const std::string kStore = "- set-state: provisioning\n- provision: password\n";
const std::string kRehearsed = kOpenTzOff + kStore + "- discover:\n- regress: password\n" + kStore + "- discover:\n";

LabRigSpec part(const std::string& board, const std::string& more = "", const std::string& chip = "") {
  LabRigSpec spec;
  spec.board = board;
  spec.probe = "v3ec";
  spec.lab = "{wires: [swd, nrst-line, power]" + more + ", chip: {uid: 00470036 3133510C 35343732" + chip + "}}";
  return spec;
}

const std::string kH5 = "weact-h523", kH503 = "nucleo-h503rb", kH7rs = "stm32h7s78-dk", kF4 = "black-f407";

// The bench allows it and the run asks for it so often.
LabRigSpec with_consent(LabRigSpec spec, const std::string& verb, unsigned count = 1) {
  spec.allow = "[uncalibrated:set-state, irreversible]";
  spec.consents = {{"irreversible:" + verb, count}};
  return spec;
}
LabRigSpec without_allow(LabRigSpec spec) {
  spec.allow = "[uncalibrated:set-state]";
  return spec;
}
LabRigSpec without_count(LabRigSpec spec) {
  spec.consents.clear();
  return spec;
}

std::string write_file(const std::string& name, ByteView bytes) {
  const std::string path = ::testing::TempDir() + name;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

// A record of the demonstration certificate whose flag fits an H533, but no H523, or the other way round.
std::string record_with_flag(bool encrypted) {
  const Crypto crypto = Crypto::create().value();
  const std::string demo = RIGOR_SOURCE_DIR "/rigs/credentials/demo/";
  const auto credential = Credential::load_certificate(crypto, demo + "leaf_chain.b64", demo + "leaf_key.pem");
  const auto file = credential.value().make_record(crypto, Family::stm32h5, encrypted);
  return write_file(encrypted ? "encrypted.obk" : "plain.obk", file.value().view());
}

LabRigSpec with_record(LabRigSpec spec, const std::string& path) {
  spec.record = path;
  return spec;
}

LabRigSpec with_uncalibrated(LabRigSpec spec) {
  spec.allow = "[uncalibrated]";
  return spec;
}

const std::string kTrustedStore =
    "- options: {set: {TZEN: on}}\n- set-state: provisioning\n- provision: certificate\n- discover:\n";
const std::string kClosedWithCertificate =
    kTested + kTrustedStore + "- regress: certificate\n" + kTrustedStore + "- set-state: closed\n";
const std::string kPartial = "- regress: {method: certificate, scope: trustzone}\n";

LabRigSpec without_reset_line(const std::string& board) {
  LabRigSpec spec = part(board);
  spec.nrst = "none";
  spec.lab = "{wires: [swd, power]}";
  return spec;
}

std::vector<Rail> consents() {
  const LabRigSpec h5 = part(kH5), f4 = part(kF4);
  const LabRigSpec lock = with_consent(h5, "set-state"), otp = with_consent(f4, "otp");
  const std::string locked = kRehearsed + "- set-state: locked\n";
  const std::string write = kLook + "- otp: {write: 0x1FFF7800, data: \"01020304\"}\n";
  const std::string another = "- otp: {write: 0x1FFF7820, data: \"01020304\"}\n";
  const std::string lock_block = kLook + "- otp: {lock: 3}\n";
  return {
      {"LockedWithoutAnyConsent", h5, locked, "CONSENT_MISSING", lock, locked},
      {"LockedThatTheRunDidNotAskFor", without_count(lock), locked, "CONSENT_MISSING", lock, locked},
      {"LockedThatTheBenchDoesNotAllow", without_allow(lock), locked, "CONSENT_MISSING", lock, locked},
      {"Level2", f4, kLook + "- set-state: rdp-2\n", "CONSENT_MISSING", f4, kLook + "- set-state: rdp-1\n"},
      {"Level2WithConsent", without_count(with_consent(f4, "set-state")), kLook + "- set-state: rdp-2\n",
       "CONSENT_MISSING", with_consent(f4, "set-state"), kLook + "- set-state: rdp-2\n"},
      {"OtpWrite", f4, write, "CONSENT_MISSING", otp, write},
      {"OtpThatTheRunDidNotAskFor", without_count(otp), write, "CONSENT_MISSING", otp, write},
      {"OtpThatTheBenchDoesNotAllow", without_allow(otp), write, "CONSENT_MISSING", otp, write},
      {"OtpMoreOftenThanAskedFor", otp, write + another, "CONSENT_MISSING", with_consent(f4, "otp", 2),
       write + another},
      {"OtpLock", f4, lock_block, "CONSENT_MISSING", otp, lock_block},
      {"OtpOfAnH5", h5, kLook + "- otp: {write: 0x08FFF040, data: \"0102\"}\n", "CONSENT_MISSING",
       with_consent(h5, "otp"), kLook + "- otp: {write: 0x08FFF040, data: \"0102\"}\n"},
      {"OtpOfAnH7rs", part(kH7rs), kLook + "- otp: {write: 0x08FFF040, data: \"01020304\"}\n", "CONSENT_MISSING",
       with_consent(part(kH7rs), "otp"), kLook + "- otp: {write: 0x08FFF040, data: \"01020304\"}\n"},
      {"PasswordOfAnH503", part(kH503), kLook + "- provision: password\n", "CONSENT_MISSING",
       with_consent(part(kH503), "provision"), kLook + "- provision: password\n- provision: password\n"},
  };
}

std::vector<Rail> written_once() {
  const LabRigSpec f4 = with_consent(part(kF4), "otp", 9), h5 = with_consent(part(kH5), "otp", 9);
  const std::string f4_cell = "- otp: {write: 0x1FFF7800, data: \"01020304\"}\n";
  const std::string h5_cell = "- otp: {write: 0x08FFF040, data: \"0102\"}\n";
  const std::string image = "- program: {pattern: 1KiB}\n";
  return {
      {"SecondWriteOfOtp", f4, kLook + f4_cell + f4_cell, "OTP_WRITTEN", f4,
       kLook + f4_cell + "- otp: {write: 0x1FFF7804, data: \"01020304\"}\n"},
      {"SecondWriteOfOtpOnH5", h5, kLook + h5_cell + h5_cell, "OTP_WRITTEN", h5,
       kLook + h5_cell + "- otp: {write: 0x08FFF042, data: \"0102\"}\n"},
      {"WriteOfLockedOtp", f4, kLook + "- otp: {lock: 0}\n" + f4_cell, "OTP_LOCKED", f4,
       kLook + "- otp: {lock: 1}\n" + f4_cell},
      {"SecondWriteOfAQuadWord", h5, kLook + image + image, "STATE_UNSUITABLE", h5,
       kLook + image + "- erase: {offset: 0, size: 1KiB}\n" + image},
      {"SecondWriteOfAQuadWordOnH7rs", part(kH7rs), kLook + image + image, "STATE_UNSUITABLE", part(kH7rs),
       kLook + image + "- program: {pattern: 1KiB, offset: 8KiB}\n"},
      {"SecondWriteWhereBitsMayFollow", h5, kLook + image + image, "STATE_UNSUITABLE", part(kF4),
       kLook + image + image},
  };
}

std::vector<Rail> option_locks() {
  const LabRigSpec h5 = part(kH5), h7rs = part(kH7rs);
  const auto set = [](const std::string& what) { return kTested + "- options: {set: {" + what + "}}\n"; };
  const std::string secure = kTested + "- options: {set: {TZEN: on}}\n";
  return {
      {"LockOfAnOtpBlock", h5, set("LOCKBL: 1"), "CONSENT_MISSING", h5, set("LOCKBL: 0")},
      {"LockOfAnOtpBlockWithConsent", without_count(with_consent(h5, "options")), set("LOCKBL: 1"), "CONSENT_MISSING",
       with_consent(h5, "options"), set("LOCKBL: 1")},
      {"LockOfAnOtpBlockOnH7rs", h7rs, set("OTPL: 1"), "CONSENT_MISSING", h7rs, set("WRPS2: 0")},
      {"NonSecureBootLock", h5, set("NSBOOT_LOCK: 0xB4"), "CONSENT_MISSING", h5, set("NSBOOT_LOCK: 0xC3")},
      {"NonSecureBootLockWithConsent", h5, set("NSBOOT_LOCK: 0xB4"), "CONSENT_MISSING", with_consent(h5, "options"),
       set("NSBOOT_LOCK: 0xB4")},
      {"SecureBootLock", h5, secure + "- options: {set: {SECBOOT_LOCK: 0xB4}}\n", "CONSENT_MISSING", h5,
       secure + "- options: {set: {SECBOOT_LOCK: 0xC3}}\n"},
      {"NonSecureBootLockByAnotherValue", h5, set("NSBOOT_LOCK: 0x00"), "CONSENT_MISSING", h5,
       set("NSBOOT_LOCK: 0xC3")},
      {"TwoLocksForOneConsent", with_consent(h5, "options"), set("LOCKBL: 1, NSBOOT_LOCK: 0xB4"), "CONSENT_MISSING",
       with_consent(h5, "options", 2), set("LOCKBL: 1, NSBOOT_LOCK: 0xB4")},
      {"NoDebugAuthenticationForEver", h7rs, set("DBG_AUTH: 0xB4"), "CONSENT_MISSING", h7rs, set("WRPS3: 0")},
      {"AnotherWayOfDebugAuthentication", h7rs, set("DBG_AUTH: 0x51"), "CONSENT_MISSING", with_consent(h7rs, "options"),
       set("DBG_AUTH: 0x51")},
      {"CallingAPartProvisioned", h7rs, set("OEM_PROVD: 0xB4"), "CONSENT_MISSING", h7rs, set("OEM_PROVD: 0x6A")},
      {"HighSpeedPadsAtThreeVolts", h5, set("IO_VDD_HSLV: 1"), "SUPPLY_UNPROVEN", part(kH5, ", supply: {volts: 1.8}"),
       set("IO_VDD_HSLV: 1")},
      {"HighSpeedPadsOfASupplyThatNoProbeReads", part(kH5, ", supply: {volts: 1.8}"), set("IO_VDDIO2_HSLV: 1"),
       "SUPPLY_UNPROVEN", part(kH5, ", supply: {volts: 1.8}"), set("IO_VDD_HSLV: 1")},
      {"HighSpeedPadsOfTheFlashInterface", part("nucleo-h7s3l8"), set("XSPI2_HSLV: 1"), "SUPPLY_UNPROVEN", h7rs,
       set("XSPI2_HSLV: 1")},
      {"HighSpeedPadsOfAnH7rs", h7rs, set("VDDIO_HSLV: 1"), "SUPPLY_UNPROVEN", part(kH7rs, ", supply: {volts: 1.8}"),
       set("VDDIO_HSLV: 1")},
      {"HighSpeedPadsWithoutASelfTest", part(kH5, ", supply: {volts: 1.8}"),
       kLook + "- options: {set: {IO_VDD_HSLV: 1}}\n", "SUPPLY_UNPROVEN", part(kH5, ", supply: {volts: 1.8}"),
       set("IO_VDD_HSLV: 1")},
      {"HighSpeedPadsByAConstantReading", part(kH5, ", supply: {volts: 1.8}, probe: {volts: 1.8}"),
       set("IO_VDD_HSLV: 1"), "SUPPLY_UNPROVEN", part(kH5, ", supply: {volts: 1.8}"), set("IO_VDD_HSLV: 1")},
      {"LeavingOpenWithoutAResetLine", without_reset_line(kH5), kLook + "- set-state: provisioning\n",
       "NRST_NOT_DRIVEN", without_reset_line(kH5), kLook + "- options: {set: {WRPSGn1: 0xFE}}\n"},
  };
}

std::vector<Rail> leaving_open() {
  const LabRigSpec h5 = part(kH5), h7rs = part(kH7rs);
  const std::string secure = kTested + "- options: {set: {TZEN: on}}\n- set-state: provisioning\n";
  const std::string lock_file = write_file("lock.obk", make_da_lock(true).view());
  const std::string close = "- set-state: closed\n";
  LabRigSpec calibrated_only = h5;
  calibrated_only.allow = "[]";
  return {
      {"WithoutASelfTestInThisTest", h5, kLook + "- set-state: provisioning\n", "NRST_NOT_DRIVEN", h5,
       kTested + "- set-state: provisioning\n"},
      {"ThroughFactsThatNobodyConfirms", calibrated_only, kTested + "- set-state: provisioning\n", "CONSENT_MISSING",
       h5, kTested + "- set-state: provisioning\n"},
      {"ProvisionedStraightFromOpen", h5, kOpenTzOff + "- set-state: provisioned\n", "CREDENTIAL_UNPROVEN", h5,
       kRehearsed + "- set-state: provisioned\n"},
      {"ProvisionedStraightFromOpenOnH503", part(kH503), kTested + "- set-state: provisioned\n", "CREDENTIAL_UNPROVEN",
       with_consent(part(kH503), "provision"), kTested + "- provision: password\n- set-state: provisioning\n"},
      {"LeavingOpenBeforeThePasswordIsThere", part(kH503), kTested + "- set-state: provisioning\n",
       "CREDENTIAL_UNPROVEN", with_consent(part(kH503), "provision"),
       kTested + "- provision: password\n- set-state: provisioning\n"},
      {"ClosedStraightFromOpen", h5, kOpenTzOff + close, "STATE_UNSUITABLE", h5, kRehearsed + close},
      {"LeavingOpenWithAWatchdog", h5, kTested + "- options: {set: {IWDG_SW: 0}}\n- set-state: provisioning\n",
       "STATE_UNSUITABLE", h5, kTested + "- options: {set: {IWDG_SW: 1}}\n- set-state: provisioning\n"},
      {"PartialRegressionThatMayTakeTheRecord", h5, kClosedWithCertificate + kPartial, "CONSENT_MISSING",
       with_uncalibrated(h5), kClosedWithCertificate + kPartial},
      {"ClosingWithoutARecord", h5, kOpenTzOff + "- set-state: provisioning\n" + close, "CREDENTIAL_UNPROVEN", h5,
       kRehearsed + close},
      {"ClosingWithoutARehearsal", h5, kOpenTzOff + kStore + "- discover:\n" + close, "CREDENTIAL_UNPROVEN", h5,
       kRehearsed + close},
      {"ClosingWithoutADiscovery", h5, kOpenTzOff + kStore + "- discover:\n- regress: password\n" + kStore + close,
       "CREDENTIAL_UNPROVEN", h5, kRehearsed + close},
      {"ClosingAfterAnotherRecord", h5, kRehearsed + "- provision: password\n" + close, "CREDENTIAL_UNPROVEN", h5,
       kRehearsed + "- provision: password\n- discover:\n" + close},
      {"TrustZoneTurnedOnAfterTheRecord", h5, kRehearsed + "- options: {set: {TZEN: on}}\n" + close, "STATE_UNSUITABLE",
       h5, kRehearsed + "- options: {set: {TZEN: off}}\n" + close},
      {"PasswordWithTrustZone", h5, secure + "- provision: password\n", "CREDENTIAL_MISMATCH", h5,
       secure + "- provision: certificate\n"},
      {"CertificateWithoutTrustZone", h5, kOpenTzOff + "- set-state: provisioning\n- provision: certificate\n",
       "CREDENTIAL_MISMATCH", h5, kOpenTzOff + kStore},
      {"EncryptionFlagOfAnotherPart", with_record(h5, record_with_flag(true)), secure + "- provision: certificate\n",
       "CREDENTIAL_MISMATCH", with_record(h5, record_with_flag(false)), secure + "- provision: certificate\n"},
      {"NoEncryptionFlagWhereOneIsNeeded", with_record(part("nucleo-h533re"), record_with_flag(false)),
       secure + "- provision: certificate\n", "CREDENTIAL_MISMATCH",
       with_record(part("nucleo-h533re"), record_with_flag(true)), secure + "- provision: certificate\n"},
      {"RecordThatLocksForEver", with_record(h7rs, lock_file), kTested + kStore, "CREDENTIAL_MISMATCH", h7rs,
       kTested + kStore},
  };
}

std::vector<Rail> memory() {
  const LabRigSpec h5 = part(kH5), f4 = part(kF4), h7rs = part(kH7rs);
  const auto write = [](const std::string& address) {
    return kLook + "- write-memory: {address: " + address + ", data: \"00000000\"}\n";
  };
  return {
      {"RegisterOfAnH5", h5, write("0x44020C00"), "CONSENT_MISSING", h5, write("0x20000000")},
      {"RegisterWithConsent", without_count(with_consent(h5, "write-memory")), write("0x40021000"), "CONSENT_MISSING",
       with_consent(h5, "write-memory"), write("0x20000000")},
      {"CoreRegisterOfAnF4", f4, write("0xE000ED0C"), "CONSENT_MISSING", f4, write("0x2001FFFC")},
      {"ExternalMemoryOfAnH7rs", h7rs, write("0x90000000"), "CONSENT_MISSING", h7rs, write("0x24000000")},
  };
}

const auto kRailName = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Consent, GuardRail, ::testing::ValuesIn(consents()), kRailName);
INSTANTIATE_TEST_SUITE_P(WrittenOnce, GuardRail, ::testing::ValuesIn(written_once()), kRailName);
INSTANTIATE_TEST_SUITE_P(Options, GuardRail, ::testing::ValuesIn(option_locks()), kRailName);
INSTANTIATE_TEST_SUITE_P(Memory, GuardRail, ::testing::ValuesIn(memory()), kRailName);
INSTANTIATE_TEST_SUITE_P(LeavingOpen, GuardRail, ::testing::ValuesIn(leaving_open()), kRailName);

}  // namespace
}  // namespace rigor
