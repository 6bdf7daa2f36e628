# secondwave_optional_library(NAME ABOUT text MODULE module WITH source... ABSENT source... WITHOUT warning):
# the option SECONDWAVE_NAME, on where nobody says otherwise. With the pkg-config module there, NAME_SOURCES are those of
# WITH and NAME_LIBRARY is to be linked; switched off, or absent (a warning says what is then missing), NAME_SOURCES are
# those of ABSENT and NAME_LIBRARY is empty.
function(secondwave_optional_library name)
  cmake_parse_arguments(PART "" "ABOUT;MODULE;WITHOUT" "WITH;ABSENT" ${ARGN})
  option(SECONDWAVE_${name} "${PART_ABOUT}" ON)
  if(SECONDWAVE_${name})
    pkg_check_modules(${name} IMPORTED_TARGET ${PART_MODULE})
    if(NOT ${name}_FOUND)
      message(WARNING "${PART_WITHOUT}")
    endif()
  endif()
  if(SECONDWAVE_${name} AND ${name}_FOUND)
    set(${name}_SOURCES ${PART_WITH} PARENT_SCOPE)
    set(${name}_LIBRARY PkgConfig::${name} PARENT_SCOPE)
  else()
    set(${name}_SOURCES ${PART_ABSENT} PARENT_SCOPE)
    set(${name}_LIBRARY "" PARENT_SCOPE)
  endif()
endfunction()
