# What all targets are compiled with.
add_library(shoal_options INTERFACE)
# Files above 2 GB on 32-bit systems too.
target_compile_definitions(shoal_options INTERFACE _FILE_OFFSET_BITS=64)
target_compile_options(shoal_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wdeprecated-copy-dtor -Wold-style-cast -Woverloaded-virtual -Werror
  # On armhf a page of notes about code of GCC before 7, which is linked with none of this.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>)
if(SHOAL_SANITIZE)
  # UBSan's checks of every access for null and alignment double the time to compile. A null pointer
  # ASan sees too.
  target_compile_options(shoal_options INTERFACE
    -fsanitize=${SHOAL_SANITIZE} -fno-sanitize=null,alignment -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(shoal_options INTERFACE -fsanitize=${SHOAL_SANITIZE})
endif()

# The worlds that a program can be linked for: its target's property SHOAL_WORLD, `devices` without
# it. The twin's ranks are simulated; it is left out where SimGrid is not installed.
set(SHOAL_WORLDS devices)
if(SimGrid_FOUND)
  list(APPEND SHOAL_WORLDS twin)
endif()

# shoal_module(NAME [WORLDS] USES modules… PRIVATE libraries… DEVICES libraries… TWIN libraries…)
#
# The library of src/NAME, whose headers are in include/shoal/NAME. USES are the modules that its
# headers may include; PRIVATE are foreign libraries that no other module sees. With WORLDS there is
# one for each world, with the sources of src/NAME/WORLD and linked with that world's libraries.
function(shoal_module name)
  cmake_parse_arguments(ARG "WORLDS" "" "USES;PRIVATE;DEVICES;TWIN" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND shoal_)
  if(NOT ARG_WORLDS)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
    shoal_module_library(shoal_${name} ${name})
    return()
  endif()
  file(GLOB common CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  foreach(world IN LISTS SHOAL_WORLDS)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/${world}/*.cpp)
    list(APPEND sources ${common})
    shoal_module_library(shoal_${name}_${world} ${name})
    string(TOUPPER ${world} libraries)
    target_link_libraries(shoal_${name}_${world} PRIVATE ${ARG_${libraries}})
  endforeach()
  # Asked of the program that is linked, not of the libraries in between.
  add_library(shoal_${name} INTERFACE)
  target_link_libraries(shoal_${name} INTERFACE
    $<IF:$<STREQUAL:$<TARGET_PROPERTY:SHOAL_WORLD>,twin>,shoal_${name}_twin,shoal_${name}_devices>)
endfunction()

# The library `target` of the module `name`, of ${sources}.
macro(shoal_module_library target name)
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target}
    PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${ARG_USES} PRIVATE shoal_options ${ARG_PRIVATE})
endmacro()
