# Tests in which programs nobody here wrote meet the lab. They skip, with the reason, what is not installed.
function(rigor_client_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINK;PROGRAMS" ${ARGN})
  rigor_test(clients ${name}
    SOURCES ${TEST_SOURCES} ${PROJECT_SOURCE_DIR}/tests/clients/kept_rig.cpp
      ${PROJECT_SOURCE_DIR}/tests/clients/exec_rig.cpp ${PROJECT_SOURCE_DIR}/tests/support/subprocess.cpp
    LINK rigor_base util ${TEST_LINK})
  # They take real time: CTest begins with them, and fills what they leave of the machine.
  set_tests_properties(clients.${name} PROPERTIES COST 100)
  foreach(program rigor-lab ${TEST_PROGRAMS})
    string(TOUPPER ${program} word)
    string(REPLACE - _ word ${word})
    set(path "")
    if(TARGET ${program})
      set(path "$<TARGET_FILE:${program}>")
      add_dependencies(clients_${name}_test ${program})
    endif()
    target_compile_definitions(clients_${name}_test PRIVATE ${word}_PROGRAM="${path}")
  endforeach()
endfunction()
