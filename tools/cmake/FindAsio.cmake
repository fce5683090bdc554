# Standalone Asio, header-only. Defines Asio::asio.
find_path(ASIO_INCLUDE_DIR asio.hpp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS ASIO_INCLUDE_DIR)
if(Asio_FOUND AND NOT TARGET Asio::asio)
  find_package(Threads REQUIRED)
  add_library(Asio::asio INTERFACE IMPORTED)
  target_include_directories(Asio::asio SYSTEM INTERFACE ${ASIO_INCLUDE_DIR})
  # Left alone, Asio 1.22 decides by what was included before it whether memory comes from aligned_alloc or new, so
  # that one file frees the other way what another has allocated.
  target_compile_definitions(Asio::asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_HAS_STD_ALIGNED_ALLOC=1)
  target_link_libraries(Asio::asio INTERFACE Threads::Threads)
endif()
