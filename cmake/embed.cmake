# Run as a script: writes a C++ file that holds the built web app, with the variants that were compressed beforehand.
#   cmake -DFOLDER=web/dist -DOUT=pages_files.cpp -P cmake/embed.cmake
file(GLOB_RECURSE all RELATIVE ${FOLDER} ${FOLDER}/*)
list(FILTER all EXCLUDE REGEX "\\.(br|gz|map)$")
list(SORT all)
set(assembly "")
set(declarations "")
set(table "")
set(index 0)

# Puts a file into the read-only data and leaves the text of a string_view of it in `view`.
macro(embed path)
  if(EXISTS "${path}")
    file(SIZE "${path}" size)
    string(APPEND assembly "asm(\".section .rodata\\n.balign 16\\npage_file_${index}: .incbin \\\"${path}\\\"\\n.previous\\n\");\n")
    string(APPEND declarations "extern const char page_file_${index}[];\n")
    set(view "{page_file_${index}, ${size}}")
    math(EXPR index "${index} + 1")
  else()
    set(view "{}")
  endif()
endmacro()

foreach(file IN LISTS all)
  embed("${FOLDER}/${file}")
  set(plain "${view}")
  embed("${FOLDER}/${file}.br")
  set(brotli "${view}")
  embed("${FOLDER}/${file}.gz")
  set(gzip "${view}")
  file(SHA256 "${FOLDER}/${file}" hash)
  string(SUBSTRING ${hash} 0 32 etag)
  string(APPEND table "    {\"/${file}\", millwright::net::content_type_of(\"/${file}\"), ${plain}, ${brotli}, ${gzip}, \"${etag}\"},\n")
endforeach()

file(WRITE ${OUT} "// Made by cmake/embed.cmake.
#include \"serve/pages/pages.hpp\"
${assembly}
extern \"C\" {
${declarations}}

namespace millwright::serve {

std::span<const net::File> page_files() {
  static const std::vector<net::File> files{
${table}  };
  return files;
}

}  // namespace millwright::serve
")
