# Flags every target shares, and two functions: a library per folder, a test binary per folder.

option(ECHELON_WERROR "Warnings are errors" OFF)
option(ECHELON_COVERAGE "Instrument for gcov" OFF)
set(ECHELON_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ECHELON_CCACHE ccache)
  if(ECHELON_CCACHE)
    # The base folder lets another clone reuse objects; pch_defines and time_macros let it reuse those built on a
    # precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${ECHELON_CCACHE})
  endif()
endif()

add_library(echelon_flags INTERFACE)
add_library(Echelon::flags ALIAS echelon_flags)
set_target_properties(echelon_flags PROPERTIES EXPORT_NAME flags)
target_compile_features(echelon_flags INTERFACE cxx_std_23)
# A sum must not depend on whether the compiler fused it: results repeat across instruction sets.
# Nobody reads errno after sqrt, and without it loops over sqrt vectorise, with the same results.
target_compile_options(echelon_flags INTERFACE -ffp-contract=off -fno-math-errno)
add_library(echelon_warnings INTERFACE)
target_compile_options(echelon_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  $<$<BOOL:${ECHELON_WERROR}>:-Werror>)
if(ECHELON_SANITIZE)
  # Instrumenting, GCC 12 sees uninitialised variants that are not there and takes Asio's recycled coroutine frames for
  # mismatched ones; and it warns of fences that Asio brings.
  target_compile_options(echelon_warnings INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-tsan)
  target_compile_options(echelon_flags INTERFACE -fsanitize=${ECHELON_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(echelon_flags INTERFACE -fsanitize=${ECHELON_SANITIZE})
endif()
if(ECHELON_COVERAGE)
  target_compile_options(echelon_flags INTERFACE --coverage)
  target_link_options(echelon_flags INTERFACE --coverage)
endif()
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# echelon_library(NAME FOLDER [SUBFOLDERS names...] [LINK targets...] [PRIVATE targets...]): every source in
# FOLDER and in the sub-folders named. Sources are globbed so that a new policy needs no edit here.
function(echelon_library name folder)
  cmake_parse_arguments(arg "" "" "SUBFOLDERS;LINK;PRIVATE" ${ARGN})
  set(folders ${PROJECT_SOURCE_DIR}/${folder})
  foreach(subfolder IN LISTS arg_SUBFOLDERS)
    list(APPEND folders ${PROJECT_SOURCE_DIR}/${folder}/${subfolder})
  endforeach()
  list(TRANSFORM folders APPEND /*.cpp OUTPUT_VARIABLE source_patterns)
  list(TRANSFORM folders APPEND /*.hpp OUTPUT_VARIABLE header_patterns)
  file(GLOB sources CONFIGURE_DEPENDS ${source_patterns})
  file(GLOB headers CONFIGURE_DEPENDS ${header_patterns})
  if(NOT sources)
    add_library(echelon_${name}_empty INTERFACE)
    return()
  endif()
  add_library(echelon_${name} ${sources})
  target_sources(echelon_${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  add_library(Echelon::${name} ALIAS echelon_${name})
  set_target_properties(echelon_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(echelon_${name} PUBLIC echelon_flags ${arg_LINK}
    PRIVATE $<BUILD_INTERFACE:echelon_warnings> ${arg_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY ECHELON_LIBRARIES echelon_${name})
endfunction()

# echelon_tests(FOLDER [LINK targets...]): one binary from tests/FOLDER/*_test.cpp and one CTest entry per file;
# the file unit_test.cpp holds the Boost.Test suite "unit".
function(echelon_tests folder)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${folder}_tests ${sources})
  target_link_libraries(${folder}_tests PRIVATE ${arg_LINK} echelon_test_support echelon_warnings)
  target_precompile_headers(${folder}_tests REUSE_FROM echelon_test_support)
  foreach(source IN LISTS sources)
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_test$" "" unit ${stem})
    add_test(NAME ${folder}.${unit} COMMAND ${folder}_tests --run_test=${unit} --log_level=message)
    # A fixed seed for RapidCheck: a test that fails must fail again.
    set(environment
      ECHELON_SOURCE=${PROJECT_SOURCE_DIR} ECHELON_BINARY=${PROJECT_BINARY_DIR} RC_PARAMS=seed=1)
    set_tests_properties(${folder}.${unit} PROPERTIES ENVIRONMENT "${environment}" TIMEOUT 600)
  endforeach()
endfunction()
