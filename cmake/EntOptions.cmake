# Compiler settings that every target shares.

option(ENT_TESTS "Build the tests" ON)
option(ENT_BENCH "Build the benchmarks" OFF)
option(ENT_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
option(ENT_WERROR "Turn warnings into errors" OFF)
set(ENT_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
include(GNUInstallDirs)

# The version of the plugin interface stands in its header alone.
file(STRINGS ${PROJECT_SOURCE_DIR}/include/entente/version.h version_lines REGEX "^#define ENT_ABI_(MAJOR|MINOR) ")
string(REGEX MATCH "MAJOR ([0-9]+).*MINOR ([0-9]+)" version_lines "${version_lines}")
set(ENT_ABI_MAJOR ${CMAKE_MATCH_1})
set(ENT_ABI_MINOR ${CMAKE_MATCH_2})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/entente/version.h)
# Of the harness library: before 1.0 each release may have another one.
if(ENT_ABI_MAJOR EQUAL 0)
  set(ENT_HARNESS_SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
else()
  set(ENT_HARNESS_SOVERSION ${ENT_ABI_MAJOR})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(LIBPSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(LIBMD REQUIRED IMPORTED_TARGET libmd)
pkg_check_modules(LIBCURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(LIBSECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET openssl)
pkg_check_modules(LIBSYSTEMD IMPORTED_TARGET libsystemd)

# iniparser ships no pkg-config file before 4.2.
find_path(INIPARSER_INCLUDE_DIR iniparser.h PATH_SUFFIXES iniparser REQUIRED)
find_library(INIPARSER_LIBRARY iniparser REQUIRED)

add_library(ent_settings INTERFACE)
# What is built here goes with this host alone, so it may use all of the interface.
target_compile_definitions(ent_settings INTERFACE _GNU_SOURCE ENT_VERSION="${PROJECT_VERSION}" ENT_MIN_MINOR=ENT_ABI_MINOR)
target_include_directories(ent_settings INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_compile_options(ent_settings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wpointer-arith -Wformat=2 -Wundef -Wvla -Wwrite-strings -fno-common
  $<$<BOOL:${ENT_WERROR}>:-Werror>)
if(ENT_SANITIZE)
  # -O1 as the sanitizers' authors advise: without it the tests take twice as long. -g1 has the
  # lines that reports name, not the variables that only a debugger asks for.
  target_compile_options(ent_settings INTERFACE -fsanitize=${ENT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    -O1 -g1)
  target_link_options(ent_settings INTERFACE -fsanitize=${ENT_SANITIZE})
endif()
if(ENT_FUZZ)
  # Instrument the libraries; each fuzz target adds the driver itself.
  target_compile_options(ent_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
