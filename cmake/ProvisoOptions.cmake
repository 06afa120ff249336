# Warnings, sanitizers, cache and linker, in one place.
add_library(proviso_options INTERFACE)
target_compile_options(proviso_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
  # PROVISO_TRY is a statement expression, as the Linux kernel and LLVM write them.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-statement-expression -Wno-unused-command-line-argument>
  # g++ 12 finds nulls that are not there inside std::variant and std::string at -O1 and above.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference -Wno-restrict -Wno-maybe-uninitialized>)
target_compile_definitions(proviso_options INTERFACE
  PROVISO_VERSION="${PROVISO_VERSION}" BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW)

if(PROVISO_SANITIZE)
  add_compile_options(-fsanitize=${PROVISO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # SOCI's backends hide the type information that this check would link to.
  add_compile_options(-fno-sanitize=vptr)
  # The thread sanitizer cannot see fences: the two of the ring order only who sleeps, those of
  # Boost.Asio stand beside its mutexes.
  if(PROVISO_SANITIZE STREQUAL thread)
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
  add_link_options(-fsanitize=${PROVISO_SANITIZE})
endif()
if(PROVISO_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Paths relative to the checkout, so that a second clone finds what the first compiled.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
