// Recorded sessions of tests/data/da/transcripts, played word for word: the host's words go in, the device's must come
// out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

struct Session {
  const char* file;
  bool certificate;
  bool packed;
  bool regresses;
};

class Transcripts : public testing::TestWithParam<Session> {};

// The part of the transcripts: an H563 in CLOSED.
Stm32h5Options recorded_part(const Session& session) {
  Stm32h5Options options = session.certificate ? certificate_part() : password_part();
  options.device_id = 0x484;
  options.uid = {0x00350047, 0x33325105, 0x35353537};
  options.packed_discovery = session.packed;
  return options;
}

TEST_P(Transcripts, PlayWordForWord) {
  const Session& session = GetParam();
  const Bytes text = test_file(std::string("transcripts/") + session.file);
  const auto steps = nlohmann::json::parse(text.begin(), text.end());
  Bench bench(recorded_part(session), recorded_challenge());
  bench.start();
  bench.hold_reset();
  bool released = false;
  std::size_t words = 0;
  for (const auto& step : steps) {
    const bool from_host = step.at("dir") == "host";
    for (const auto& entry : step.at("words")) {
      const auto word = static_cast<std::uint32_t>(std::stoul(entry.get<std::string>(), nullptr, 16));
      SCOPED_TRACE(step.at("what").get<std::string>() + ", word " + std::to_string(++words));
      if (from_host)
        ASSERT_TRUE(put_word(bench, word));
      else
        ASSERT_EQ(get_word(bench), word);
    }
    if (!released) bench.release_reset();
    released = true;
  }
  bench.pass(5s);
  EXPECT_EQ(bench.chip->truth().regressions, session.regresses ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(H5, Transcripts,
                         testing::Values(Session{"h5_certificate_full_regression.json", true, false, true},
                                         Session{"h5_certificate_unpadded_discovery.json", true, true, false},
                                         Session{"h5_password_full_regression.json", false, false, true},
                                         Session{"h5_password_wrong.json", false, false, false}),
                         [](const auto& param) {
                           const std::string name = param.param.file;
                           return name.substr(0, name.find('.'));
                         });

}  // namespace
}  // namespace rigor::lab::test
