# What `cmake --install` puts where: the library and the headers of its public face as <verge/...>, a CMake package, a
# pkg-config file, the program, its man pages, the pages of docs and its sample logs. All other headers are the library's own. Components are
# the Debian packages of package.cmake: `library`, `development`, and the program with all else, `program`.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)
set(VERGE_PUBLIC_HEADERS verge.h sim/base/error.h sim/base/overwrite.h sim/obstacle.h sim/road.h sim/car.h sim/world.h sim/sense.h tracks/library.h
  logs/store/log.h agents/policy/policy.h agents/policy/plugin.h agents/policy_open.h)
set(VERGE_TARGETS verge)
add_library(verge::verge ALIAS verge)
if(TARGET verge-figures AND BUILD_SHARED_LIBS) # the program's own
  install(TARGETS verge-figures LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_SKIP)
  set_target_properties(verge-figures PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
endif()

foreach(header IN LISTS VERGE_PUBLIC_HEADERS)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/verge/${folder} COMPONENT development)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/generated/sim/base/version.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/verge/sim/base COMPONENT development)

# Where a binary looks for its libraries: beside itself in a build tree, in the library folder once installed. It is
# linked with both at once, for CMake, when it changes a path at install, leaves an empty element in the build's, and
# that is the working folder: whoever writes there would choose the library.
set_target_properties(${VERGE_TARGETS} PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
install(TARGETS ${VERGE_TARGETS} EXPORT verge-targets ARCHIVE COMPONENT development
  LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS verge-policy-host RUNTIME DESTINATION ${VERGE_LIBEXECDIR} COMPONENT library)
if(TARGET verge-program)
  install(TARGETS verge-program)
  file(RELATIVE_PATH to_library ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(verge-program PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN;$ORIGIN/${to_library}")
  # Not where it was built only because MPI is there: the package would depend on it.
  if(TARGET verge-mpi)
    set_target_properties(verge-mpi PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN;$ORIGIN/${to_library}")
    if(NOT VERGE_MPI STREQUAL AUTO)
      install(TARGETS verge-mpi)
    endif()
  endif()
  if(TARGET verge-man)
    install(DIRECTORY ${VERGE_MAN}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
    install(FILES ${VERGE_COMPLETION}/verge.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME verge)
    install(FILES ${VERGE_COMPLETION}/verge.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _verge)
    install(FILES ${VERGE_COMPLETION}/verge.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  endif()
endif()

if(TARGET verge-program AND VERGE_SDL2)
  install(FILES ${PROJECT_SOURCE_DIR}/assets/desktop/verge.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES ${PROJECT_SOURCE_DIR}/assets/desktop/verge.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
# The pages that help and man pages name, without their pictures.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN images EXCLUDE PATTERN __pycache__ EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/assets/logs DESTINATION ${CMAKE_INSTALL_DATADIR}/verge FILES_MATCHING PATTERN "*.vlog")
# They are compiled in, too: these are to be copied and changed.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/assets/formats DESTINATION ${CMAKE_INSTALL_DATADIR}/verge)

# What script/web compiled before, if it did: reports then play their episodes.
install(FILES ${PROJECT_SOURCE_DIR}/build/web/report/player.js DESTINATION ${CMAKE_INSTALL_DATADIR}/verge/web OPTIONAL)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/verge)
install(EXPORT verge-targets NAMESPACE verge:: DESTINATION ${package} COMPONENT development)
configure_package_config_file(script/cmake/verge-config.cmake.in ${PROJECT_BINARY_DIR}/verge-config.cmake
  INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/verge-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/verge-config.cmake ${PROJECT_BINARY_DIR}/verge-config-version.cmake
  DESTINATION ${package} COMPONENT development)

# A static library names what it must be linked with; a shared one brings it along, and asks for no headers of others.
set(VERGE_PC_PRIVATE "")
if(NOT BUILD_SHARED_LIBS)
  set(VERGE_PC_PRIVATE "Requires.private: sqlite3 jansson yaml-0.1 expat libxxhash")
  foreach(package IN LISTS VERGE_OPTIONAL_PACKAGES)
    string(REGEX REPLACE ".*:" " " module ${package})
    string(APPEND VERGE_PC_PRIVATE ${module})
  endforeach()
  string(APPEND VERGE_PC_PRIVATE "\nLibs.private: ${OpenMP_C_FLAGS} -lm\n")
endif()
# The place of a .pc file tells the prefix, so an installed tree can be moved.
file(RELATIVE_PATH to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(target IN LISTS VERGE_TARGETS)
  configure_file(script/cmake/${target}.pc.in ${target}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${target}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()
