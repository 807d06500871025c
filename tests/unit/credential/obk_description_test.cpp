// ST's XML descriptions: what is read, what is refused and where, and the bytes that are made of them.
#include "framework/credential/obk_description.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "framework/auth/da_record.hpp"
#include "framework/credential/da_lock.hpp"
#include "tests/support/contains_secret.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kPassword = "synthetic-pass-1";

// Pieces that tests replace.
struct Xml {
  std::string before = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::string info =
      "<Title>Debug Authentication</Title>\n<ObDestAddress>0x0ffd0100</ObDestAddress>\n<DoEncryption>1</DoEncryption>\n"
      "<GlobalAlign>16</GlobalAlign>\n";
  std::string marks = "<Hash>\n</Hash>\n<DA>\n</DA>\n";
  std::string credential =
      "<File><Name>root key</Name><Value>keys\\key_1_root_pub.pem</Value><Align>4</Align>"
      "<KeyType>ecdsa-p256</KeyType><Type>Public</Type><Default>x.pem</Default><Tooltip>t</Tooltip></File>\n";
  std::string mask =
      "<Permission><Name>Permission</Name><Value>0x00005077</Value><Width>4</Width><Default>0xFFFFFFFF</Default>"
      "</Permission>\n";
  std::string output = "<Output><Name>Output File</Name><Value>.\\..\\Binary\\DA_Config.obk</Value></Output>\n";

  [[nodiscard]] std::string text() const {
    return before + "<Root>\n<Obdata>\n<Info>\n" + info + "</Info>\n" + marks + credential + mask + output +
           "</Obdata>\n</Root>\n";
  }
};

std::string password_element(const std::string& value) {
  return "<Text><Name>Password</Name><Value>" + value +
         "</Value><MinWidth>4</MinWidth><Width>16</Width><Default>0000</Default></Text>\n";
}
constexpr const char* kReserved =
    "<Data><Name>Reserved</Name><Value>0x00000000</Value><Width>4</Width><Reserved>1</Reserved></Data>\n";
constexpr const char* kH7rsInfo =
    "<Title>T</Title><MCU>STM32H7S78</MCU><ObDestAddress>0x00510008</ObDestAddress><DoEncryption>1</DoEncryption>"
    "<GlobalAlign>32</GlobalAlign>";
constexpr const char* kH7rsPasswordInfo =
    "<ObDestAddress>0x008A0008</ObDestAddress><DoEncryption>1</DoEncryption><GlobalAlign>32</GlobalAlign>";

class Description : public ::testing::Test {
 protected:
  // As if it stood beside the vectors.
  static Result<ObkDescription> parse(const Xml& xml) { return parse_text(xml.text()); }
  static Result<ObkDescription> parse_text(std::string_view text) {
    return parse_obk_description(text, vectors::path("DA_Config.xml"));
  }
  Result<Secret> build(const Xml& xml) {
    auto description = parse(xml);
    if (!description) return std::unexpected(description.error());
    return build_obk(crypto_, *description);
  }
  void expect_bytes(const Xml& xml, std::string_view vector) {
    const auto obk = build(xml);
    ASSERT_TRUE(obk.has_value()) << obk.error().describe();
    EXPECT_EQ(to_hex(obk->view()), to_hex(vectors::bytes(vector)));
  }

  Crypto crypto_ = Crypto::create().value();
};

TEST_F(Description, SaysWhatIsInIt) {
  const auto description = parse({});
  ASSERT_TRUE(description.has_value()) << description.error().describe();
  EXPECT_EQ(description->title, "Debug Authentication");
  EXPECT_EQ(description->destination, 0x0FFD0100U);
  EXPECT_TRUE(description->encrypt);
  EXPECT_EQ(description->align, 16U);
  EXPECT_THAT(description->mcu, IsEmpty());
  EXPECT_TRUE(description->hash);
  EXPECT_TRUE(description->credential);
  EXPECT_EQ(description->output, ".\\..\\Binary\\DA_Config.obk");
  EXPECT_EQ(family_of(*description), Family::stm32h5);
  ASSERT_EQ(description->elements.size(), 2U);
  const ObkElement& key = description->elements[0];
  EXPECT_EQ(key.kind, ObkElement::Kind::key_file);
  EXPECT_EQ(key.name, "root key");
  EXPECT_EQ(key.key_type, "ecdsa-p256");
  EXPECT_TRUE(key.public_half);
  EXPECT_EQ(key.place.line, 14U);
  EXPECT_EQ(key.place.column, 35U);
  const ObkElement& mask = description->elements[1];
  EXPECT_EQ(mask.kind, ObkElement::Kind::permissions);
  EXPECT_EQ(mask.value, "0x00005077");
  EXPECT_EQ(mask.permissions.text(), "0x5077");
  EXPECT_EQ(mask.width, 4U);
  EXPECT_FALSE(mask.reserved);
}

TEST_F(Description, APasswordStaysASecret) {
  Xml xml{.credential = password_element(kPassword), .mask = kReserved};
  const auto description = parse(xml);
  ASSERT_TRUE(description.has_value()) << description.error().describe();
  ASSERT_EQ(description->elements.size(), 2U);
  const ObkElement& password = description->elements[0];
  EXPECT_EQ(password.kind, ObkElement::Kind::password);
  EXPECT_THAT(password.value, IsEmpty());
  EXPECT_EQ(password.shortest, 4U);
  EXPECT_EQ(std::string(password.password.view().begin(), password.password.view().end()), kPassword);
  EXPECT_TRUE(description->elements[1].reserved);
}

TEST_F(Description, PathsAreRelativeToItWithBothSeparators) {
  ObkDescription description;
  description.source = "/work/Config/DA_Config.xml";
  EXPECT_EQ(description.resolve(".\\..\\Keys\\root.pem"), "/work/Keys/root.pem");
  EXPECT_EQ(description.resolve("./../Keys/root.pem"), "/work/Keys/root.pem");
  EXPECT_EQ(description.resolve("root.pem"), "/work/Config/root.pem");
  EXPECT_EQ(description.resolve("/elsewhere/root.pem"), "/elsewhere/root.pem");
  description.source = "DA_Config.xml";
  EXPECT_EQ(description.resolve("keys/root.pem"), "keys/root.pem");
}

TEST_F(Description, MakesTheBytesOfTheVectors) {
  expect_bytes({}, "obk/h5_DA_Config_enc1.obk");
  Xml plain;
  plain.info.replace(plain.info.find("<DoEncryption>1"), 15, "<DoEncryption>0");
  expect_bytes(plain, "obk/h5_DA_Config_enc0.obk");
  expect_bytes({.credential = password_element(kPassword), .mask = kReserved}, "obk/h5_DA_ConfigWithPassword_enc1.obk");
  expect_bytes({.credential = password_element(kPassword), .mask = ""}, "obk/h5_DA_ConfigWithPassword_enc1.obk");
  expect_bytes({.info = kH7rsInfo,
                .mask = "<Permission><Value>0x80000000000000000000000000004007</Value><Width>4</Width></Permission>"},
               "obk/h7rs_DA_Config.obk");
  expect_bytes({.info = kH7rsPasswordInfo, .credential = password_element(kPassword), .mask = kReserved},
               "obk/h7rs_DA_ConfigWithPassword.obk");
}

TEST_F(Description, TakesOnlyThePublicHalfOfAPrivateKey) {
  Xml xml;
  xml.credential.replace(xml.credential.find("_pub"), 4, "");
  expect_bytes(xml, "obk/h5_DA_Config_enc1.obk");
}

TEST_F(Description, TextIsReadAsXmlSays) {
  const auto characters = [&](const std::string& value) {
    const auto description = parse({.credential = password_element(value), .mask = kReserved});
    EXPECT_TRUE(description.has_value()) << description.error().describe();
    if (!description) return std::string();
    const ByteView view = description->elements[0].password.view();
    return std::string(view.begin(), view.end());
  };
  EXPECT_EQ(characters("a&amp;b&lt;&#99;&#x64;"), "a&b<cd");
  EXPECT_EQ(characters("<![CDATA[a&b<c]]>"), "a&b<c");
  EXPECT_EQ(characters(" pass "), " pass ") << "blanks belong to a password";
  EXPECT_EQ(characters("     "), "     ");
}

TEST_F(Description, WhatOtherObkDescriptionsHoldIsReadAndNotBuilt) {
  Xml xml{.marks = "<Hash/>",
          .credential =
              "<List><Name>images</Name><Value>0x01</Value><Width>1</Width><Val>0x01,one</Val>"
              "<Val>0x02,two</Val><Dependency>Image</Dependency></List>"
              "<Bool><Name>b</Name><Value>0x00</Value><True>0x01</True><False>0x00</False></Bool>"
              "<File><Value>k.pem</Value><Type></Type></File>",
          .mask = "<Data><Value>0x1000</Value><Width>4</Width><Slot>a</Slot><Slot>b</Slot></Data>"};
  const auto description = parse(xml);
  ASSERT_TRUE(description.has_value()) << description.error().describe();
  EXPECT_EQ(description->elements.size(), 4U);
  EXPECT_FALSE(description->elements[2].public_half);
  const auto built = build_obk(crypto_, *description);
  ASSERT_FALSE(built.has_value());
  EXPECT_EQ(built.error().code(), Code::file_invalid);
  EXPECT_THAT(built.error().message(), HasSubstr("has no <DA>"));
}

struct Refusal {
  std::string name;
  std::string text;
  std::string place;  // ":LINE:COLUMN: "
  std::string words;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

std::string with_info(const std::string& info) { return Xml{.info = info}.text(); }
std::string without(const std::string& piece) {
  std::string text = Xml().text();
  EXPECT_NE(text.find(piece), std::string::npos) << piece;
  return text.erase(text.find(piece), piece.size());
}
std::string instead(const std::string& piece, const std::string& other) {
  std::string text = Xml().text();
  EXPECT_NE(text.find(piece), std::string::npos) << piece;
  return text.replace(text.find(piece), piece.size(), other);
}

std::vector<Refusal> refusals() {
  const std::string laughs =
      "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;\">]>\n";
  return {
      {"Nothing", "", ":1:1: ", "no document element"},
      {"NoXml", "password: hunter22", ":1:", ""},
      {"OtherRoot", "<Project/>", ":1:1: ", "no OBK description in 'Project'"},
      {"AnImageDescription", "<Root><McubootFormat/></Root>", ":1:1: ", "no OBK description"},
      {"TwoDescriptions", "<Root><Obdata/><Obdata/></Root>", ":1:16: ", "a second 'Obdata'"},
      {"TwoRoots", Xml().text() + "<Root/>", ":19:1: ", "a second root element"},
      {"NoInfo", "<Root><Obdata></Obdata></Root>", ":1:7: ", "'Obdata' has no 'Info'"},
      {"NoDestination", without("<ObDestAddress>0x0ffd0100</ObDestAddress>"), ":4:1: ", "no 'ObDestAddress'"},
      {"NoFlag", without("<DoEncryption>1</DoEncryption>"), ":4:1: ", "no 'DoEncryption'"},
      {"NoAlign", without("<GlobalAlign>16</GlobalAlign>"), ":4:1: ", "no 'GlobalAlign'"},
      {"EmptyDestination", instead("0x0ffd0100", ""), ":6:1: ", "'ObDestAddress' is empty"},
      {"DecimalDestination", instead("0x0ffd0100", "268239104"), ":6:16: ", "expected hexadecimal"},
      {"WideDestination", instead("0x0ffd0100", "0x10ffd0100"), ":6:16: ", "'ObDestAddress' is 0x10ffd0100"},
      {"DestinationWithLetters", instead("0x0ffd0100", "0x0ffd010g"), ":6:16: ", "not a whole number"},
      {"FlagOfTwo", instead("<DoEncryption>1", "<DoEncryption>2"), ":7:15: ", "expected 0 to 1"},
      {"FlagInWords", instead("<DoEncryption>1", "<DoEncryption>yes"), ":7:15: ", "not a whole number"},
      {"NegativeAlign", instead(">16<", ">-16<"), ":8:14: ", "expected 0 to 4096"},
      {"UnknownElement", instead("<DA>\n</DA>", "<Dha>\n</Dha>"), ":12:1: ", "unknown element 'Dha'"},
      {"UnknownInInfo", instead("<Title>", "<Titel/><Title>"), ":5:1: ", "did you mean 'Title'?"},
      {"UnknownInFile", instead("<Align>4", "<Alin>4</Alin><Align>4"), ":14:", "unknown element 'Alin' in 'File'"},
      {"TwoInfos", instead("<Hash>", "<Info/><Hash>"), ":10:1: ", "a second 'Info'"},
      {"TwoValues", instead("<Align>4", "<Value>other</Value><Align>4"), ":14:", "a second 'Value' in 'File'"},
      {"TwoHashes", instead("<DA>", "<Hash/><DA>"), ":12:1: ", "a second 'Hash'"},
      {"FullHash", instead("<Hash>\n", "<Hash>abcd"), ":10:1: ", "'Hash' is not empty"},
      {"NoPath", instead("keys\\key_1_root_pub.pem", " "), ":14:", "'Value' is empty"},
      {"NoKeyValue", instead("<Value>keys\\key_1_root_pub.pem</Value>", ""), ":14:1: ", "'File' has no 'Value'"},
      {"BadMask", instead("0x00005077", "0x50zz"), ":15:", "at most 128 bits"},
      {"WideMask", instead("0x00005077", "0x" + std::string(33, '1')), ":15:", "at most 128 bits"},
      {"AMaskByName", instead("0x00005077", "full-regression"), ":15:", "hexadecimal"},
      {"AListOfMasks", instead("0x00005077", "0x1,0x2"), ":15:", "hexadecimal"},
      {"AMaskOfNoDigits", instead("0x00005077", "0x"), ":15:", "hexadecimal"},
      {"ANegativeMask", instead("0x00005077", "-1"), ":15:", "hexadecimal"},
      {"WideWidth", instead("<Width>4<", "<Width>99999<"), ":15:", "expected 0 to 4096"},
      {"NestedText", instead("keys\\key_1_root_pub.pem", "keys<b/>.pem"), ":14:", "more than one text"},
      {"TextBetween", instead("<DA>", "stray<DA>"), ":3:1: ", "text between the elements"},
      {"LooseOutput", instead("<Output><Name>", "<Output><Path>x</Path><Name>"), ":16:9: ", "unknown element 'Path'"},
      {"Unclosed", without("</Obdata>"), ":", ""},
      {"AZeroByte", instead("Debug", std::string("De\0ug", 5)), ":5:10: ", "a zero byte"},
      {"ADocumentType", Xml{.before = laughs}.text(), ":1:", "a document type declaration"},
      {"AnUnknownEntity", instead("Debug Auth", "&lol2;"), ":5:8: ", "an unknown entity in 'Title'"},
      {"AnEntityOfNoCharacter", instead("Debug Auth", "&#0;"), ":5:8: ", "an unknown entity"},
      {"AnEntityPastUnicode", instead("Debug Auth", "&#x110000;"), ":5:8: ", "an unknown entity"},
      {"AnEscape", instead("Debug Auth", "&#27;[31m"), ":5:8: ", "an unknown entity"},
      {"AnEscapeInHex", instead("Debug Auth", "&#x1b;[31m"), ":5:8: ", "an unknown entity"},
      {"HalfOfAPair", instead("Debug Auth", "&#xD800;"), ":5:8: ", "an unknown entity"},
      {"NoCharacter", instead("Debug Auth", "&#xFFFE;"), ":5:8: ", "an unknown entity"},
      {"ARawEscape", instead("Debug Auth", "De\x1b[31m"), ":5:10: ", "a control character"},
      {"ALooseAmpersand", instead("Debug Auth", "R&D"), ":5:9: ", "an unknown entity"},
  };
}

class Refused : public Description, public ::testing::WithParamInterface<Refusal> {};

TEST_P(Refused, AtItsPlaceWithWhatIsWrong) {
  const auto description = parse_text(GetParam().text);
  ASSERT_FALSE(description.has_value());
  EXPECT_EQ(description.error().code(), Code::file_invalid);
  EXPECT_THAT(description.error().message(), StartsWith(vectors::path("DA_Config.xml").string() + GetParam().place));
  EXPECT_THAT(description.error().message(), AllOf(HasSubstr(": error: "), HasSubstr(GetParam().words)));
}

INSTANTIATE_TEST_SUITE_P(Is, Refused, ::testing::ValuesIn(refusals()),
                         [](const auto& test) { return test.param.name; });

TEST_F(Description, EveryMistakeIsNamed) {
  Faults faults;
  EXPECT_FALSE(parse_obk_description(with_info("<Titel/><DoEncryption>9</DoEncryption>"), "x.xml", faults));
  EXPECT_EQ(faults.size(), 4U) << faults.describe();
}

TEST_F(Description, ColumnsCountCharacters) {
  const auto description = parse_text("<Root><Obdata><Info><Title>\xC3\xA9\xC3\xA9</Title><X/></Info></Obdata></Root>");
  ASSERT_FALSE(description.has_value());
  EXPECT_THAT(description.error().describe(), HasSubstr("DA_Config.xml:1:38: error: unknown element 'X'"));
}

TEST_F(Description, ANumberIsHexadecimalWithOrWithoutItsPrefix) {
  const std::pair<const char*, const char*> numbers[] = {
      {"1", "0x1"},
      {"14", "0x14"},
      {"0", "0x0"},
      {"5077", "0x5077"},
      {"0X50fF", "0x50ff"},
      {"0x0000000000000000000000000000000000000007", "0x7"},
      {"80000000000000000000000000004007", "0x80000000000000000000000000004007"}};
  for (const auto& [written, mask] : numbers) {
    for (const char* element : {"Permission", "Data"}) {
      const std::string tag = element;
      const auto built = build({.mask = "<" + tag + "><Value>" + written + "</Value></" + tag + ">"});
      ASSERT_TRUE(built.has_value()) << written << built.error().describe();
      const DaRecord record = read_da_record(crypto_, parse_obk(built->view()).value()).value();
      EXPECT_EQ(record.permissions.text(), mask) << element << ' ' << written;
    }
  }
}

TEST_F(Description, DataIsASecretOfAnyLength) {
  const std::string key = "0x" + std::string(60, 'a') + "1234";
  const auto data = [](const std::string& value) { return "<Data><Value> " + value + " </Value></Data>"; };
  auto description = parse({.mask = data(key)});
  ASSERT_TRUE(description.has_value()) << description.error().describe();
  const ObkElement& element = description->elements[1];
  EXPECT_THAT(element.value, IsEmpty());
  EXPECT_EQ(std::string(element.data.view().begin(), element.data.view().end()), key);
  const auto built = build_obk(crypto_, *description);
  ASSERT_FALSE(built.has_value()) << "that is no mask";
  EXPECT_THAT(built.error().describe(), AllOf(HasSubstr("at most 128 bits"), Not(HasSubstr(std::string(8, 'a')))));

  const auto refused = parse({.mask = data("hunter2hunter2")});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().describe(), AllOf(HasSubstr("is no hexadecimal number"), Not(HasSubstr("hunter2"))));
}

TEST_F(Description, ElementsPastTheLimitAreNotPassedOver) {
  std::string list = "<List><Value>0x1</Value>";
  for (int i = 0; i < 10'000; ++i) list += "<Val/>";
  const auto description = parse({.mask = list + "<Unknown/></List>"});
  ASSERT_FALSE(description.has_value());
  EXPECT_THAT(description.error().message(), HasSubstr("'List' holds too much, at most 10000"));
}

TEST_F(Description, APasswordIsOneLineOfText) {
  for (const char* value : {"\nsecretpw\n", "pass\tword", "pass&#10;word", "pass\x7Fword"}) {
    const auto description = parse({.credential = password_element(value), .mask = kReserved});
    ASSERT_FALSE(description.has_value()) << value;
    EXPECT_THAT(description.error().message(), HasSubstr("of the password is a control character")) << value;
  }
  const auto marked = parse({.credential = password_element("\xEF\xBB\xBFsecretpw"), .mask = kReserved});
  ASSERT_FALSE(marked.has_value());
  EXPECT_THAT(marked.error().message(), HasSubstr("begins with a byte order mark"));
}

TEST_F(Description, NoMessageHoldsAPassword) {
  const std::string secret = "hunter2-and-much-more";
  for (const std::string& value : {secret, secret + "&foo;", "<b>" + secret + "</b>", secret + "<!-- -->" + secret,
                                   "<![CDATA[" + secret + "]]>"}) {
    const auto description = parse({.credential = password_element(value)});
    ASSERT_FALSE(description.has_value()) << value;
    const auto found =
        test::contains_secret(description.error().describe(), Secret(Bytes(secret.begin(), secret.end())));
    EXPECT_FALSE(found) << description.error().describe() << *found;
  }
}

TEST_F(Description, APasswordHasItsLimits) {
  for (const char* value : {"", "abc", "12345678901234567"}) {
    const auto description = parse({.credential = password_element(value), .mask = kReserved});
    ASSERT_FALSE(description.has_value()) << value;
    EXPECT_THAT(description.error().message(), HasSubstr("expected 4 to 16")) << value;
  }
  std::string narrow = password_element("12345678");
  narrow.replace(narrow.find(">16<"), 4, ">6<");
  EXPECT_THAT(parse({.credential = narrow}).error().message(), HasSubstr("expected 4 to 6"));
}

TEST_F(Description, ALargeFileIsRefusedUnread) {
  const auto description = parse_text(std::string(kMostObkDescription + 1, ' '));
  ASSERT_FALSE(description.has_value());
  EXPECT_THAT(description.error().message(), HasSubstr("at most 262144"));
}

TEST_F(Description, DeepNestingIsHarmless) {
  std::string text = "<Root><Obdata>";
  for (int i = 0; i < 40'000; ++i) text += "<Hash>";
  EXPECT_FALSE(parse_text(text).has_value());
}

// Every beginning of a description is an answer, and none but the whole is taken.
TEST_F(Description, EveryTruncationIsRefused) {
  const std::string text = Xml().text();
  const std::size_t end = text.rfind("</Root>") + std::string_view("</Root>").size();
  for (std::size_t size = 0; size < end; ++size)
    EXPECT_FALSE(parse_text(std::string_view(text).substr(0, size)).has_value()) << size;
  EXPECT_TRUE(parse_text(std::string_view(text).substr(0, end)).has_value());
}

TEST_F(Description, AnyByteMayBeDamaged) {
  const std::string text = Xml{.credential = password_element(kPassword), .mask = kReserved}.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char other : {'\0', '<', '&', '>', '\xFF'}) {
      std::string damaged = text;
      damaged[i] = other;
      if (const auto description = parse_text(damaged)) std::ignore = build_obk(crypto_, *description);
    }
  }
}

struct Unbuildable {
  std::string name;
  Xml xml;
  std::string words;
};
void PrintTo(const Unbuildable& unbuildable, std::ostream* out) { *out << unbuildable.name; }

std::vector<Unbuildable> unbuildables() {
  const auto info = [](const std::string& destination, const std::string& align, const std::string& more = {}) {
    return more + "<ObDestAddress>" + destination + "</ObDestAddress><DoEncryption>1</DoEncryption><GlobalAlign>" +
           align + "</GlobalAlign>";
  };
  const auto file = [](const std::string& path, const std::string& type = "ecdsa-p256") {
    return "<File><Value>" + path + "</Value><KeyType>" + type + "</KeyType></File>";
  };
  return {
      {"NoHash", {.marks = "<DA/>"}, "no <Hash>"},
      {"NoCredential", {.credential = "", .mask = ""}, "no <File> and no <Text>"},
      {"NoMask", {.mask = ""}, "no <Permission>"},
      {"TwoCredentials", {.credential = Xml().credential + password_element(kPassword)}, "one part too many"},
      {"TwoMasks", {.mask = Xml().mask + kReserved}, "one part too many"},
      {"MaskFirst", {.credential = Xml().mask, .mask = Xml().credential}, "out of order"},
      {"OtherDestination", {.info = info("0x0ffd0160", "16")}, "0x0ffd0160 holds no record"},
      {"NonSecureAlias", {.info = info("0x0bfd0100", "16")}, "0x0bfd0100 holds no record"},
      {"Lock", {.info = info("0x00b40008", "32")}, "holds no record"},
      {"AlignOfH7rs", {.info = info("0x0ffd0100", "32")}, "STM32H5 has 16"},
      {"AlignOfH5", {.info = info("0x00510008", "16")}, "STM32H7RS has 32"},
      {"McuOfH7rs", {.info = info("0x0ffd0100", "16", "<MCU>STM32H7S78</MCU>")}, "not of STM32H5"},
      {"UnknownMcu", {.info = info("0x0ffd0100", "16", "<MCU>STM32Z99</MCU>")}, "'MCU'"},
      {"PasswordAtTheKeysPlace",
       {.info = info("0x00510008", "32"), .credential = password_element(kPassword)},
       "is that of a certificate, the description has a password"},
      {"KeyAtThePasswordsPlace", {.info = info("0x008a0008", "32")}, "is that of a password"},
      {"MissingKey", {.credential = file("keys/none.pem")}, "keys/none.pem"},
      {"NoKey", {.credential = file("password/password.bin")}, "password.bin"},
      {"OtherType", {.credential = file("keys/key_1_root.pem", "ecdsa-p384")}, "a key of type 'ecdsa-p384'"},
  };
}

class NotBuilt : public Description, public ::testing::WithParamInterface<Unbuildable> {};

TEST_P(NotBuilt, WithThePlaceAndTheReason) {
  const auto obk = build(GetParam().xml);
  ASSERT_FALSE(obk.has_value());
  EXPECT_THAT(obk.error().describe(), AllOf(HasSubstr("DA_Config.xml:"), HasSubstr(GetParam().words)));
}

INSTANTIATE_TEST_SUITE_P(Is, NotBuilt, ::testing::ValuesIn(unbuildables()),
                         [](const auto& test) { return test.param.name; });

TEST_F(Description, MisfitsNameEveryReason) {
  const auto h5 = parse({});
  ASSERT_TRUE(h5.has_value());
  EXPECT_THAT(misfits(*h5, *find_part("H573").value()), IsEmpty());
  EXPECT_THAT(misfits(*h5, *find_part("H563").value()), IsEmpty()) << "the flag is warned about, not refused";
  EXPECT_THAT(misfits(*h5, *find_part("H7S7").value()),
              ::testing::ElementsAre(HasSubstr("is STM32H5, not STM32H7RS"), HasSubstr("'GlobalAlign' is 16")));
  EXPECT_THAT(misfits(*h5, *find_part("H503").value()),
              ::testing::ElementsAre(HasSubstr("takes no OBK"), HasSubstr("takes only a password")));
  const auto h7rs = parse({.info = kH7rsInfo});
  ASSERT_TRUE(h7rs.has_value());
  EXPECT_THAT(misfits(*h7rs, *find_part("H7R3").value()), IsEmpty());
  EXPECT_THAT(misfits(*h7rs, *find_part("H573").value()),
              ::testing::ElementsAre(HasSubstr("is STM32H7RS, not STM32H5"), HasSubstr("'GlobalAlign' is 32"),
                                     HasSubstr("'MCU' is STM32H7S78")));
}

TEST(DaLock, HasTheBytesOfSection14) {
  const Secret file = make_da_lock(true);
  EXPECT_EQ(to_hex(file.view()),
            "0800b4002000000001000000"
            "535444414c4f434b4d4743ffffffffffffffffffffffffffffffffffffffffff");
  EXPECT_EQ(content_of(parse_obk(file.view()).value()), ObkContent::da_lock);
  EXPECT_EQ(to_hex(make_da_lock(false).view().subspan(8, 4)), "00000000");
}

}  // namespace
}  // namespace rigor
