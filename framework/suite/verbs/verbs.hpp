// The verbs of this room, by theme. make_verb_table() is the only caller.
#pragma once

#include <memory>
#include <vector>

#include "framework/suite/verb.hpp"

namespace rigor {

void add_power_verbs(std::vector<std::unique_ptr<Verb>>& verbs);     // power, attach, reset, line, wait
void add_identity_verbs(std::vector<std::unique_ptr<Verb>>& verbs);  // identify, self-test
void add_flash_verbs(std::vector<std::unique_ptr<Verb>>& verbs);     // protections, erase, program, verify, check-blank
void add_memory_verbs(std::vector<std::unique_ptr<Verb>>& verbs);    // read-memory, write-memory
void add_diagnosis_verbs(std::vector<std::unique_ptr<Verb>>& verbs);   // march, check-slots, explain-loader-failure
void add_one_time_verbs(std::vector<std::unique_ptr<Verb>>& verbs);    // otp, record-otp
void add_schedule_verbs(std::vector<std::unique_ptr<Verb>>& verbs);    // start-schedule, end-schedule
void add_console_verbs(std::vector<std::unique_ptr<Verb>>& verbs);     // console
void add_tool_verbs(std::vector<std::unique_ptr<Verb>>& verbs);        // tool
void add_option_verbs(std::vector<std::unique_ptr<Verb>>& verbs);      // options, record-options, expect
void add_life_cycle_verbs(std::vector<std::unique_ptr<Verb>>& verbs);  // set-state, provision
void add_authentication_verbs(
    std::vector<std::unique_ptr<Verb>>& verbs);  // discover, authenticate, lock-debug, regress

}  // namespace rigor
