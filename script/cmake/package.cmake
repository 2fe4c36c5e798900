# Debian packages, by `cpack` in a build folder that was configured with the prefix /usr (script/package): the program, the library
# and what one needs to build against it. What each needs of other packages is read from its binaries.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME verge)
set(CPACK_PACKAGE_VENDOR "the verge authors")
set(CPACK_PACKAGE_CONTACT "the verge authors <verge@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}) # our own, until it is installed
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(soname libverge${PROJECT_VERSION_MAJOR})

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME verge)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "${soname} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "fonts-inter | fonts-dejavu-core")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "Drives a simulated car by hand or by learned policies, records logs, trains
imitation learners from them, and measures how they drift off the road.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${soname})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/triggers")
file(WRITE ${PROJECT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The library: simulator, logs, learners and scores, for programs that embed them.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libverge-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${soname} (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, CMake package and pkg-config file of libverge.")
include(CPack)
