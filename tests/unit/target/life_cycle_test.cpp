// Every (state, request) pair of every family, as lifecycle.md 1.1, 2.1 and 3 state them.
#include "framework/target/life_cycle.hpp"

#include <gtest/gtest.h>

#include <map>

namespace rigor {
namespace {

ChipFacts part(Family family, bool security) {
  ChipFacts facts;
  facts.name = "part";
  facts.family = family;
  facts.has_security_extension = security;
  return facts;
}

// One row per state the part is in, one letter per request in the order of states_of():
// s stays, f forward, t terminal, e erases, ? unknown, r regression only, x refused.
struct Table {
  const char* name;
  ChipFacts facts;
  bool security;
  std::vector<const char*> rows;
};

char letter(Passage passage) {
  static const std::map<Passage, char> kLetters{
      {Passage::stays, 's'},   {Passage::forward, 'f'},    {Passage::terminal, 't'}, {Passage::erases, 'e'},
      {Passage::unknown, '?'}, {Passage::regression, 'r'}, {Passage::refused, 'x'}};
  return kLetters.at(passage);
}

class Passages : public testing::TestWithParam<Table> {};

TEST_P(Passages, are_those_of_the_reference) {
  const auto& [name, facts, security, rows] = GetParam();
  const auto states = states_of(facts);
  ASSERT_EQ(states.size(), rows.size());
  for (std::size_t from = 0; from < states.size(); ++from) {
    std::string found;
    for (const ProductState to : states) found += letter(passage(facts, security, states[from], to));
    EXPECT_EQ(found, rows[from]) << "from " << product_state_name(states[from]);
  }
}

TEST_P(Passages, are_refused_with_what_would_lead_there) {
  const auto& [name, facts, security, rows] = GetParam();
  const auto states = states_of(facts);
  for (std::size_t from = 0; from < states.size(); ++from) {
    for (std::size_t to = 0; to < states.size(); ++to) {
      const auto allowed = check_passage(facts, security, states[from], states[to]);
      const bool refused = rows[from][to] == 'x' || rows[from][to] == 'r';
      ASSERT_EQ(allowed.has_value(), !refused) << product_state_name(states[from]) << product_state_name(states[to]);
      if (refused) {
        EXPECT_EQ(allowed.error().code(), Code::state_unsuitable);
        EXPECT_FALSE(allowed.error().hint_text().empty());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    families, Passages,
    testing::Values(  // open, provisioning, provisioned, tz-closed, closed, locked
        Table{"H5_security_on",
              part(Family::stm32h5, true),
              true,
              {"sf?xxx", "rsffft", "rxs???", "rxxs??", "rxxrs?", "xxxxxs"}},
        Table{"H5_security_off",
              part(Family::stm32h5, true),
              false,
              {"sf?xxx", "rsfxft", "rxsx??", "rxxs??", "rxxxs?", "xxxxxs"}},
        // open, provisioning, provisioned, closed, locked
        Table{"H503", part(Family::stm32h5, false), false, {"sf?xx", "rsfft", "rxs??", "rxxs?", "xxxxs"}},
        // open, provisioning, closed, locked
        Table{"H7RS", part(Family::stm32h7rs, false), false, {"sfxx", "rsft", "rxsx", "xxxs"}},
        // rdp-0, rdp-1, rdp-2
        Table{"F4", part(Family::stm32f4, false), false, {"sft", "est", "xxs"}}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(PassageCheck, names_the_states_a_part_has) {
  const auto allowed = check_passage(part(Family::stm32f4, false), false, ProductState::rdp_0, ProductState::closed);
  ASSERT_FALSE(allowed);
  EXPECT_EQ(allowed.error().code(), Code::usage);
  EXPECT_EQ(allowed.error().hint_text(), "it has rdp-0, rdp-1, rdp-2");
  EXPECT_FALSE(check_passage(part(Family::stm32h5, false), false, ProductState::provisioning, ProductState::tz_closed));
}

}  // namespace
}  // namespace rigor
