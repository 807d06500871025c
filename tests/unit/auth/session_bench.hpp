// What a session test stands on: a clock, a timeline, a board that plays a script, facts, credentials.
#pragma once

#include "framework/auth/debug_authentication.hpp"
#include "framework/auth/session.hpp"
#include "tests/unit/auth/fake_board.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {

using namespace std::chrono_literals;

inline AuthenticationFacts h5_facts() {
  AuthenticationFacts facts;
  facts.dbgmcu_base = 0xE0044000;
  facts.magic_word = 0x53544441;
  facts.answer_words = {0x44414F4B, 0x53544441};
  facts.ack_mapping = "a";
  facts.reset_hold = 20ms;
  facts.open_limit = 5s;
  facts.word_limit = 1s;
  facts.final_limit = 5s;
  facts.reboot_limit = 10s;
  facts.product_permissions = 0x5077;
  return facts;
}

inline std::vector<Turn> opening() { return {host({0x53544441}), device({0x44414F4B})}; }

struct SessionBench {
  explicit SessionBench(std::vector<Turn> script) : board(clock, std::move(script)) {}

  ManualClock clock;
  Timeline timeline{clock};
  FakeBoard board;
  Crypto crypto = vectors::crypto();
  AuthenticationFacts facts = h5_facts();
  Family family = Family::stm32h5;
  SessionOptions options;

  AuthenticationParts parts() { return {board, board, clock, timeline, crypto}; }
  Result<AuthenticationSession> open() { return AuthenticationSession::open(parts(), family, facts, options); }

  Credential certificate(std::string_view chain = "chains/h5_leaf_chain.b64") {
    auto loaded = Credential::load_certificate(crypto, vectors::path(chain), vectors::path("keys/key_3_leaf.pem"));
    if (!loaded) throw std::runtime_error(loaded.error().describe());
    return std::move(*loaded);
  }
  Credential password(std::string_view characters = vectors::kPasswordText) {
    auto made = Password::from_characters(characters);
    if (!made) throw std::runtime_error(made.error().describe());
    return Credential(crypto, std::move(*made));
  }

  std::vector<std::string> log() const {
    std::vector<std::string> lines;
    for (const Record& record : timeline.records()) {
      if (record.channel == Channel::log) lines.push_back(record.text);
    }
    return lines;
  }
};

}  // namespace rigor
