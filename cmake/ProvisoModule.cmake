# proviso_module(<name> HEADERS <file>... SOURCES <file>... [DEPENDS <module>...] [LINK <external>...]
#                [TESTS <file>...] [TEST_LINK <external>...] [POSTGRESQL] [BENCHES <file>...])
#
# POSTGRESQL: test instances named Postgresql/* run in one process, because each process that has
# any starts a server of its own.
#
# A module may depend only on modules added before it: the order in src/CMakeLists.txt is the
# dependency rule of the house, and breaking it stops the configure step with a sentence.
function(proviso_module name)
  cmake_parse_arguments(M "POSTGRESQL" "" "HEADERS;SOURCES;DEPENDS;LINK;TESTS;TEST_LINK;BENCHES" ${ARGN})
  foreach(dep IN LISTS M_DEPENDS)
    if(NOT TARGET proviso_${dep})
      message(FATAL_ERROR
        "module '${name}' may not depend on '${dep}': it does not stand above '${name}' in src/CMakeLists.txt")
    endif()
  endforeach()
  list(TRANSFORM M_DEPENDS PREPEND proviso:: OUTPUT_VARIABLE deps)
  list(TRANSFORM M_HEADERS PREPEND include/proviso/${name}/ OUTPUT_VARIABLE headers)
  add_library(proviso_${name} STATIC)
  add_library(proviso::${name} ALIAS proviso_${name})
  target_sources(proviso_${name} PRIVATE ${M_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_include_directories(proviso_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(proviso_${name} PUBLIC ${deps} ${M_LINK} PRIVATE proviso_options)
  if(M_TESTS AND BUILD_TESTING)
    list(TRANSFORM M_TESTS PREPEND tests/ OUTPUT_VARIABLE tests)
    add_executable(proviso_${name}_test ${tests})
    target_include_directories(proviso_${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(proviso_${name}_test
      PRIVATE proviso::${name} proviso_options proviso_test_main ${M_TEST_LINK})
    set(one_by_one)
    if(M_POSTGRESQL)
      set(one_by_one TEST_FILTER "-Postgresql/*")
      add_test(NAME ${name}.Postgresql
        COMMAND proviso_${name}_test "--gtest_filter=Postgresql/*")
      set_tests_properties(${name}.Postgresql PROPERTIES LABELS ${name} TIMEOUT 300)
    endif()
    gtest_discover_tests(proviso_${name}_test ${one_by_one}
      TEST_PREFIX "${name}." PROPERTIES LABELS ${name} TIMEOUT 120 DISCOVERY_TIMEOUT 60)
  endif()
  if(M_BENCHES AND PROVISO_BENCH)
    list(TRANSFORM M_BENCHES PREPEND bench/ OUTPUT_VARIABLE benches)
    add_executable(proviso_${name}_bench ${benches})
    target_include_directories(proviso_${name}_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(proviso_${name}_bench
      PRIVATE proviso::${name} proviso_options benchmark::benchmark benchmark::benchmark_main)
    set_property(GLOBAL APPEND_STRING PROPERTY PROVISO_BENCHMARKS "src/${name}/proviso_${name}_bench\n")
  endif()
endfunction()
