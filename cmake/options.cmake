# What every target of ours is compiled with, as a target: packages that we include keep their own flags.
add_library(millwright_options INTERFACE)
target_compile_options(millwright_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wno-missing-field-initializers -ffp-contract=off -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(millwright_options INTERFACE -Wduplicated-cond -Wlogical-op -Wuseless-cast)
else()
  target_compile_options(millwright_options INTERFACE -Wno-gnu-statement-expression)
endif()
if(MILLWRIGHT_SANITIZE)
  target_compile_options(millwright_options INTERFACE -fsanitize=${MILLWRIGHT_SANITIZE}
                                                      -fno-sanitize-recover=undefined)
  # What the address sanitizer finds too (docs/decisions/0002); clang, for fuzzing, checks all.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND MILLWRIGHT_SANITIZE MATCHES "address,undefined")
    target_compile_options(millwright_options INTERFACE -fno-sanitize=null,alignment,vptr,object-size)
  endif()
  string(REPLACE "fuzzer-no-link," "" link_sanitizers "${MILLWRIGHT_SANITIZE}")
  target_link_options(millwright_options INTERFACE -fsanitize=${link_sanitizers})
endif()
if(MILLWRIGHT_COVERAGE)
  target_compile_options(millwright_options INTERFACE --coverage)
  target_link_options(millwright_options INTERFACE --coverage)
endif()
