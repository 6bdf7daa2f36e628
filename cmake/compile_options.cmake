# One interface target that every room links: warnings, and the flags without which results would differ between
# machines. -ffp-contract=off forbids fused multiply-add, so that each product and each sum is rounded once, everywhere.
# Release is -O2: the few kernels that gain from -O3 ask for it themselves, and building takes less time.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
add_library(secondwave_options INTERFACE)
target_compile_options(secondwave_options INTERFACE
  -ffp-contract=off -fno-fast-math
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  # Off: fields left out of a designated initialiser have their defaults, on purpose; and two warnings that gcc 12
  # raises falsely about std::string when it optimises.
  -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Off in a unity build, where they are about the neighbours in the translation unit and not about the code.
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow> $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>
  $<$<BOOL:${SECONDWAVE_WERROR}>:-Werror>)
target_include_directories(secondwave_options INTERFACE ${PROJECT_SOURCE_DIR}/src)

# ccache where it is installed: builds repeat often.
find_program(SECONDWAVE_CCACHE ccache)
if(SECONDWAVE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SECONDWAVE_CCACHE})
endif()
