# What an installed Entente holds besides the programs and plugins, which install themselves.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/entente DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
configure_file(${PROJECT_SOURCE_DIR}/etc/entente.service.in ${PROJECT_BINARY_DIR}/etc/entente.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/etc/entente.service DESTINATION lib/systemd/system)
install(FILES ${PROJECT_SOURCE_DIR}/etc/entente.ini.example DESTINATION ${CMAKE_INSTALL_DOCDIR})
