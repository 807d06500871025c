#include "framework/probe/serial_pattern.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

struct PatternCase {
  const char* serial;
  StLinkKind kind;
  SerialPattern pattern;
};
class Pattern : public testing::TestWithParam<PatternCase> {};
TEST_P(Pattern, is_told) { EXPECT_EQ(serial_pattern(GetParam().serial, GetParam().kind), GetParam().pattern); }

// Serials of identities.csv and of st-link-clones.md 1.5.
INSTANTIATE_TEST_SUITE_P(
    table, Pattern,
    testing::Values(PatternCase{"57FF72067265575742132067", StLinkKind::v2, SerialPattern::unique_id},
                    PatternCase{"49FF68066684565731361387", StLinkKind::v2, SerialPattern::unique_id},
                    PatternCase{"50FF6D065052784825260567", StLinkKind::v2, SerialPattern::unique_id},
                    PatternCase{"066DFF535550755187191037", StLinkKind::v2_1, SerialPattern::unique_id},
                    PatternCase{"066DFF535550755187191037", StLinkKind::v2, SerialPattern::odd},
                    PatternCase{"57FF72067265575742132067", StLinkKind::v2_1, SerialPattern::odd},
                    PatternCase{"0030001F3137510239383538", StLinkKind::v3, SerialPattern::unique_id},
                    PatternCase{"57FF72067265575742132067", StLinkKind::v3, SerialPattern::odd},
                    PatternCase{"57FF71067265575742132067", StLinkKind::v2, SerialPattern::unique_id},
                    PatternCase{"57FF72077265575742132067", StLinkKind::v2, SerialPattern::odd},
                    PatternCase{"57FE72067265575742132067", StLinkKind::v2, SerialPattern::odd},
                    PatternCase{"57FF72057265575742132067", StLinkKind::v2, SerialPattern::unique_id},
                    PatternCase{"3544170029135147324D4E00", StLinkKind::v2, SerialPattern::known_shared},
                    PatternCase{"303030303030303030303031", StLinkKind::v2, SerialPattern::known_shared},
                    PatternCase{"35FF170629135147324D4E00", StLinkKind::v2, SerialPattern::copied_tail},
                    PatternCase{"303030303030303030303032", StLinkKind::v2, SerialPattern::all_digits},
                    PatternCase{"010203040506303030303032", StLinkKind::v2, SerialPattern::counter},
                    PatternCase{"01020304050630303030303A", StLinkKind::v2, SerialPattern::odd},
                    PatternCase{"", StLinkKind::v2, SerialPattern::absent},
                    PatternCase{"57FF720672655757421320", StLinkKind::v2, SerialPattern::absent},
                    PatternCase{"57FF7206726557574213206X", StLinkKind::v2, SerialPattern::absent}));

}  // namespace
}  // namespace rigor
