# Tests in which programs nobody here wrote meet the lab. They skip, with the reason, what is not installed.
function(rigor_client_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES" ${ARGN})
  rigor_test(clients ${name}
    SOURCES ${TEST_SOURCES} ${PROJECT_SOURCE_DIR}/tests/clients/kept_rig.cpp
      ${PROJECT_SOURCE_DIR}/tests/support/subprocess.cpp
    LINK rigor_base util)
  set(program "")
  if(TARGET rigor-lab)
    set(program "$<TARGET_FILE:rigor-lab>")
    add_dependencies(clients_${name}_test rigor-lab)
  endif()
  target_compile_definitions(clients_${name}_test PRIVATE RIGOR_LAB_PROGRAM="${program}")
endfunction()
