# The rooms of the house, their floors, and who may use whom. This table is the only place that says so;
# check_layers.cmake compares it with the #include lines and stops the configure step when they differ.
#
# A room may use only rooms on lower floors, and only those named here.
set(SECONDWAVE_ROOMS base net random records scenario world worm response sensor ingest signature census engine store
    ensemble observatory inference report cli)

set(SECONDWAVE_FLOOR_base 0)
set(SECONDWAVE_FLOOR_net 1)
set(SECONDWAVE_FLOOR_random 1)
set(SECONDWAVE_FLOOR_records 2)
set(SECONDWAVE_FLOOR_scenario 2)
set(SECONDWAVE_FLOOR_world 3)
set(SECONDWAVE_FLOOR_worm 3)
set(SECONDWAVE_FLOOR_response 3)
set(SECONDWAVE_FLOOR_sensor 3)
set(SECONDWAVE_FLOOR_ingest 3)
set(SECONDWAVE_FLOOR_signature 3)
set(SECONDWAVE_FLOOR_census 4)
set(SECONDWAVE_FLOOR_engine 4)
set(SECONDWAVE_FLOOR_store 4)
set(SECONDWAVE_FLOOR_ensemble 5)
set(SECONDWAVE_FLOOR_observatory 5)
set(SECONDWAVE_FLOOR_inference 6)
set(SECONDWAVE_FLOOR_report 6)
set(SECONDWAVE_FLOOR_cli 7)

set(SECONDWAVE_USES_base "")
set(SECONDWAVE_USES_net base)
set(SECONDWAVE_USES_random base)
set(SECONDWAVE_USES_records base net random)
set(SECONDWAVE_USES_scenario base net)
set(SECONDWAVE_USES_world base net random scenario)
set(SECONDWAVE_USES_worm base net random scenario)
set(SECONDWAVE_USES_response base random scenario)
set(SECONDWAVE_USES_sensor base net random records scenario)
set(SECONDWAVE_USES_ingest base net records scenario)
set(SECONDWAVE_USES_signature base net records scenario)
set(SECONDWAVE_USES_census base net random records scenario sensor ingest)
set(SECONDWAVE_USES_engine base net random records scenario world worm response sensor)
set(SECONDWAVE_USES_store base net records)
set(SECONDWAVE_USES_ensemble base net random records scenario engine)
set(SECONDWAVE_USES_observatory base net records scenario ingest signature store)
set(SECONDWAVE_USES_inference base net random records scenario world worm response sensor engine ensemble)
set(SECONDWAVE_USES_report base net random records scenario census ensemble)
set(SECONDWAVE_USES_cli base net random records scenario world worm response sensor ingest signature census engine store
    ensemble observatory inference report)

# Rooms that compile without threads, files, sockets or clocks of their own: these are handed in, so that the same
# engine can later run under MPI, inside Python and in a browser tab. Checked by check_layers.cmake.
set(SECONDWAVE_PURE_ROOMS base net random records world worm response sensor engine)

# secondwave_room(NAME SOURCES a.cpp ... [LIBRARIES lib ...]): one static library per room, linked to the rooms it uses.
function(secondwave_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(secondwave_${name} STATIC ${ROOM_SOURCES})
  set(used "")
  foreach(room IN LISTS SECONDWAVE_USES_${name})
    list(APPEND used secondwave_${room})
  endforeach()
  target_link_libraries(secondwave_${name} PUBLIC secondwave_options ${used} ${ROOM_LIBRARIES})
endfunction()
