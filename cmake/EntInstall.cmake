# What an installed Entente holds besides the programs and plugins, which install themselves.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/entente DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
configure_file(${PROJECT_SOURCE_DIR}/etc/entente.service.in ${PROJECT_BINARY_DIR}/etc/entente.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/etc/entente.service DESTINATION lib/systemd/system)
configure_file(${PROJECT_SOURCE_DIR}/etc/entented.8.in ${PROJECT_BINARY_DIR}/etc/entented.8 @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/etc/entented.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${PROJECT_SOURCE_DIR}/etc/entente.ini.example ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# All pages but the one for who changes the program itself; help and manual pages refer to them by name.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md"
  PATTERN architecture.md EXCLUDE PATTERN images EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/data/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME data.md)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/etc/feeds DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.ini)
# A plugin's author asks pkg-config; the prefix is where the file lies, so that it may be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig OUTPUT_VARIABLE prefix_from_pkgconfig)
configure_file(${PROJECT_SOURCE_DIR}/etc/entente.pc.in ${PROJECT_BINARY_DIR}/etc/entente.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/etc/entente.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
configure_file(${PROJECT_SOURCE_DIR}/etc/entente-harness.pc.in ${PROJECT_BINARY_DIR}/etc/entente-harness.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/etc/entente-harness.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
configure_file(${PROJECT_SOURCE_DIR}/etc/entente-exec.7.in ${PROJECT_BINARY_DIR}/etc/entente-exec.7 @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/etc/entente-exec.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/etc/exec DESTINATION ${CMAKE_INSTALL_DOCDIR} USE_SOURCE_PERMISSIONS)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
include(CMakePackageConfigHelpers)
set(entente_package ${CMAKE_INSTALL_LIBDIR}/cmake/Entente)
configure_package_config_file(${PROJECT_SOURCE_DIR}/etc/EntenteConfig.cmake.in ${PROJECT_BINARY_DIR}/etc/EntenteConfig.cmake
  INSTALL_DESTINATION ${entente_package}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR CMAKE_INSTALL_DATADIR)
# Before 1.0 the plugin interface may change with every version, so another one does not do; from then on it only grows.
if(ENT_ABI_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility AnyNewerVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/etc/EntenteConfigVersion.cmake COMPATIBILITY ${compatibility}
  ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/etc/EntenteConfig.cmake ${PROJECT_BINARY_DIR}/etc/EntenteConfigVersion.cmake
  DESTINATION ${entente_package})
