# install: libraries, their headers under include/echelon as they lie in the tree, and the package that
# find_package(Echelon) reads.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Echelon)
get_property(libraries GLOBAL PROPERTY ECHELON_LIBRARIES)

install(TARGETS ${libraries} echelon_flags EXPORT EchelonTargets
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/echelon)
install(EXPORT EchelonTargets NAMESPACE Echelon:: DESTINATION ${package_folder})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/EchelonConfig.cmake.in
  ${PROJECT_BINARY_DIR}/EchelonConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/EchelonConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/EchelonConfig.cmake ${PROJECT_BINARY_DIR}/EchelonConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindAsio.cmake ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  DESTINATION ${package_folder})
