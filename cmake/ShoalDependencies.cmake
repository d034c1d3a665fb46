# Every foreign library, found once. A module links the ones that it owns PRIVATE.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
# CMake's own module for Boost is going; newer ones warn of it.
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)
endif()
find_package(Boost REQUIRED COMPONENTS program_options)
find_package(MPI REQUIRED COMPONENTS C)
pkg_check_modules(OpenBLAS REQUIRED IMPORTED_TARGET openblas)
pkg_check_modules(Highway REQUIRED IMPORTED_TARGET libhwy)
find_package(TBB REQUIRED)
# The serial library by Debian's name first: the parallel one brings an mpi.h of its own choice.
pkg_search_module(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial hdf5)
find_package(ZLIB REQUIRED)
# Its headers alone: its libraries are loaded by those who see a picture.
pkg_check_modules(FFmpeg REQUIRED libavformat libavcodec libavdevice libavutil libswscale)
add_library(FFmpeg::Headers INTERFACE IMPORTED)
target_include_directories(FFmpeg::Headers INTERFACE ${FFmpeg_INCLUDE_DIRS})
# The C++ bindings that MPI 3 removed: their definitions would be needed at link time.
set_property(TARGET MPI::MPI_C APPEND PROPERTY
             INTERFACE_COMPILE_DEFINITIONS OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
# For the twin, an MPI of its own. Its headers and contexts know nothing of sanitizers.
if(NOT SHOAL_SANITIZE)
  find_path(SimGrid_INCLUDE simgrid/s4u.hpp)
  find_path(SimGrid_MPI_INCLUDE smpi/mpi.h)
  find_library(SimGrid_LIBRARY simgrid)
endif()
if(SimGrid_INCLUDE AND SimGrid_MPI_INCLUDE AND SimGrid_LIBRARY)
  set(SimGrid_FOUND TRUE)
  add_library(SimGrid::SMPI UNKNOWN IMPORTED)
  set_target_properties(SimGrid::SMPI PROPERTIES
    IMPORTED_LOCATION ${SimGrid_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${SimGrid_MPI_INCLUDE}/smpi;${SimGrid_INCLUDE}")
else()
  message(STATUS "Without SimGrid, or with sanitizers: shoal simulate is left out")
endif()
