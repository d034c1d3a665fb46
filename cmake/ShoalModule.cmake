# What all targets are compiled with.
add_library(shoal_options INTERFACE)
target_compile_options(shoal_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wdeprecated-copy-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
if(SHOAL_SANITIZE)
  # UBSan's checks of every access for null and alignment double the time to compile. A null pointer
  # ASan sees too.
  target_compile_options(shoal_options INTERFACE
    -fsanitize=${SHOAL_SANITIZE} -fno-sanitize=null,alignment -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(shoal_options INTERFACE -fsanitize=${SHOAL_SANITIZE})
endif()

# shoal_module(NAME USES modules… PRIVATE libraries…)
#
# The library of src/NAME, whose headers are in include/shoal/NAME. USES are the modules that its
# headers may include; PRIVATE are foreign libraries that no other module sees.
function(shoal_module name)
  cmake_parse_arguments(ARG "" "" "USES;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  endif()
  add_library(shoal_${name} STATIC ${sources})
  target_include_directories(shoal_${name}
    PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_USES PREPEND shoal_)
  target_link_libraries(shoal_${name} PUBLIC ${ARG_USES} PRIVATE shoal_options ${ARG_PRIVATE})
endfunction()
